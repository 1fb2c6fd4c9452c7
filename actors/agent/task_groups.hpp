#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "actors/runtime/cgroup.hpp"
#include "messages/task.hpp"

namespace entente {

/// The control groups of an agent's tasks. Without a tree there are none, and nothing is limited.
/// What is const may be called from any thread.
class task_groups {
public:
  task_groups(std::optional<runtime::cgroup_tree> tree, std::uint64_t task_pids)
      : tree_(std::move(tree)), task_pids_(task_pids) {}

  task_groups(const task_groups&) = delete;
  task_groups& operator=(const task_groups&) = delete;

  /// The agent's own group goes, if no task is in it any more.
  ~task_groups();

  /// Makes the task's group, with limits as the task's resources say.
  /// @returns the files by which to enter it
  std::variant<std::vector<std::filesystem::path>, runtime::failure> make(const task_key& key,
                                                                          const task_info& task);

  /// The files by which a probe enters the group of a task, of an earlier life too; none if it has
  /// none.
  std::vector<std::filesystem::path> probe_entry_files(const task_key& key) const;

  /// The group of a task, if it has one.
  std::optional<runtime::task_cgroup> find(const task_key& key) const;

  /// Gives the group of a task, if it has one, other limits. What cannot be enforced now is not.
  void limit(const task_key& key, const resources& limits);

  /// The figures, if processes of the task were killed because it had all the memory it may have.
  std::optional<std::string> memory_exceeded(const task_key& key) const;

  /// The task has ended: its group goes, and whatever is in it still. One that cannot go, because
  /// something in it does not end though it was killed, goes at the end of another task.
  void remove(const task_key& key);

  /// Removes the groups that earlier lives have left, but for those of these tasks.
  void keep_only(const std::set<task_key>& tasks);

private:
  void remove(const std::string& name);
  void remove_stubborn();

  std::optional<runtime::cgroup_tree> tree_;
  std::uint64_t task_pids_;
  std::set<std::string> stubborn_;  ///< that have been killed, and could not be removed so far
};

}  // namespace entente
