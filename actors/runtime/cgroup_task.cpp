#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

#include "actors/runtime/cgroup.hpp"
#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/cgroup_kill.hpp"
#include "actors/runtime/cgroup_versions.hpp"

namespace entente::runtime {

namespace fs = std::filesystem;

cgroup_places find_places(const std::vector<fs::path>& directories) {
  // Each group of version 2 has this file, but the top one; none of version 1.
  std::error_code error;
  if (directories.size() == 1 && fs::exists(directories.front() / "cgroup.events", error))
    return cgroup_v2::find_places(directories.front());
  return cgroup_v1::find_places(directories);
}

std::optional<failure> limit_pids(const fs::path& directory, std::uint64_t pids) {
  auto is_limited = pids > 0 && pids <= max_pids_limit;
  return write_cgroup_file(directory / "pids.max", is_limited ? std::to_string(pids) : "max");
}

task_cgroup::task_cgroup(std::vector<fs::path> directories)
    : directories_(std::move(directories)) {}

std::vector<fs::path> task_cgroup::entry_files() const {
  std::vector<fs::path> result;
  for (const auto& directory : directories_)
    result.push_back(directory / "cgroup.procs");
  return result;
}

std::vector<fs::path> task_cgroup::probe_entry_files() const {
  auto result = entry_files();
  auto places = find_places(directories_);
  if (places.unified || !places.memory)
    return result;
  if (auto group = cgroup_v1::make_probe_group(*places.memory))
    std::replace(result.begin(), result.end(), *places.memory / "cgroup.procs",
                 *group / "cgroup.procs");
  return result;
}

std::optional<failure> task_cgroup::kill(std::chrono::milliseconds patience) const {
  return kill_cgroups(directories_, patience);
}

task_usage task_cgroup::usage() const {
  auto places = find_places(directories_);
  return places.unified ? cgroup_v2::usage(places) : cgroup_v1::usage(places);
}

std::uint64_t task_cgroup::oom_kills() const {
  auto places = find_places(directories_);
  return places.unified ? cgroup_v2::oom_kills(places) : cgroup_v1::oom_kills(places);
}

std::optional<failure> task_cgroup::update(const task_limits& limits) const {
  for (const auto& directory : directories_)
    if (::access(directory.c_str(), F_OK) != 0)
      return make_failure(errno, "cannot set limits of " + in_quotes(directory));
  auto places = find_places(directories_);
  auto limit_cpus = places.unified ? cgroup_v2::limit_cpus : cgroup_v1::limit_cpus;
  auto limit_memory = places.unified ? cgroup_v2::limit_memory : cgroup_v1::limit_memory;
  std::optional<failure> result;
  if (places.cpu)
    result = limit_cpus(*places.cpu, limits.milli_cpus);
  if (!result && places.memory)
    result = limit_memory(*places.memory, limits.mem_bytes);
  if (!result && places.pids)
    result = limit_pids(*places.pids, limits.pids);
  return result;
}

std::optional<failure> task_cgroup::remove() const {
  std::optional<failure> result;
  for (const auto& directory : directories_)
    if (auto why = remove_cgroup(directory); why && !result)
      result = std::move(why);
  return result;
}

}  // namespace entente::runtime
