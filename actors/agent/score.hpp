#pragma once

#include <cstdint>
#include <vector>

#include "messages/agreement.hpp"

namespace entente {

/// What a bid's score depends on. Refers to what its maker owns; only for the call.
struct score_inputs {
  const resources& limits;    ///< of each slot
  const resources& capacity;  ///< of the agent
  const resources& free;      ///< after the slots that the bid holds
  std::uint32_t own_slots;    ///< that the framework has on this agent already
  std::uint32_t load;         ///< of the machine, in thousandths of what it can
  const attribute_map& attributes;
  const std::vector<preference>& preferences;
};

/// How well the slots of a bid suit, 0 to max_score; docs/model.md states it with an example:
///
///     score = 1000 * (4 * fit + 2 * own + 2 * idle + 2 * wish) / 10
///
///   fit   1 - (max r - min r), where r = free / capacity of each scalar of the slot: 1 if what is
///         left is as balanced as the machine, less the more of one scalar is stranded
///   own   min(1, own_slots / 4): near to what the framework has
///   idle  1 - min(1, load)
///   wish  the weights of the satisfied preferences / all weights; 1 if there are none
///
/// In integers, so that every machine says the same: each r, each term and the score are rounded to
/// thousandths, halves up.
std::uint32_t score(const score_inputs& x);

}  // namespace entente
