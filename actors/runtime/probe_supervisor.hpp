#pragma once

#include "actors/runtime/supervisor.hpp"

namespace entente::runtime {

/// Runs one probe of a task to its end: the whole life of a supervisor that is told to. What the
/// command writes goes to the supervisor's own stdout and stderr. When the command ends, or stdin
/// is closed at its other end, which it also is when the agent is killed, all that descends from
/// the command is killed.
///
/// Must be called in a process of its own with one thread.
/// @returns the exit code of the command; after a signal it does not return but ends by the same.
///          127, and a line on stdout that says why, if the command could not be started
int supervise_probe(const supervisor_options& options);

}  // namespace entente::runtime
