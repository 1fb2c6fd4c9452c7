#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "messages/protocol.hpp"

namespace entente {

struct agent_options {
  agent_info info;
  /// Sandboxes are made below it; must exist.
  std::filesystem::path work_dir;
  /// What every task's environment starts from.
  std::map<std::string, std::string> base_env;
  /// Between SIGTERM and SIGKILL for the tasks that run when the agent is stopped.
  std::chrono::milliseconds stop_grace{1000};
};

/// Starts an agent: the actor that owns one machine's resources and runs tasks on it.
///
/// Tasks run as plain processes, each with a sandbox directory `frameworks/FRAMEWORK/tasks/TASK`
/// below the work directory that its stdout and stderr go to. When the agent ends (an exit message,
/// or the end of its master) it kills them all before it is gone.
agent_actor spawn_agent(caf::actor_system& system, master_for_agents master, agent_options options);

}  // namespace entente
