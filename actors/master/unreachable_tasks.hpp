#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "messages/task.hpp"

namespace entente {

/// Tasks of partition-aware frameworks on agents that are unreachable: nothing is booked for them,
/// and they have not ended. No actor, no clock. Not thread-safe; a plain value.
class unreachable_tasks {
public:
  using key = std::pair<framework_id, task_id>;

  void add(task_entry task);
  /// @returns the task, which is not in here any more; nothing if it was not.
  std::optional<task_entry> take(const key& task);

  /// Null if it is not in here.
  const task_entry* find(const key& task) const;
  bool contains(const key& task) const { return tasks_.contains(task); }
  std::vector<key> on(const agent_id& agent) const;
  std::vector<key> of(const framework_id& framework) const;
  std::size_t count_of(const framework_id& framework) const;
  const std::map<key, task_entry>& all() const noexcept { return tasks_; }
  std::size_t size() const noexcept { return tasks_.size(); }

private:
  std::map<key, task_entry> tasks_;
  std::map<agent_id, std::set<key>> by_agent_;
};

}  // namespace entente
