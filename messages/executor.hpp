#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "messages/task.hpp"

/// What an agent and a framework's own executor say to each other; see protocol.hpp. An executor is
/// a process that the agent starts for the first task that names it, and that runs all tasks that
/// do.
namespace entente {

/// Says that an executor's process is there; also to an agent that was away.
struct register_executor {
  framework_id framework;
  executor_id executor;
  std::string token;             ///< as the agent has given it to the process
  std::vector<task_id> tasks{};  ///< that it has, and whose ends the agent has not taken
  friend bool operator==(const register_executor&, const register_executor&) = default;
};

struct executor_registered {
  agent_id agent;
  std::string hostname;
  friend bool operator==(const executor_registered&, const executor_registered&) = default;
};

/// A task for the executor to run.
struct run_task {
  framework_id framework;
  task_info task;
  friend bool operator==(const run_task&, const run_task&) = default;
};

/// A task of the executor has changed its state. Repeated until the agent has taken it.
struct executor_update {
  framework_id framework;
  executor_id executor;
  std::string token;
  task_id task;
  std::uint64_t number = 0;  ///< counts the task's updates from 1
  task_state state = task_state::running;
  std::string message;                    ///< for people
  std::string data;                       ///< for the scheduler
  std::optional<std::int32_t> exit_code;  ///< if there is one
  friend bool operator==(const executor_update&, const executor_update&) = default;
};

/// The executor is to end its tasks and itself; what is left of it after this time is killed.
struct shutdown_executor {
  std::chrono::milliseconds grace{0};
  friend bool operator==(const shutdown_executor&, const shutdown_executor&) = default;
};

}  // namespace entente
