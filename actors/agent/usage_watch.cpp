#include "actors/agent/usage_watch.hpp"

#include <set>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "actors/runtime/file_tree.hpp"
#include "actors/runtime/process_usage.hpp"
#include "actors/runtime/run_directory.hpp"

namespace entente {

namespace {

constexpr std::uint64_t megabyte = 1024 * 1024;

/// Of one sandbox at once: they take less than a tenth of a second, if the kernel knows them.
constexpr std::size_t entries_at_once = 20'000;
/// What part of the pause large sandboxes may take besides; more, and the pause would be longer.
constexpr int spare_part = 10;

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
    runtime::over_disk_text(bytes, *task.disk_limit));
}

}  // namespace

usage_watch::usage_watch(std::chrono::milliseconds pause, group_function group_of,
                         over_disk_function on_over_disk)
    : pause_(pause),
      group_of_(std::move(group_of)),
      on_over_disk_(std::move(on_over_disk)),
      work_(pause, [this] { measure(); }) {}

void usage_watch::add(const task_key& key, watched_task task) {
  auto disk = std::make_shared<disk_meter>(task.sandbox);
  std::lock_guard guard{mutex_};
  tasks_.insert_or_assign(key, record{std::move(task), std::move(disk)});
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
  for (const auto& [key, x] : tasks)
    if (auto& count = counts[key] = count_of(group_of_(key), x.task); count.supervisor)
      supervisors.insert(*count.supervisor);
  auto below = runtime::usage_below(supervisors);
  measure_disks(tasks);
  for (const auto& [key, count] : counts) {
    auto processes = count.supervisor ? below[*count.supervisor] : runtime::process_usage{};
    auto usage = usage_of(count, processes);
    const auto& disk = *tasks.at(key).disk;
    usage.disk_bytes = disk.bytes();
    take(key, usage, disk);
  }
}

/// Goes a step on in each sandbox; then in those that need more, while there is time to spare.
void usage_watch::measure_disks(const records& tasks) {
  auto spare_until = std::chrono::steady_clock::now() + pause_ / spare_part;
  std::vector<disk_meter*> rest;
  for (const auto& [key, x] : tasks)
    rest.push_back(x.disk.get());
  do {
    std::erase_if(rest, [this](auto* disk) { return quit_ || disk->step(entries_at_once); });
  } while (!rest.empty() && std::chrono::steady_clock::now() < spare_until);
}

usage_watch::records usage_watch::watched() const {
  std::lock_guard guard{mutex_};
  return tasks_;
}

void usage_watch::take(const task_key& key, const task_usage& usage, const disk_meter& disk) {
  {
    std::lock_guard guard{mutex_};
    auto i = tasks_.find(key);
    if (i == tasks_.end() || i->second.disk.get() != &disk)
      return;
    auto& x = i->second;
    x.usage = usage;
    auto is_over = x.task.disk_limit && disk.seen() > *x.task.disk_limit;
    if (!is_over || std::exchange(x.is_over, true))
      return;
    write_down(x.task, disk.seen());
  }
  on_over_disk_(key);
}

std::optional<std::uint64_t> disk_limit_of(const resources& limits) {
  auto milli = static_cast<std::uint64_t>(limits.milli("disk"));
  return milli > 0 ? std::optional{milli * megabyte / 1000} : std::nullopt;
}

}  // namespace entente
