#include "actors/runtime/process_usage.hpp"

#include <cstdlib>
#include <memory>
#include <string>

#include <dirent.h>
#include <unistd.h>

#include "actors/runtime/process_stat.hpp"

namespace entente::runtime {

namespace {

/// Of the fields of /proc/PID/stat, see proc(5).
constexpr std::size_t parent_field = 4;
constexpr std::size_t first_time_field = 14;   // utime, stime,
constexpr std::size_t first_child_field = 16;  // and of children that were waited for
constexpr std::size_t after_times_field = 18;
constexpr std::size_t resident_field = 24;

struct facts {
  pid_t parent = 0;
  std::uint64_t ticks = 0;        ///< its own and its ended children's
  std::uint64_t ended_ticks = 0;  ///< its ended children's
  std::uint64_t pages = 0;
};

std::uint64_t number(const process_stat& stat, std::size_t field) {
  return std::strtoull(stat.field(field).c_str(), nullptr, 10);
}

facts facts_of(pid_t pid) {
  process_stat stat{pid};
  if (!stat.has(resident_field))
    return {};
  facts result;
  result.parent = static_cast<pid_t>(number(stat, parent_field));
  for (auto field = first_time_field; field < after_times_field; ++field)
    result.ticks += number(stat, field);
  for (auto field = first_child_field; field < after_times_field; ++field)
    result.ended_ticks += number(stat, field);
  result.pages = number(stat, resident_field);
  return result;
}

std::map<pid_t, facts> all_processes() {
  std::map<pid_t, facts> result;
  std::unique_ptr<DIR, int (*)(DIR*)> proc{::opendir("/proc"), ::closedir};
  while (auto* entry = proc ? ::readdir(proc.get()) : nullptr)
    if (auto pid = static_cast<pid_t>(std::atol(entry->d_name)); pid > 0)
      result[pid] = facts_of(pid);
  return result;
}

/// The nearest of `ancestors` above a process; 0 if there is none. Numbers may have been used again
/// while they were read, so that a line of parents may not end.
pid_t ancestor_of(pid_t pid, const std::map<pid_t, facts>& all, const std::set<pid_t>& ancestors) {
  for (std::size_t steps = 0; steps <= all.size(); ++steps) {
    auto i = all.find(pid);
    if (i == all.end())
      return 0;
    pid = i->second.parent;
    if (ancestors.contains(pid))
      return pid;
  }
  return 0;
}

std::chrono::milliseconds time_of(std::uint64_t ticks) {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::milliseconds{ticks * 1000 / per_second};
}

}  // namespace

std::map<pid_t, process_usage> usage_below(const std::set<pid_t>& ancestors) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  if (ancestors.empty())
    return {};
  auto all = all_processes();
  std::map<pid_t, std::uint64_t> ticks;
  std::map<pid_t, process_usage> result;
  for (auto pid : ancestors)
    if (auto i = all.find(pid); i != all.end())
      ticks[pid] = i->second.ended_ticks;
  for (const auto& [pid, x] : all)
    if (auto ancestor = ancestor_of(pid, all, ancestors)) {
      ticks[ancestor] += x.ticks;
      result[ancestor].mem_bytes += x.pages * page;
    }
  for (const auto& [pid, count] : ticks)
    result[pid].cpu = time_of(count);
  return result;
}

}  // namespace entente::runtime
