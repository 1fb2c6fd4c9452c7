#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "actors/runtime/process.hpp"

namespace entente::runtime {

/// The caller's name for a process, unique among those that run in one table.
using process_key = std::string;

/// Called when a process has ended and is reaped. From the table's own thread, so it must be quick,
/// must not throw, and must neither stop nor destroy the table; it may start and signal.
using exit_callback = std::function<void(process_key, exit_status)>;

/// The variable by which a process and its descendants are known to the table that started it.
inline constexpr const char* process_tag_variable = "ENTENTE_PROCESS_TAG";

/// Owns the running processes of one agent, and one thread that waits for their ends. All members
/// may be called from any thread. Other children of this operating system process are left alone,
/// but it must not ignore SIGCHLD (statuses would be lost, and reported as -1).
///
/// Invariants:
///   (1) each process that start() returned is reaped, and reported exactly once
///   (2) a signal only ever reaches the group it was meant for: no leader is reaped before its
///       entry is gone, so no number is signalled that could be somebody else's by then
///   (3) nothing of a task outlives it: when the leader ends, the rest of its process group is
///       killed before the leader is reaped; what left the group (setsid, job control) still
///       carries the task's tag in its environment and is killed by a sweep over /proc
///
/// Sweeps take at most a twentieth of one core and are never more frequent than every 250 ms; one
/// covers all the tasks that ended since the last, so an escaped process may live that long after
/// its task was reported. stop() ends with a sweep. A process that leaves the group *and* wipes its
/// environment escapes: only cgroups prevent that.
class process_table {
public:
  /// Starts the thread. `on_exit` may be called before start() has returned to its caller.
  explicit process_table(exit_callback on_exit);

  process_table(const process_table&) = delete;
  process_table& operator=(const process_table&) = delete;

  /// As stop(0ms).
  ~process_table();

  /// Starts `spec` with one more variable in its environment: its tag. Different threads start
  /// processes in parallel.
  /// @returns its process id, which is also its process group and session, or why it cannot
  ///          start; also if `key` is already running (EEXIST) or the table is stopped (ECANCELED).
  std::variant<pid_t, spawn_error> start(const process_key& key, const process_spec& spec);

  /// Sends `signo` to the whole process group of `key`.
  /// @returns false if it is not running.
  bool signal(const process_key& key, int signo);

  /// @returns how many processes run, or are about to.
  std::size_t size() const;

  /// Sends SIGTERM to all groups and SIGKILL to those left after `grace`; start() is refused from
  /// now on. Returns when all are reaped, reported and swept. May be called again, and by several
  /// threads.
  void stop(std::chrono::milliseconds grace);

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace entente::runtime
