#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "actors/agent/collection_plan.hpp"
#include "actors/agent/task_runner.hpp"
#include "actors/runtime/cgroup.hpp"
#include "actors/runtime/fetch_job.hpp"

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
  /// What is fetched for a task, and kept for others in `cache` below the work directory.
  runtime::fetch_limits fetching{};
  /// How often is measured what tasks use.
  std::chrono::milliseconds usage_pause{5'000};
  /// Whether a task whose sandbox has more than its `disk` is killed.
  bool enforce_disk = true;
  /// How long is kept what tasks have left.
  sandbox_rules sandboxes{};
};

/// Runs tasks as processes under supervisors. Each has a sandbox `frameworks/FRAMEWORK/tasks/TASK`
/// below the work directory, which its stdout and stderr go to, and, until its end is written down,
/// a directory `runs/FRAMEWORK/TASK` that its supervisor keeps.
task_runner_factory run_processes(process_runner_options options);

}  // namespace entente
