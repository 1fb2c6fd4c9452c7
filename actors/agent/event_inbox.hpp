#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "actors/agent/task_runner.hpp"

namespace entente {

/// Where the task runner's thread leaves what the agent has to be told. Thread-safe.
class event_inbox {
public:
  using entry = std::pair<task_key, task_event>;

  /// @returns true if the inbox was empty: its owner must be woken.
  bool put(const task_key& key, const task_event& event) {
    std::lock_guard guard{mutex_};
    entries_.emplace_back(key, event);
    return entries_.size() == 1;
  }

  std::vector<entry> take() {
    std::lock_guard guard{mutex_};
    return std::exchange(entries_, {});
  }

private:
  std::mutex mutex_;
  std::vector<entry> entries_;
};

}  // namespace entente
