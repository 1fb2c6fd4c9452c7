#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/claim.hpp"
#include "messages/cluster.hpp"

namespace entente {

/// What an agent could give to a claim: from its bid, or from what the pool says of it.
struct candidate {
  agent_id agent;
  std::uint32_t slots = 0;
  std::uint32_t score = 0;                    ///< 0 to max_score; more counts as max_score
  const attribute_map* attributes = nullptr;  ///< not owned; needed for `same_attribute` only
};

/// How many slots are taken of which agent; by agent id, which is the order of ranks: neighbours
/// in rank share an agent.
using choice = std::vector<grant_member>;

/// Picks what a claim takes of what there is. docs/model.md, section 4, states what is best and
/// proves it: as many slots as the claim takes, then its layout, then the score. All of it is exact
/// but the score of `pack`, which has a bound. Ties go to the smaller agent id, so the order of the
/// candidates does not matter.
///
/// It looks at agents, slots and scores only: constraints were checked when agents were asked.
/// Takes O(m log m) for m candidates, times the few steps of a search for `pack`.
///
/// @param wanted a claim without a problem (see messages/constraints.hpp).
/// @returns nothing if no choice satisfies the claim; a choice whenever one exists.
/// @throws std::invalid_argument if an agent is there twice.
std::optional<choice> decide(const claim& wanted, std::span<const candidate> candidates);

}  // namespace entente
