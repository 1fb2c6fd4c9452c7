#pragma once

#include "apps/entente/run_scheduler.hpp"

namespace entente {

/// What a task's end means for the exit code of `entente run`: the task's own, 128 + its signal,
/// 127 if it could not start, else 1.
run_result outcome_of(const status_update& last, bool interrupted);

}  // namespace entente
