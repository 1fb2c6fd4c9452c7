#pragma once

#include <filesystem>
#include <string>

#include "actors/agent/executor_book.hpp"
#include "actors/agent/task_runner.hpp"

namespace entente {

struct executor_runner_options {
  agent_id agent;
  std::string hostname;
  /// What is kept of executors is in `executors` below it.
  std::filesystem::path work_dir;
  executor_times times{};
};

/// Runs tasks that name an executor in that; all others are `inner`'s.
///
/// An executor's process is a run of `inner` under a key of its own, so it has a supervisor, a
/// sandbox and an output as tasks do, and outlives the agent if they do. No task can have such a
/// key: its id begins with a line break, and a task whose id does is refused. What a task of an
/// executor writes is what its executor writes. Its process is limited to what its tasks have
/// together, but memory is never taken away from it again, and what it uses is not told.
///
/// From its environment the process knows what it needs to register; see
/// actors/framework/executor_driver.hpp. An executor that has no task when its agent ends is
/// killed.
///
/// `inner` is called by several threads then, one at a time.
task_runner_factory run_executors(task_runner_factory inner, executor_runner_options options);

/// The key of an executor's own run.
task_key run_key_of(const executor_key& key);

}  // namespace entente
