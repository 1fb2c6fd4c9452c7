#pragma once

#include <chrono>

namespace entente {

/// A moment of the actor clock. Decisions get it as a parameter; they never look at a clock.
using time_point = std::chrono::steady_clock::time_point;

}  // namespace entente
