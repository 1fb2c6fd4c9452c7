#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/units.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// Starts what keeps an agent connected: it tries the addresses, one after the other, with growing
/// pauses that chance spreads, until it finds a master there, tells the agent of it, and begins
/// anew when the connection is lost. It ends with the agent. Needs the I/O module of CAF.
///
/// @param where at least one
/// @param seed of chance: agents that lose their master together must not come back together
/// @param warn called on the actor's thread with what an operator has to know, a line each
caf::actor spawn_master_finder(caf::actor_system& system, local_agent_actor agent,
                               std::vector<endpoint> where, std::uint64_t seed,
                               std::function<void(const std::string&)> warn);

}  // namespace entente
