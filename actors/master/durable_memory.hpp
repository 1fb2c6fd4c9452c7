#pragma once

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "actors/registry/registry_change.hpp"
#include "messages/time.hpp"

namespace entente {

/// What the next master has to know, as the present one knows it, and what of it is new: so that it
/// is written down before anybody hears of it. Saying again what is known changes nothing. No
/// actor, no clock. Not thread-safe; a plain value.
class durable_memory {
public:
  /// Nothing is written down: there are no changes to be taken.
  durable_memory() = default;
  /// @param wall_now the wall clock at `now`
  durable_memory(registry_state written, time_point now, wall_time wall_now)
      : state_(std::move(written)), is_written_(true), now_(now), wall_now_(wall_now) {}

  const registry_state& state() const noexcept { return state_; }

  template <class Entry>
  const Entry* find(const typename Entry::key_type& key) const {
    const auto& entries = state_.*entries_of<Entry>;
    auto i = entries.find(key);
    return i == entries.end() ? nullptr : &i->second;
  }

  template <class Entry>
  void set(Entry x) {
    const auto* known = find<Entry>(x.key());
    if (!known || *known != x)
      change(entry_set<Entry>{std::move(x)});
  }

  template <class Entry>
  void remove(const typename Entry::key_type& key) {
    if (find<Entry>(key))
      change(entry_removed<Entry>{key});
  }

  std::vector<registry_change> take_changes() { return std::exchange(changes_, {}); }

  wall_time wall_of(time_point x) const {
    return wall_now_ + std::chrono::round<std::chrono::milliseconds>(x - now_);
  }
  /// How long it is until then, as of `now`; 0 if it is over.
  std::chrono::milliseconds until(wall_time x, time_point now) const {
    return std::max(x - wall_of(now), std::chrono::milliseconds{0});
  }

private:
  template <class Change>
  void change(Change x) {
    apply(state_, x);
    if (is_written_)
      changes_.emplace_back(std::move(x));
  }

  registry_state state_;
  bool is_written_ = false;
  time_point now_{};
  wall_time wall_now_{};
  std::vector<registry_change> changes_;
};

}  // namespace entente
