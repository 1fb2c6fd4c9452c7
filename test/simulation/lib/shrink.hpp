#pragma once

#include <functional>

#include "plan.hpp"

namespace entente::simulation {

/// Cuts a plan that fails down to events none of which can be left out, by delta debugging (Zeller
/// and Hildebrandt, 2002: ddmin). What it does by chance stays as the seed has it.
///
/// @param fails whether a plan still fails, in the same way
/// @param most_runs of `fails`; after as many, what was found until then
plan shrink(plan failing, const std::function<bool(const plan&)>& fails, unsigned most_runs);

}  // namespace entente::simulation
