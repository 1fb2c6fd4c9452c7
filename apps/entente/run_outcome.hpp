#pragma once

#include <string>

#include "apps/entente/run_scheduler.hpp"

namespace entente {

/// Whether the command of a task that has ended was ever begun and came to an end of its own, also
/// one that nobody saw because its supervisor was killed.
bool has_run(const status_update& last);

/// What a task's end means for the exit code of `entente run`: the task's own, 128 + its signal,
/// 127 if it could not start, else 1.
run_result outcome_of(const status_update& last, bool interrupted);

/// What is to be said of a task whose end is an exit code, of which outcome_of() says nothing:
/// that a limit or a full disk had a part in it. Empty if there is nothing to say.
std::string remark_on(const status_update& last);

}  // namespace entente
