#pragma once

#include <vector>

#include "actors/agreement/round.hpp"
#include "messages/protocol.hpp"

namespace caf {
class actor_system;
}

namespace entente {

/// Spawns the actor that drives a round. The owner hears its outcome once, then the actor quits.
///
/// It has one timer, whatever the number of agents, and asks without requests: an agent whose
/// answer is an error, or that is gone, has not answered by the deadline. To be faster than that,
/// tell it with agent_lost.
///
/// Any exit message cancels the round (only exit_reason::kill leaves no time for that), and so does
/// the owner's death. An outcome that is on its way then may still say granted: who cancels must
/// release such a grant.
///
/// Answers that come after the end find nobody, so nobody releases what they promise: a hold ends
/// by its lease; a part is in its agent's reports, and the owner releases what it does not know. If
/// the owner is gone, too, unused_timeout ends it.
///
/// @param parties in the order of the plan's agents, as many as there are.
/// @throws std::invalid_argument if they are not, or if the plan names an agent twice.
round_actor spawn_round(caf::actor_system& system, round_plan plan,
                        std::vector<agreement_party> parties, round_owner owner);

}  // namespace entente
