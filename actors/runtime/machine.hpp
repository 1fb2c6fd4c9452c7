#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// What this machine has for tasks, when the configuration says "auto".
struct machine_facts {
  /// Processors that this process may use, at most the cgroup's quota, in thousandths: 1500 is 1.5.
  std::int64_t milli_cpus = 0;
  /// Memory in MB (2^20 bytes), at most the cgroup's limit.
  std::uint64_t mem_mb = 0;
  /// Space in MB that an unprivileged user can still take at the path asked for.
  std::uint64_t disk_mb = 0;
  std::string hostname;
};

/// What the control groups that this process is in allow; nothing where there is no limit.
struct cgroup_limits {
  std::optional<std::int64_t> milli_cpus;
  std::optional<std::uint64_t> mem_bytes;
};

/// Reads the limits of cgroups v1 and v2: the tightest of the group and all those above it.
/// @param root the directory that has `proc` and `sys`; tests give another.
cgroup_limits read_cgroup_limits(const std::filesystem::path& root = "/");

/// Measures this machine. `disk_path` must exist.
std::variant<machine_facts, failure> detect_machine(const std::filesystem::path& disk_path);

/// Which start of this machine it is: another text after every restart; empty where none is told.
std::string boot_id();

/// What this machine has to do, in thousandths of what its processors can: the load average over
/// the last minute; 0 where there is none.
std::uint32_t machine_load();

}  // namespace entente::runtime
