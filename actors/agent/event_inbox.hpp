#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "actors/agent/task_runner.hpp"

namespace entente {

/// Where other threads leave what an actor has to be told. Thread-safe.
template <class Entry>
class inbox {
public:
  /// @returns true if the inbox was empty: its owner must be woken.
  template <class... Parts>
  bool put(Parts&&... parts) {
    std::lock_guard guard{mutex_};
    entries_.emplace_back(std::forward<Parts>(parts)...);
    return entries_.size() == 1;
  }

  std::vector<Entry> take() {
    std::lock_guard guard{mutex_};
    return std::exchange(entries_, {});
  }

private:
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

/// What a task runner's thread tells the agent.
using event_inbox = inbox<std::pair<task_key, task_event>>;

}  // namespace entente
