#pragma once

#include <optional>
#include <string>

#include "messages/cluster.hpp"
#include "messages/protocol_range.hpp"
#include "messages/task.hpp"

namespace entente {

/// Why no agent could run such a task, whatever it has: something is missing, out of its range, or
/// leaves the task's sandbox. Nothing if it makes sense.
std::optional<std::string> problem_of(const task_info& x);

/// Why this agent cannot run such a task although others could: it speaks too old a version of the
/// protocol, and would run it without what it does not know of. Nothing if it can.
std::optional<std::string> problem_on(const agent_info& agent, const protocol_range& speaks,
                                      const task_info& x);

}  // namespace entente
