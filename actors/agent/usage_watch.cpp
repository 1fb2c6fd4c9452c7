#include "actors/agent/usage_watch.hpp"

#include <set>
#include <utility>

#include <sys/types.h>

#include "actors/runtime/file_tree.hpp"
#include "actors/runtime/process_usage.hpp"
#include "actors/runtime/run_directory.hpp"

namespace entente {

namespace {

constexpr std::uint64_t megabyte = 1024 * 1024;

/// What the group of a task has counted.
struct group_count {
  runtime::task_usage usage;
  /// Whose processes must be looked at for what the group does not count.
  std::optional<pid_t> supervisor;
};

group_count count_of(const std::optional<runtime::task_cgroup>& group, const watched_task& task) {
  group_count result;
  if (group)
    result.usage = group->usage();
  if (!result.usage.cpu_us || !result.usage.mem_bytes)
    result.supervisor = runtime::run_directory{task.run_directory}.supervisor();
  return result;
}

task_usage usage_of(const group_count& count, const runtime::process_usage& processes) {
  task_usage result;
  result.cpu =
    count.usage.cpu_us ? std::chrono::milliseconds{*count.usage.cpu_us / 1000} : processes.cpu;
  result.mem_bytes = count.usage.mem_bytes.value_or(processes.mem_bytes);
  return result;
}

/// What is said of a sandbox that has more than it may, so that an agent that is killed before the
/// end of the task finds it.
void write_down(const watched_task& task, std::uint64_t bytes) {
  runtime::run_directory{task.run_directory}.write_over_limit(
    over_disk_text(bytes, *task.disk_limit));
}

}  // namespace

usage_watch::usage_watch(std::chrono::milliseconds pause, group_function group_of,
                         over_disk_function on_over_disk)
    : group_of_(std::move(group_of)),
      on_over_disk_(std::move(on_over_disk)),
      work_(pause, [this] { measure(); }) {}

void usage_watch::add(const task_key& key, watched_task task) {
  std::lock_guard guard{mutex_};
  tasks_.insert_or_assign(key, record{std::move(task)});
}

void usage_watch::limit(const task_key& key, std::optional<std::uint64_t> disk_limit) {
  std::lock_guard guard{mutex_};
  if (auto i = tasks_.find(key); i != tasks_.end())
    i->second.task.disk_limit = disk_limit;
}

void usage_watch::remove(const task_key& key) {
  std::lock_guard guard{mutex_};
  tasks_.erase(key);
}

std::optional<task_usage> usage_watch::usage(const task_key& key) const {
  std::lock_guard guard{mutex_};
  auto i = tasks_.find(key);
  return i == tasks_.end() ? std::nullopt : i->second.usage;
}

/// What takes long is done without the lock; a task that is gone by then is measured for nothing.
void usage_watch::measure() {
  auto tasks = watched();
  std::map<task_key, group_count> counts;
  std::set<pid_t> supervisors;
  for (const auto& [key, task] : tasks)
    if (auto& count = counts[key] = count_of(group_of_(key), task); count.supervisor)
      supervisors.insert(*count.supervisor);
  auto below = runtime::usage_below(supervisors);
  for (const auto& [key, count] : counts) {
    auto processes = count.supervisor ? below[*count.supervisor] : runtime::process_usage{};
    auto usage = usage_of(count, processes);
    usage.disk_bytes = runtime::tree_bytes(tasks.at(key).sandbox);
    take(key, usage);
  }
}

std::map<task_key, watched_task> usage_watch::watched() const {
  std::lock_guard guard{mutex_};
  std::map<task_key, watched_task> result;
  for (const auto& [key, x] : tasks_)
    result.emplace(key, x.task);
  return result;
}

void usage_watch::take(const task_key& key, const task_usage& usage) {
  {
    std::lock_guard guard{mutex_};
    auto i = tasks_.find(key);
    if (i == tasks_.end())
      return;
    auto& x = i->second;
    x.usage = usage;
    auto is_over = x.task.disk_limit && usage.disk_bytes > *x.task.disk_limit;
    if (!is_over || std::exchange(x.is_over, true))
      return;
    write_down(x.task, usage.disk_bytes);
  }
  on_over_disk_(key);
}

std::optional<std::uint64_t> disk_limit_of(const resources& limits) {
  auto milli = static_cast<std::uint64_t>(limits.milli("disk"));
  return milli > 0 ? std::optional{milli * megabyte / 1000} : std::nullopt;
}

std::string over_disk_text(std::uint64_t bytes, std::uint64_t limit) {
  return "its sandbox has " + std::to_string((bytes + megabyte - 1) / megabyte) + " MB, " +
         std::to_string(limit / megabyte) + " MB were asked for";
}

}  // namespace entente
