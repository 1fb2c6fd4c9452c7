#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/stat.h>

#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/cgroup_versions.hpp"

namespace entente::runtime::cgroup_v1 {

namespace {

namespace fs = std::filesystem;

/// What the kernel takes as shares; 1024 is its default, and one processor.
constexpr std::int64_t min_shares = 2;
constexpr std::int64_t max_shares = 262'144;
constexpr std::int64_t shares_per_cpu = 1024;

/// The controllers, each with a file that only its groups have.
struct controller {
  const char* name;
  const char* file;
  std::optional<fs::path> cgroup_places::*place;
};

constexpr std::array controllers{
  controller{"cpu", "cpu.cfs_quota_us", &cgroup_places::cpu},
  controller{"cpuacct", "cpuacct.usage", &cgroup_places::cpuacct},
  controller{"memory", "memory.limit_in_bytes", &cgroup_places::memory},
  controller{"pids", "pids.max", &cgroup_places::pids},
};

bool is_of_use(const std::string& name) {
  auto has_name = [&](const controller& x) { return x.name == name; };
  return std::any_of(controllers.begin(), controllers.end(), has_name);
}

/// Finds where a hierarchy is mounted: under the name of any of its controllers.
std::optional<fs::path> find_mount(const fs::path& root, const own_cgroup& group) {
  std::error_code error;
  for (const auto& name : group.controllers)
    if (auto mount = root / "sys/fs/cgroup" / name;
        is_of_use(name) && fs::is_directory(mount, error))
      return mount;
  return std::nullopt;
}

}  // namespace

std::optional<failure> limit_cpus(const fs::path& directory, std::int64_t milli_cpus) {
  auto shares = milli_cpus > 0
                  ? std::clamp(milli_cpus * shares_per_cpu / 1000, min_shares, max_shares)
                  : shares_per_cpu;
  auto quota = milli_cpus > 0 ? std::max(min_cpu_quota_us, milli_cpus * cpu_period_us / 1000) : -1;
  if (auto why = write_cgroup_file(directory / "cpu.shares", std::to_string(shares)))
    return why;
  if (auto why = write_cgroup_file(directory / "cpu.cfs_period_us", std::to_string(cpu_period_us)))
    return why;
  return write_cgroup_file(directory / "cpu.cfs_quota_us", std::to_string(quota));
}

/// As write_cgroup_file(), but well if the kernel does not count what is swapped out.
std::optional<failure> limit_with_swap(const fs::path& directory, const std::string& bytes) {
  auto why = write_cgroup_file(directory / "memory.memsw.limit_in_bytes", bytes);
  return why && why->code == ENOENT ? std::nullopt : why;
}

/// The limit with swap is never below that without: which comes first depends on what was there.
std::optional<failure> limit_memory(const fs::path& directory, std::uint64_t limit) {
  const auto bytes = limit > 0 ? std::to_string(limit) : "-1";
  const auto file = directory / "memory.limit_in_bytes";
  auto why = write_cgroup_file(file, bytes);
  if (!why)
    return limit_with_swap(directory, bytes);
  if (why->code != EINVAL)
    return why;
  if (auto other = limit_with_swap(directory, bytes))
    return other;
  return write_cgroup_file(file, bytes);
}

cgroup_places find_places(const std::vector<fs::path>& directories) {
  cgroup_places result;
  std::error_code error;
  for (const auto& directory : directories)
    for (const auto& [name, file, place] : controllers)
      if (!(result.*place) && fs::exists(directory / file, error))
        result.*place = directory;
  return result;
}

cgroup_site open(const fs::path& root, const fs::path& name) {
  cgroup_site result;
  for (const auto& group : read_own_cgroups(root)) {
    auto mount = find_mount(root, group);
    if (!mount)
      continue;
    auto base = visible_cgroup(*mount, group.path);
    if (auto why = make_cgroups(base, name))
      result.reasons.push_back(why->message);
    else
      result.directories.push_back(base / name);
  }
  result.enforced = find_places(result.directories).enforced();
  if (result.reasons.empty() && result.enforced != enforced_limits{true, true, true})
    result.reasons.push_back("not mounted in " + in_quotes(root / "sys/fs/cgroup"));
  return result;
}

task_usage usage(const cgroup_places& places) {
  task_usage result;
  if (places.cpuacct)
    if (auto nanoseconds = read_count(*places.cpuacct / "cpuacct.usage"))
      result.cpu_us = *nanoseconds / 1000;
  if (places.memory) {
    result.mem_bytes = read_count(*places.memory / "memory.usage_in_bytes");
    result.mem_peak_bytes = read_count(*places.memory / "memory.max_usage_in_bytes");
  }
  if (places.pids)
    result.pids = read_count(*places.pids / "pids.current");
  return result;
}

std::optional<fs::path> make_probe_group(const fs::path& memory) {
  if (read_number(memory / "memory.use_hierarchy") != 1)
    return std::nullopt;
  auto result = memory / "probe";
  if (::mkdir(result.c_str(), 0755) != 0 && errno != EEXIST)
    return std::nullopt;
  return result;
}

std::uint64_t oom_kills(const cgroup_places& places) {
  if (!places.memory)
    return 0;
  return read_keyed(*places.memory / "memory.oom_control", "oom_kill").value_or(0);
}

}  // namespace entente::runtime::cgroup_v1
