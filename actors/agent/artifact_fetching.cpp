#include "actors/agent/artifact_fetching.hpp"

#include <utility>

#include "actors/runtime/spawn_supervisor.hpp"

namespace entente {

namespace {

constexpr auto program_name = "entente-fetch";

}  // namespace

artifact_fetching::artifact_fetching(std::filesystem::path cache, runtime::fetch_limits limits)
    : cache_(std::move(cache)), limits_(limits), program_(runtime::find_program(program_name)) {}

std::optional<std::string>
artifact_fetching::add_to(runtime::run_spec& run, const task_info& task,
                          std::optional<std::uint64_t> disk_limit) const {
  if (task.artifacts.empty())
    return std::nullopt;
  if (!program_)
    return "the program entente-fetch, which artifacts need, is neither beside this agent's own "
           "nor in its PATH";
  runtime::fetch_job job{run.sandbox, cache_, limits_, {}};
  job.limits.sandbox_bytes = disk_limit.value_or(0);
  for (const auto& x : task.artifacts) {
    job.items.push_back({x.uri, x.sha256, x.name, x.extract, x.executable});
    if (auto plan = plan_of(job.items.back()); auto* wrong = std::get_if<runtime::failure>(&plan))
      return wrong->message;
  }
  run.prepare = {program_->string(), run.directory.string()};
  run.work = to_text(job);
  return std::nullopt;
}

}  // namespace entente
