#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "actors/runtime/cgroup.hpp"

/// What differs between the versions of control groups; for cgroup.cpp and cgroup_task.cpp only.
namespace entente::runtime {

/// The files of one group: the directory that has a controller's, or nothing.
struct cgroup_places {
  std::optional<std::filesystem::path> cpu;      ///< share and quota
  std::optional<std::filesystem::path> cpuacct;  ///< time on processors
  std::optional<std::filesystem::path> memory;
  std::optional<std::filesystem::path> pids;
  bool unified = false;  ///< of version 2

  enforced_limits enforced() const {
    return {cpu.has_value(), memory.has_value(), pids.has_value()};
  }
};

/// Where an agent's group is.
struct cgroup_site {
  std::vector<std::filesystem::path> directories;
  enforced_limits enforced;
  /// Why something is not enforced.
  std::vector<std::string> reasons;
};

/// The time over which a limit of processors holds, in microseconds: 100 ms, the kernel's default.
inline constexpr std::int64_t cpu_period_us = 100'000;

/// The least quota that the kernel takes, in microseconds.
inline constexpr std::int64_t min_cpu_quota_us = 1'000;

/// The most that the kernel takes as a limit of processes; above, there is none.
inline constexpr std::uint64_t max_pids_limit = 4'194'304;

/// Looks at what files a group has, to be told its version and what it limits.
cgroup_places find_places(const std::vector<std::filesystem::path>& directories);

/// Writes the limit of processes, alike in both versions.
std::optional<failure> limit_pids(const std::filesystem::path& directory, std::uint64_t pids);

namespace cgroup_v1 {

cgroup_site open(const std::filesystem::path& root, const std::filesystem::path& name);
cgroup_places find_places(const std::vector<std::filesystem::path>& directories);
std::optional<failure> limit_cpus(const std::filesystem::path& directory, std::int64_t milli_cpus);
std::optional<failure> limit_memory(const std::filesystem::path& directory, std::uint64_t limit);
task_usage usage(const cgroup_places& places);
std::uint64_t oom_kills(const cgroup_places& places);
/// Makes a group below that of a task, or finds it. @returns nothing where that group's limits
/// would not hold for it
std::optional<std::filesystem::path> make_probe_group(const std::filesystem::path& memory);

}  // namespace cgroup_v1

namespace cgroup_v2 {

/// @returns the top of the only hierarchy of a machine below `root`; nothing if it has version 1.
std::optional<std::filesystem::path> find_mount(const std::filesystem::path& root);

/// @param mount as found by find_mount()
cgroup_site open(const std::filesystem::path& root, const std::filesystem::path& mount,
                 const std::filesystem::path& name);
cgroup_places find_places(const std::filesystem::path& directory);
std::optional<failure> limit_cpus(const std::filesystem::path& directory, std::int64_t milli_cpus);
std::optional<failure> limit_memory(const std::filesystem::path& directory, std::uint64_t limit);
task_usage usage(const cgroup_places& places);
std::uint64_t oom_kills(const cgroup_places& places);

}  // namespace cgroup_v2

}  // namespace entente::runtime
