#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// What a supervisor is told on its command line. The environment that it is given is that of the
/// task.
struct supervisor_options {
  std::filesystem::path run;       ///< the run's directory; see run_directory
  std::filesystem::path sandbox;   ///< the task's working directory, and where its output goes
  std::uint64_t output_limit = 0;  ///< bytes of one output file; see output_file
  bool tied = false;               ///< the task is to end when the other end of stdin is closed
  std::vector<std::filesystem::path> groups{};  ///< control groups' files for the task to enter
  std::vector<std::string> prepare{};           ///< a command to be run before, with exit code 0
  std::vector<std::string> command;
  bool probe = false;  ///< it is a probe of the task, for supervise_probe(): without run and limit

  friend bool operator==(const supervisor_options&, const supervisor_options&) = default;
};

/// The descriptor at which a supervisor finds the lock of the run's directory.
inline constexpr int lock_descriptor = 3;

/// The signal by which a supervisor is told to send another one, its value, to its task's group. It
/// is queued, which the system may refuse.
int forwarding_signal();

/// The signal by which a supervisor is told to kill its task. Nothing can keep that from it.
int killing_signal();

/// What a supervisor writes to its stdout once the command runs; if it cannot, it writes nothing.
inline constexpr char begun_mark = '+';

std::vector<std::string> to_arguments(const supervisor_options& x);
std::variant<supervisor_options, failure> parse_supervisor(const std::vector<std::string>& x);

/// Runs one task to its end: the whole life of a supervisor. It is detached from the agent, which
/// may end and come back; what they know of each other is in the run's directory.
///
/// Must be called in a process of its own with one thread, with
///   stdin   /dev/null; if the task is tied, a pipe that nobody writes to
///   stdout  a pipe to the agent: `begun_mark` once the command runs, then it is closed
///   lock_descriptor  the lock of the run's directory
///
/// A preparation is run as the command is: where, limited and killed as it would be. Only when it
/// has ended well, the command is executed; else the run has failed, with what the preparation has
/// left as its reason. What is signalled before then never begins.
///
/// When the command ends, all that descends from it is killed; so it is when somebody sends the
/// supervisor SIGTERM, or when the task is tied: SIGTERM to its group, and SIGKILL soon after. When
/// the supervisor is killed itself, the command gets SIGKILL; what has left it is found by its tag.
/// @returns the exit code of the supervisor: 0 if it could say how the task ended
int supervise(const supervisor_options& options);

}  // namespace entente::runtime
