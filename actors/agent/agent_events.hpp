#pragma once

#include <string>

#include "actors/agent/task_key.hpp"
#include "actors/agent/task_runner.hpp"
#include "actors/runtime/log_event.hpp"

/// What an agent's log says of its tasks: that they begin and end, and what becomes of them in its
/// next life, as `info`; losses as `warn`. Nothing of their commands and variables.
namespace entente {

log_event event_of(const task_key& task, const task_event& x);
log_event event_of(const task_key& task, const found_task& x);

}  // namespace entente
