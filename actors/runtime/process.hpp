#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <sys/types.h>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// What to run, and where. From the agent the process has only its user, limits and umask.
struct process_spec {
  /// The command and its arguments. A command without a slash is looked up in the PATH of `env`, or
  /// in the agent's if `env` has none; one with a slash is relative to `directory`.
  std::vector<std::string> argv;
  /// The whole environment of the process.
  std::map<std::string, std::string> env;
  /// The working directory; must exist.
  std::filesystem::path directory;
  /// Take stdout and stderr: created or emptied, then appended to. May be the same file.
  std::filesystem::path out_file;
  std::filesystem::path err_file;
};

/// How a process ended.
struct exit_status {
  /// Whether a signal ended it.
  bool signaled = false;
  /// The exit code, or the number of the signal; -1 if somebody else took the status.
  int code = 0;
  /// Whether it dumped core.
  bool core = false;

  /// @returns whether the process ended by itself with code 0.
  bool success() const noexcept { return !signaled && code == 0; }

  /// @returns `exited with code 3`, or `killed by signal SIGKILL (9)`, with `, core dumped` if so.
  std::string to_string() const;

  bool operator==(const exit_status&) const = default;
};

/// Why a process did not start; the message is fit for a task's status update, such as
/// `cannot start "nosuch": No such file or directory`.
using spawn_error = failure;

/// @returns `SIGKILL` for 9, `SIGRTMIN+1` for real-time signals, `SIG99` for what has no name.
std::string signal_name(int signo);

/// Starts a process: the leader of a session and process group of its own, all signals unblocked
/// and at their defaults, stdin from /dev/null, no descriptor but 0, 1 and 2. Blocks until the
/// command is running, so that what cannot be executed is an error here and not an exit code later.
///
/// A file that is executable text without `#!` is run by /bin/sh, as execvp does.
///
/// The caller must reap the process; `process_table` does. The process survives a SIGKILL of the
/// agent: posix_spawn cannot set PR_SET_PDEATHSIG, a supervisor per task will close this gap.
std::variant<pid_t, spawn_error> spawn(const process_spec& spec);

}  // namespace entente::runtime
