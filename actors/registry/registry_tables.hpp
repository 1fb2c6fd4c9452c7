#pragma once

#include <set>

#include "actors/registry/database.hpp"
#include "actors/registry/registry_change.hpp"

/// The state of a registry as rows of a database of the newest schema. All of it throws a
/// database_error.
namespace entente::registry_tables {

/// The keys of the entries of a kind that are to be written.
template <class Entry>
struct touched_keys : std::set<typename Entry::key_type> {};

template <class... Entries>
class touched_of_any {
public:
  void add(const registry_change& change) {
    std::visit([this](const auto& x) { add(x); }, change);
  }
  bool empty() const { return (of<Entries>().empty() && ...); }

  template <class Entry>
  const touched_keys<Entry>& of() const {
    return std::get<touched_keys<Entry>>(keys_);
  }

private:
  template <class Entry>
  void add(const entry_set<Entry>& x) {
    std::get<touched_keys<Entry>>(keys_).insert(x.entry.key());
  }
  template <class Entry>
  void add(const entry_removed<Entry>& x) {
    std::get<touched_keys<Entry>>(keys_).insert(x.key);
  }

  std::tuple<touched_keys<Entries>...> keys_;
};

/// Which entries changes have set or removed.
using touched_entries = over_registry_entries<touched_of_any>;

registry_state read(database& file);

void write_cluster(database& file, const registry_state& state);

/// Brings the rows of these entries to what the state says; those that it does not have are
/// removed.
void write(database& file, const registry_state& state, const touched_entries& touched);

}  // namespace entente::registry_tables
