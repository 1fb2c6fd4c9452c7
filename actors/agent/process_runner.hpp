#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "actors/agent/task_runner.hpp"

namespace entente {

struct process_runner_options {
  agent_id agent;
  /// Sandboxes are made below it; must exist.
  std::filesystem::path work_dir;
  /// What every task's environment starts from.
  std::map<std::string, std::string> base_env;
};

/// Runs tasks as plain processes, each with a sandbox directory `frameworks/FRAMEWORK/tasks/TASK`
/// below the work directory that its stdout and stderr go to.
task_runner_factory run_processes(process_runner_options options);

}  // namespace entente
