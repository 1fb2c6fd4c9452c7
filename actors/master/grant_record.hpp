#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/claim.hpp"

namespace entente {

/// What the master knows of one slot of a grant.
struct grant_slot {
  enum class state : std::uint8_t {
    unheard,    ///< its agent has not said yet whether it has it; only while a grant is recovered
    held,       ///< the framework's
    releasing,  ///< its agent is asked to give it back
    gone,       ///< free again, or lost with its agent
  };

  granted_slot where;
  state now = state::held;
  resources used;           ///< by tasks
  std::uint32_t tasks = 0;  ///< that have not ended
};

/// What the master knows of a grant. A slot's rank is its place in `slots`.
struct grant_record {
  grant_id id;
  framework_id framework;
  claim_id claim;
  std::string slot_class;
  resources limits;
  std::vector<grant_slot> slots;
  /// By member: the revision of its ledger since which it has its part.
  std::map<agent_id, std::uint64_t> revisions;
  bool used = false;                 ///< a task ran in it: the framework knows of it
  bool standing = true;              ///< all members have agreed; false while it is recovered
  std::uint32_t tasks = 0;           ///< that have not ended

  /// A slot by its place on its agent; null if there is none.
  grant_slot* find(const agent_id& agent, std::uint32_t index) {
    for (auto& slot : slots)
      if (slot.where.agent == agent && slot.where.index == index)
        return &slot;
    return nullptr;
  }

  std::uint32_t count(grant_slot::state x) const {
    std::uint32_t result = 0;
    for (const auto& slot : slots)
      result += slot.now == x ? 1 : 0;
    return result;
  }

  /// What the framework is told, or told again.
  grant as_message() const {
    grant result{id, claim, slot_class, limits, {}};
    for (const auto& slot : slots)
      result.slots.push_back(slot.where);
    return result;
  }
};

/// What one slot takes of its agent.
inline resources taken_by(const grant_record& grant, const grant_slot& slot) {
  auto result = grant.limits;
  std::vector<number_range> ports;
  for (auto port : slot.where.ports)
    ports.push_back({port, port});
  result.set_ranges("ports", std::move(ports));
  return result;
}

}  // namespace entente
