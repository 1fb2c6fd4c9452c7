#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/supervisor.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// @returns where one of our own programs is: in the folder of this process's own program, in its
///          neighbour `libexec/entente`, or in the PATH; nothing if it is nowhere.
std::optional<std::filesystem::path> find_program(const char* name);

/// The program `entente-supervisor`.
std::optional<std::filesystem::path> find_supervisor();

/// A supervisor that has been started.
struct started_supervisor {
  unique_fd process;  ///< readable once it has ended; it is a child, which must be reaped
  unique_fd report;   ///< where it writes `begun_mark`; does not block
};

/// Starts a supervisor: a session of its own, and no descriptor but those that supervise() wants.
/// @param env of the task
/// @param lock of the run's directory; the caller closes its own copy
/// @param lifeline what becomes its stdin; none: /dev/null
std::variant<started_supervisor, failure>
spawn_supervisor(const std::filesystem::path& program, const supervisor_options& options,
                 const std::map<std::string, std::string>& env, const unique_fd& lock,
                 const unique_fd& lifeline);

/// A command that probes a task, under a supervisor that lives no longer than it or this process.
struct started_probe {
  unique_fd process;   ///< readable once it has ended, with all its children; it must be reaped
  unique_fd output;    ///< what it writes to stdout and stderr; does not block
  unique_fd lifeline;  ///< it is killed, with all its children, when this is closed
};

/// Starts a probe; see supervise_probe() for how it ends.
/// @param sandbox its working directory
/// @param groups control groups' files for it to enter
std::variant<started_probe, failure> spawn_probe(const std::filesystem::path& program,
                                                 const std::vector<std::string>& command,
                                                 const std::map<std::string, std::string>& env,
                                                 const std::filesystem::path& sandbox,
                                                 const std::vector<std::filesystem::path>& groups);

}  // namespace entente::runtime
