#pragma once

#include <optional>

#include "actors/master/effects.hpp"
#include "actors/runtime/log_event.hpp"

namespace entente {

/// What the log says of an effect: of claims, grants, ends of tasks and departures as `info` or
/// more, of offers, rounds and other updates as `debug`.
/// @param from what is less severe is not even put together
/// @returns nothing if it is less severe, or not worth a line
std::optional<log_event> event_of(const master_effect& effect, log_level from);

}  // namespace entente
