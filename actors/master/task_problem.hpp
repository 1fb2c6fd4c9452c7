#pragma once

#include <optional>
#include <string>

#include "messages/task.hpp"

namespace entente {

/// Why no agent could run such a task, whatever it has: something is missing, out of its range, or
/// leaves the task's sandbox. Nothing if it makes sense.
std::optional<std::string> problem_of(const task_info& x);

}  // namespace entente
