#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/claim.hpp"

namespace entente {

/// How a claim stands, in numbers of slots and agents.
struct claim_outlook {
  std::uint64_t agents = 0;     ///< that are registered
  std::uint64_t free = 0;       ///< slots, on agents that satisfy the constraints; offered ones too
  std::uint64_t in_rounds = 0;  ///< slots that rounds of other claims ask for
  std::uint64_t when_empty = 0;                   ///< slots that there were if nothing was in use
  std::uint64_t set_aside = 0;                    ///< agents whose room is kept for an older claim
  std::uint64_t draining = 0;                     ///< agents that satisfy the constraints
  std::uint64_t deactivated = 0;                  ///< likewise
  std::uint64_t disconnected = 0;                 ///< likewise
  std::map<std::string, std::uint64_t> excluded;  ///< agents, by the constraint they violate
  std::map<bid_refusal, std::uint32_t> refusals;  ///< agents, in the last round
  bool layout_impossible = false;      ///< enough slots, but not as the claim wants them laid out
  bool never = false;                  ///< could not be served if nothing was in use
  std::optional<std::string> quota{};  ///< what a limit or a guarantee has against it
};

/// Why a claim waits or is refused, for people: never empty.
std::vector<std::string> explain(const claim& x, const claim_outlook& outlook);

}  // namespace entente
