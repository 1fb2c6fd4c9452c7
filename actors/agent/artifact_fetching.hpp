#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "actors/runtime/fetch_job.hpp"
#include "actors/runtime/run_table.hpp"
#include "messages/task.hpp"

namespace entente {

/// Has what a task needs fetched before its command begins, by the program `entente-fetch` under
/// the task's own supervisor.
class artifact_fetching {
public:
  /// @param cache directory of what was fetched, for all tasks
  artifact_fetching(std::filesystem::path cache, runtime::fetch_limits limits);

  /// Adds the preparation to a run, if the task has artifacts.
  /// @param disk_limit how many bytes its sandbox may have; nothing: as many as there is room for
  /// @returns what is wrong with them
  std::optional<std::string> add_to(runtime::run_spec& run, const task_info& task,
                                    std::optional<std::uint64_t> disk_limit) const;

private:
  std::filesystem::path cache_;
  runtime::fetch_limits limits_;
  std::optional<std::filesystem::path> program_;
};

}  // namespace entente
