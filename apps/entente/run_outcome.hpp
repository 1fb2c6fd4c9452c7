#pragma once

#include "apps/entente/run_scheduler.hpp"
#include "messages/queries.hpp"

namespace entente {

/// What a task's end means for the exit code of `entente run`: the task's own, 128 + its signal,
/// 127 if it could not start, else 1.
run_result outcome_of(const status_update& last, bool interrupted);

/// Says why no agent that is there could ever run the task, if so.
std::optional<std::string> never_fits(const resources& wanted, const cluster_view& view);

}  // namespace entente
