#include "actors/runtime/machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "actors/runtime/cgroup_files.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mega = 1024 * 1024;

/// Above this, cgroup v1 means "no limit" (it writes a huge number for it).
constexpr std::uint64_t no_mem_limit = std::uint64_t{1} << 60;

template <class T>
void tighten(std::optional<T>& limit, T other) {
  limit = limit ? std::min(*limit, other) : other;
}

void add_quota(cgroup_limits& limits, std::int64_t quota, std::int64_t period) {
  if (quota > 0 && period > 0)
    tighten(limits.milli_cpus, std::max<std::int64_t>(1, quota * 1000 / period));
}

void add_memory(cgroup_limits& limits, const fs::path& file) {
  auto bytes = read_number(file);
  if (bytes && *bytes > 0 && static_cast<std::uint64_t>(*bytes) < no_mem_limit)
    tighten(limits.mem_bytes, static_cast<std::uint64_t>(*bytes));
}

void add_v2(cgroup_limits& limits, const fs::path& group) {
  std::ifstream in{group / "cpu.max"};
  std::int64_t quota = 0;
  std::int64_t period = 0;
  if (in >> quota >> period)
    add_quota(limits, quota, period);
  add_memory(limits, group / "memory.max");
}

void add_v1(cgroup_limits& limits, const fs::path& group) {
  auto quota = read_number(group / "cpu.cfs_quota_us");
  auto period = read_number(group / "cpu.cfs_period_us");
  if (quota && period)
    add_quota(limits, *quota, *period);
  add_memory(limits, group / "memory.limit_in_bytes");
}

/// Calls `add` for the group at `mount` + `path`, and all above it up to the mount itself.
template <class Add>
void climb(cgroup_limits& limits, const fs::path& mount, const fs::path& path, Add add) {
  auto below = path.relative_path();
  for (; !below.empty(); below = below.parent_path())
    add(limits, mount / below);
  add(limits, mount);
}

void add_group(cgroup_limits& limits, const fs::path& mount, const own_cgroup& group) {
  if (group.controllers.empty()) {
    climb(limits, mount, group.path, add_v2);
    climb(limits, mount / "unified", group.path, add_v2);
  }
  for (const auto& name : group.controllers)
    if (name == "cpu" || name == "memory")
      climb(limits, mount / name, group.path, add_v1);
}

std::int64_t usable_processors() {
  // More than CPU_SETSIZE processors need a larger set; the kernel says EINVAL until it fits.
  for (std::size_t sets = 1; sets <= 64; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    if (::sched_getaffinity(0, sets * sizeof(cpu_set_t), mask.data()) == 0)
      return CPU_COUNT_S(sets * sizeof(cpu_set_t), mask.data());
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

std::uint64_t total_memory_mb() {
  std::ifstream in{"/proc/meminfo"};
  std::string name;
  std::uint64_t kilobytes = 0;
  for (std::string line; std::getline(in, line);)
    if (std::istringstream words{line}; words >> name >> kilobytes && name == "MemTotal:")
      return kilobytes / 1024;
  return 0;
}

std::string host_name() {
  std::array<char, 256> buffer{};
  return ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? buffer.data() : "localhost";
}

}  // namespace

cgroup_limits read_cgroup_limits(const fs::path& root) {
  cgroup_limits result;
  for (const auto& group : read_own_cgroups(root))
    add_group(result, root / "sys/fs/cgroup", group);
  return result;
}

std::variant<machine_facts, failure> detect_machine(const fs::path& disk_path) {
  struct statvfs disk {};
  if (::statvfs(disk_path.c_str(), &disk) != 0)
    return make_failure(errno, "cannot measure the disk at " + in_quotes(disk_path));
  auto limits = read_cgroup_limits();
  machine_facts result;
  result.milli_cpus = usable_processors() * 1000;
  if (limits.milli_cpus)
    result.milli_cpus = std::min(result.milli_cpus, *limits.milli_cpus);
  result.mem_mb = total_memory_mb();
  if (limits.mem_bytes)
    result.mem_mb = std::min(result.mem_mb, *limits.mem_bytes / mega);
  result.disk_mb = disk.f_bavail * disk.f_frsize / mega;
  result.hostname = host_name();
  return result;
}

std::string boot_id() {
  std::ifstream in{"/proc/sys/kernel/random/boot_id"};
  std::string result;
  in >> result;
  return result;
}

std::uint32_t machine_load() {
  double tasks = 0;
  if (::getloadavg(&tasks, 1) != 1)
    return 0;
  return static_cast<std::uint32_t>(1000 * tasks / static_cast<double>(usable_processors()));
}

}  // namespace entente::runtime
