#pragma once

#include <optional>
#include <string>

#include "messages/cluster.hpp"

namespace entente {

/// Whether an agent that was started with `before` may go on with `now`: it may have got more, for
/// what was promised of it is there still. Its address and its hostname do not count.
/// @returns what was, what is, and what to do, if it has less, or is another one.
std::optional<std::string> problem_of_change(const agent_info& before, const agent_info& now);

}  // namespace entente
