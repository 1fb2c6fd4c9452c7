#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sys/types.h>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// What to run, and where. From its parent the process has only its user, limits and umask.
struct process_spec {
  /// The command and its arguments. A command without a slash is looked up in the PATH of `env`, or
  /// in the parent's if `env` has none; one with a slash is relative to `directory`.
  std::vector<std::string> argv;
  /// The whole environment of the process.
  std::map<std::string, std::string> env;
  /// The working directory; must exist.
  std::filesystem::path directory;
  /// The descriptors that become stdout and stderr; they stay the caller's. May be the same.
  int out = -1;
  int err = -1;
  /// Files of control groups, into which the process writes itself before it runs the command.
  std::vector<std::filesystem::path> groups{};
};

/// How a process ended.
struct exit_status {
  /// Whether a signal ended it.
  bool signaled = false;
  /// The exit code, or the number of the signal; -1 if it is not known.
  int code = 0;
  /// Whether it dumped core.
  bool core = false;
  /// Bytes that it wrote to stdout or stderr and that could not be kept, for want of disk space.
  std::uint64_t output_lost = 0;

  /// @returns whether the process ended by itself with code 0.
  bool success() const noexcept { return !signaled && code == 0; }

  /// @returns `exited with code 3`, or `killed by signal SIGKILL (9)`, with `, core dumped` and
  /// `; 512 bytes of its output were lost` if so.
  std::string to_string() const;

  bool operator==(const exit_status&) const = default;
};

/// Why a process did not start; the message is fit for a task's status update, such as
/// `cannot start "nosuch": No such file or directory`.
using spawn_error = failure;

/// @returns `SIGKILL` for 9, `SIGRTMIN+1` for real-time signals, `SIG99` for what has no name.
std::string signal_name(int signo);

/// Finds what the system would silently cut or misread in a command and its environment.
std::optional<spawn_error> problem_of(const std::vector<std::string>& argv,
                                      const std::map<std::string, std::string>& env);

/// Starts a process: the leader of a session and process group of its own, all signals unblocked
/// and at their defaults, stdin from /dev/null, no descriptor but 0, 1 and 2. Blocks until the
/// command is running, so that what cannot be executed is an error here and not an exit code later.
///
/// The process gets SIGKILL when the thread that called this ends, however it ends. A file that is
/// executable text without `#!` is run by /bin/sh, as execvp does. The caller must reap the
/// process.
///
/// Forks, so it belongs into a small process: a supervisor.
std::variant<pid_t, spawn_error> spawn(const process_spec& spec);

}  // namespace entente::runtime
