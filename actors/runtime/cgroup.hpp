#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/failure.hpp"

/// Control groups: what limits a task, counts what it uses and finds all of its processes.
///
/// An agent has a group of its own, below that in which it is itself, so that what limits the agent
/// limits its tasks, too; each task has a group in that. Nothing here has a state but the names of
/// directories: all can be called by any thread and, by another process, for the same group.
///
/// A task of the same user as the agent, or of root, can write itself into another group. Limits
/// hold back what goes wrong, not who means harm.
namespace entente::runtime {

/// What a task may use; 0: as much as there is.
struct task_limits {
  /// Thousandths of a processor: both its share if there is less than all want, and its most.
  std::int64_t milli_cpus = 0;
  /// Memory, what is swapped out included; over it, processes of the task are killed.
  std::uint64_t mem_bytes = 0;
  /// Processes and threads; over it, none can be started.
  std::uint64_t pids = 0;

  friend bool operator==(const task_limits&, const task_limits&) = default;
};

/// What a task has used; nothing where it is not counted.
struct task_usage {
  /// Time on processors, of all its processes since its begin, in microseconds.
  std::optional<std::uint64_t> cpu_us;
  /// What is counted against the limit: files read and written are part of it while cached.
  std::optional<std::uint64_t> mem_bytes;
  /// The most that it was; version 2 tells since Linux 5.19.
  std::optional<std::uint64_t> mem_peak_bytes;
  /// Processes and threads now.
  std::optional<std::uint64_t> pids;
};

/// Which limits hold.
struct enforced_limits {
  bool cpus = false;
  bool mem = false;
  bool pids = false;

  friend bool operator==(const enforced_limits&, const enforced_limits&) = default;
};

/// The group of a task, in one directory for each hierarchy (version 1) or in one (version 2). It
/// stays when this object goes. One without directories limits, counts and kills nothing.
class task_cgroup {
public:
  /// Takes up a group that exists; `directories` as told by directories(), maybe in another
  /// process.
  explicit task_cgroup(std::vector<std::filesystem::path> directories);

  const std::vector<std::filesystem::path>& directories() const noexcept { return directories_; }

  /// The files into which a process writes "0", one after the other, to be in the group; what it
  /// starts then is, too. To be done between fork and exec: what is in the group is killed with it.
  std::vector<std::filesystem::path> entry_files() const;

  /// The same for what only looks after the task: it has the task's limits together with it, but
  /// with version 1 it is in a group below, which is made here, so that oom_kills() does not count
  /// it. With version 2 the kernel kills the task with it, whatever group it is in.
  std::vector<std::filesystem::path> probe_entry_files() const;

  /// Kills, by SIGKILL, all that is in the group and in groups below, and waits until nothing is,
  /// for as long as `patience`. The group is to be removed then: maybe nothing can be started in
  /// it.
  /// @returns why not, or nothing: EBUSY if something lives still, EDEADLK if that is the caller.
  std::optional<failure> kill(std::chrono::milliseconds patience = std::chrono::seconds{2}) const;

  task_usage usage() const;

  /// How many of its processes were killed for want of memory, with version 1 without those in
  /// groups below. Counted also when a group above was
  /// at its limit: compare usage().mem_peak_bytes.
  std::uint64_t oom_kills() const;

  /// Sets the limits, all of them, as far as they are enforced. Less memory than is used now is
  /// EBUSY (version 1), or kills (version 2).
  /// @returns why not, or nothing; what comes before the file that it names is done.
  std::optional<failure> update(const task_limits& limits) const;

  /// Removes the group. @returns why not, or nothing; EBUSY while something is in it, or was a
  /// moment ago: to be tried again. One that is gone is no error.
  std::optional<failure> remove() const;

private:
  std::vector<std::filesystem::path> directories_;
};

/// The group of an agent, and those of its tasks in it.
class cgroup_tree {
public:
  /// Makes the group of the agent, or finds it; to be called once, early, before other processes
  /// are started: where version 2 demands it (no group has both processes and groups with
  /// controllers), the caller moves itself into a group `entente-agent` beside that of the tasks. A
  /// service manager that can should start it there: systemd by Delegate=yes and
  /// DelegateSubgroup=entente-agent.
  ///
  /// What cannot be had is no failure: the limits concerned are not enforced.
  /// @param name such as `entente/ID`, each part a safe_file_name()
  /// @param root has `proc` and `sys`; tests give another
  /// @returns EINVAL if the name is not safe
  static std::variant<cgroup_tree, failure> open(const std::string& name,
                                                 const std::filesystem::path& root = "/");

  /// Makes the group of a task with its limits, or nothing of it.
  /// @param task a safe_file_name()
  /// @returns EEXIST if there is one, of an earlier life: see find()
  std::variant<task_cgroup, failure> create(const std::string& task,
                                            const task_limits& limits) const;

  /// The group that was made for the task, now or in an earlier life of the agent.
  std::optional<task_cgroup> find(const std::string& task) const;

  /// The names of all tasks that have a group, sorted.
  std::vector<std::string> list() const;

  const enforced_limits& enforced() const noexcept { return enforced_; }

  /// One line for a person: `cgroups v1: cpus, mem and pids are enforced`, or
  /// `no cgroups (cannot create "...": Permission denied): cpus, mem and pids are not enforced`.
  std::string describe() const;

  /// Removes the group of the agent, if no task is in it any more.
  /// @returns why not, or nothing
  std::optional<failure> remove() const;

private:
  cgroup_tree() = default;

  std::filesystem::path name_;
  int version_ = 0;
  std::vector<std::filesystem::path> directories_;
  enforced_limits enforced_;
  std::vector<std::string> reasons_;
};

}  // namespace entente::runtime
