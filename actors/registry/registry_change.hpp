#pragma once

#include <variant>

#include "actors/registry/registry_state.hpp"

namespace entente {

/// The entry of this key is this one from now on.
template <class Entry>
struct entry_set {
  Entry entry;
  friend bool operator==(const entry_set&, const entry_set&) = default;
};

/// There is no entry of this key any more.
template <class Entry>
struct entry_removed {
  typename Entry::key_type key;
  friend bool operator==(const entry_removed&, const entry_removed&) = default;
};

template <class... Entries>
using change_of_any = std::variant<entry_set<Entries>..., entry_removed<Entries>...>;

/// A step from one state of the registry to the next. What is written is the whole entry, so a
/// change may be applied twice, and of several of one entry the last one counts.
using registry_change = over_registry_entries<change_of_any>;

template <class Entry>
void apply(registry_state& state, const entry_set<Entry>& change) {
  (state.*entries_of<Entry>).insert_or_assign(change.entry.key(), change.entry);
}

template <class Entry>
void apply(registry_state& state, const entry_removed<Entry>& change) {
  (state.*entries_of<Entry>).erase(change.key);
}

inline void apply(registry_state& state, const registry_change& change) {
  std::visit([&](const auto& x) { apply(state, x); }, change);
}

}  // namespace entente
