#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "actors/agent/task_runner.hpp"
#include "actors/runtime/cgroup.hpp"

namespace entente {

struct process_runner_options {
  agent_id agent;
  /// Sandboxes are made below it; must exist.
  std::filesystem::path work_dir;
  /// What every task's environment starts from.
  std::map<std::string, std::string> base_env;
  /// Whether tasks end with this process, however it ends; else they outlive it.
  bool tied = true;
  /// Where tasks have control groups that hold them to what they have asked for; none: they are
  /// not.
  std::optional<runtime::cgroup_tree> groups{};
  /// How many processes and threads a task may have, with groups.
  std::uint64_t task_pids = 4096;
  /// Of each of a task's two output streams at least the newest so many bytes are kept, and at most
  /// twice as many.
  std::uint64_t output_limit = std::uint64_t{100} * 1024 * 1024;
};

/// Runs tasks as processes under supervisors. Each has a sandbox `frameworks/FRAMEWORK/tasks/TASK`
/// below the work directory, which its stdout and stderr go to, and, until its end is written down,
/// a directory `runs/FRAMEWORK/TASK` that its supervisor keeps.
task_runner_factory run_processes(process_runner_options options);

}  // namespace entente
