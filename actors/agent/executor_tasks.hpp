#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>

#include "actors/agent/executor_files.hpp"
#include "actors/agent/task_key.hpp"

namespace entente {

/// Which executor runs a task, or ran it, for its output is its executor's: all that live, and the
/// newest of those that have ended, those of earlier lives of the agent too. What cannot be written
/// down is known in this life only.
class executor_tasks {
public:
  /// @param files where it is written down; must outlive this
  /// @param most_ended of how many tasks that have ended is known
  executor_tasks(const executor_files& files, std::size_t most_ended)
      : files_(files), most_ended_(most_ended) {}

  /// Takes up what earlier lives have left; all of that counts as ended until it is added again.
  void recover();
  /// The task is started, or was found again.
  void add(const task_key& task, const executor_key& executor);
  void end(const task_key& task);

  const executor_key* find(const task_key& task) const;
  bool contains(const task_key& task) const { return find(task) != nullptr; }

private:
  void write(const task_key& task, const executor_key& executor);
  void rewrite();
  void trim();

  const executor_files& files_;
  std::size_t most_ended_;
  std::map<task_key, executor_key> executor_of_;
  std::deque<task_key> ended_;  ///< oldest first
  std::size_t written_ = 0;     ///< records in the file
  bool is_whole_ = true;        ///< the file; else it is to be written anew
};

}  // namespace entente
