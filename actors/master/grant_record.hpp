#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
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
  static constexpr std::size_t state_count = 4;

  granted_slot where;
  state now = state::unheard;
  resources used = {};      ///< by tasks
  std::uint32_t tasks = 0;  ///< that have not ended

  /// True while the master's books count it as taken of its agent.
  bool booked() const noexcept { return now == state::held || now == state::releasing; }
};

/// What the master knows of a grant.
struct grant_record {
  grant_id id;
  framework_id framework;
  claim_id claim;
  std::string slot_class;
  resources limits;
  std::string role;          ///< that is charged
  bool preemptible = false;  ///< as of its claim
  std::uint64_t number = 0;  ///< the higher, the later; 0 for those of earlier masters
  /// By member: the revision of its ledger since which it has its part.
  std::map<agent_id, std::uint64_t> revisions;
  /// Members that were lost, with slots: said again until the framework has given those back.
  std::set<agent_id> lost;
  bool used = false;        ///< a task ran in it: the framework knows of it
  bool standing = true;     ///< all members have agreed; false while it is recovered
  std::uint32_t tasks = 0;  ///< that have not ended

  /// Adds a member, with slots that nothing is known of yet. A grant names it once.
  void add_member(const agent_id& agent, std::uint32_t slots) {
    first_of_.emplace(agent, slots_.size());
    for (std::uint32_t index = 0; index < slots; ++index)
      slots_.push_back({{agent, {}, index, {}}});
    counts_[0] += slots;
  }

  /// A slot's rank is its place here.
  const std::vector<grant_slot>& slots() const noexcept { return slots_; }
  std::span<grant_slot> all_slots() noexcept { return slots_; }

  std::span<grant_slot> slots_on(const agent_id& agent) {
    auto i = first_of_.find(agent);
    if (i == first_of_.end())
      return {};
    auto end = i->second;
    while (end < slots_.size() && slots_[end].where.agent == agent)
      ++end;
    return std::span{slots_}.subspan(i->second, end - i->second);
  }

  /// True unless all of the agent's slots are gone, or it never had one.
  bool has_any_on(const agent_id& agent) {
    auto mine = slots_on(agent);
    return std::any_of(mine.begin(), mine.end(),
                       [](const grant_slot& slot) { return slot.now != grant_slot::state::gone; });
  }

  /// A slot by its place on its agent; null if there is none.
  grant_slot* find(const agent_id& agent, std::uint32_t index) {
    auto mine = slots_on(agent);
    return index < mine.size() ? &mine[index] : nullptr;
  }

  void set(grant_slot& slot, grant_slot::state x) {
    --counts_[static_cast<std::size_t>(slot.now)];
    ++counts_[static_cast<std::size_t>(x)];
    slot.now = x;
  }

  /// How many slots are in this state.
  std::uint32_t count(grant_slot::state x) const { return counts_[static_cast<std::size_t>(x)]; }

  /// What the framework is told, or told again.
  grant as_message() const {
    grant result{id, claim, slot_class, limits, {}};
    for (const auto& slot : slots_)
      result.slots.push_back(slot.where);
    return result;
  }

private:
  std::vector<grant_slot> slots_;
  std::map<agent_id, std::size_t> first_of_;  ///< a member's slots follow each other
  std::array<std::uint32_t, grant_slot::state_count> counts_{};
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
