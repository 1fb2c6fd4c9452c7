#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "actors/allocator/fair_allocator.hpp"
#include "messages/agreement.hpp"
#include "messages/protocol_range.hpp"
#include "messages/queries.hpp"
#include "messages/time.hpp"

/// What a cluster keeps of each thing that it knows, but for grants (grant_record.hpp). Plain
/// values.
namespace entente {

using framework_task = std::pair<framework_id, task_id>;
using framework_claim = std::pair<framework_id, claim_id>;

/// What the master knows of an agent that is there, or is waited for.
struct agent_record {
  agent_info info;
  std::uint64_t life = 0;
  protocol_range protocol{};
  bool connected = true;
  resources offered;
  resources held;                  ///< by rounds, as far as they could take
  resources allocated;             ///< by grants, and by tasks outside of grants
  std::set<grant_id> grants;       ///< with slots here
  std::set<framework_task> tasks;  ///< here, that have not ended
  /// By the role of offers: what of `offered` is reserved for it, or for one above it.
  std::map<std::string, resources> reserved_in_offers{};
  std::map<std::string, resources> offered_to;  ///< by role

  /// What is neither offered, nor held, nor allocated. Those together may be more than there is:
  /// an agent may have given what the master does not know to be free yet.
  resources left() const { return info.total - offered - held - allocated; }
};

/// What it knows of a framework.
struct framework_record {
  std::uint64_t number = 0;  ///< the higher, the newer
  framework_info info;
  framework_state state = framework_state::active;
  std::optional<time_point> remove_at;
  resources allocated;
  std::map<task_id, task_entry> tasks;  ///< that have not ended
  std::set<grant_id> grants;            ///< with slots that are not gone
  std::uint64_t revision = 0;           ///< of the newest call that has one

  /// True if no scheduler is there and none is waited for: it stays for its tasks only.
  bool orphaned() const {
    return state == framework_state::completed ||
           (state == framework_state::disconnected && info.detached);
  }
};

/// What it knows of a claim that waits, agrees or is granted.
struct claim_record {
  claim_entry entry;
  std::uint64_t number = 0;  ///< the higher, the later
  time_point arrived;
  std::optional<time_point> deadline;
  time_point retry_at;                            ///< not tried before
  bool was_possible = false;                      ///< at some time, if nothing had been in use
  std::uint64_t tried_at_version = 0;             ///< of the capacity; nothing is new since then
  round_id round;                                 ///< while it agrees
  std::map<bid_refusal, std::uint32_t> refusals;  ///< in its last round

  // if nothing ran, as of this version of the agents
  std::uint64_t empty_version = 0;
  std::map<std::string, std::uint64_t> excluded{};  ///< agents, by the constraint they violate
  std::uint64_t when_empty = 0;                     ///< slots
  bool fits_when_empty = false;

  account charged_to() const { return {entry.framework, entry.role}; }
};

/// That a task was learned from its agent.
struct adoption_record {
  std::uint64_t revision = 0;  ///< of the agent's report
  bool is_updated = false;     ///< its agent has told something newer since, until it is heard
};

/// That a task is to end.
struct kill_record {
  std::optional<std::chrono::milliseconds> grace;  ///< if one was named
  bool is_for_drain = false;                       ///< and nobody else wants it
  bool is_told = false;                            ///< while its agent was there
};

/// What a round that is on its way asks for.
struct round_record {
  framework_claim claim;
  account charged_to;
  resources expected;  ///< what its claim is to get, at most
  resources limits;
  std::map<agent_id, std::uint32_t> asked;  ///< for so many slots; without those that were lost
};

}  // namespace entente
