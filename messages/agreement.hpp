#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/claim.hpp"
#include "messages/cluster.hpp"
#include "messages/ids.hpp"

/// What a round asks of agents, and what they answer.
namespace entente {

/// Asks an agent for slots. It answers at once with a bid: a hold, or a refusal.
struct solicit {
  round_id round;
  framework_id framework;
  resources limits;          ///< of each slot
  std::uint32_t ports = 0;   ///< of each slot
  std::uint32_t wanted = 1;  ///< slots; fewer are held if no more fit
  std::vector<preference> preferences;
  std::chrono::milliseconds lease{2000};  ///< how long the hold lasts

  friend bool operator==(const solicit&, const solicit&) = default;
};

/// Why an agent holds nothing, or does not confirm. On the wire: only ever add at the end.
enum class bid_refusal : std::uint16_t {
  none,
  no_room,       ///< not even one slot fits what is free
  no_ports,      ///< a slot fits, but its ports do not
  draining,      ///< it takes nothing new
  stale,         ///< the round is over here: it was released, or the lease has ended
  no_answer,     ///< never said by an agent: it did not answer in time
  lost,          ///< never said by an agent: it went away during the round
  cannot_write,  ///< its work directory cannot be written, so it promises nothing
};
inline constexpr std::uint16_t bid_refusal_count = 8;
/// `has no room`, `is draining`: as said of an agent.
std::string_view to_string(bid_refusal x);

/// The highest score of a bid; scores are in thousandths.
inline constexpr std::uint32_t max_score = 1000;

/// An agent's answer to a round.
struct bid {
  round_id round;
  agent_id agent;
  std::uint32_t slots = 0;           ///< that it holds; 0 with a refusal
  std::uint32_t score = 0;           ///< how well they suit, 0 to max_score
  std::vector<std::uint16_t> ports;  ///< of the first slot, then of the second, and so on
  bid_refusal refusal = bid_refusal::none;

  friend bool operator==(const bid&, const bid&) = default;
};

/// An agent's part of a grant.
struct grant_member {
  agent_id agent;
  std::uint32_t slots = 0;

  friend bool operator==(const grant_member&, const grant_member&) = default;
};

/// All members of a grant, in the order of ranks. Never changed, so copies share it: each of the n
/// members is told all n.
class membership {
public:
  membership() = default;
  membership(std::vector<grant_member> members)
      : members_(std::make_shared<const std::vector<grant_member>>(std::move(members))) {}
  membership(std::initializer_list<grant_member> members)
      : membership(std::vector<grant_member>(members)) {}

  const std::vector<grant_member>& get() const {
    static const std::vector<grant_member> none;
    return members_ ? *members_ : none;
  }
  operator const std::vector<grant_member>&() const { return get(); }
  auto begin() const { return get().begin(); }
  auto end() const { return get().end(); }
  std::size_t size() const { return get().size(); }

  friend bool operator==(const membership& a, const membership& b) {
    return a.members_ == b.members_ || a.get() == b.get();
  }

private:
  std::shared_ptr<const std::vector<grant_member>> members_;
};

/// Makes the first `slots` of a hold a part of the grant, and gives back the rest of it. The whole
/// membership travels with it, so that agents can tell a new master what an old one has begun.
struct confirm {
  round_id round;
  framework_id framework;
  claim_id claim;
  std::string slot_class;
  std::uint32_t slots = 0;
  membership members;
  /// After how long without tasks, and without word from a master, the agent takes it back.
  std::chrono::milliseconds unused_timeout{60'000};
  std::string role{};        ///< that the grant is charged to
  bool preemptible = false;  ///< as of the claim

  friend bool operator==(const confirm&, const confirm&) = default;
};

/// The answer to a confirm: done, or why not.
struct confirmed {
  round_id round;
  agent_id agent;
  bid_refusal refusal = bid_refusal::none;
  std::uint64_t revision = 0;  ///< of the agent's ledger, with the part in it

  friend bool operator==(const confirmed&, const confirmed&) = default;
};

/// Gives back what a round or a grant has on the agent: a hold, a part, or some slots of a part.
/// Tasks in it are killed; it is given back when the last has ended.
struct release {
  round_id round;
  std::vector<std::uint32_t> slots;  ///< by their index on the agent; none: all

  friend bool operator==(const release&, const release&) = default;
};

/// Slots of a part are free again.
struct released {
  agent_id agent;
  round_id round;
  std::vector<std::uint32_t> slots;
  std::uint64_t revision = 0;  ///< of the agent's ledger, without them

  friend bool operator==(const released&, const released&) = default;
};

/// One slot of a part, as its agent has it.
struct held_slot {
  std::uint32_t index = 0;
  std::vector<std::uint16_t> ports;
  bool releasing = false;  ///< it is given back when its tasks have ended

  friend bool operator==(const held_slot&, const held_slot&) = default;
};

/// What an agent has of a grant: enough for a new master to know the whole of it.
struct grant_part {
  round_id round;
  framework_id framework;
  claim_id claim;
  std::string slot_class;
  resources limits;  ///< of each slot
  std::vector<held_slot> slots;
  membership members;
  bool used = false;         ///< a task was launched on it, so the framework knows of the grant
  std::string role{};        ///< that the grant is charged to
  bool preemptible = false;  ///< as of the claim

  friend bool operator==(const grant_part&, const grant_part&) = default;
};

/// What a winner has given.
struct won_part {
  agent_id agent;
  std::vector<std::vector<std::uint16_t>> ports;  ///< an entry for each slot
  std::uint64_t revision = 0;                     ///< of the agent's ledger

  friend bool operator==(const won_part&, const won_part&) = default;
};

/// How a round has ended.
struct round_outcome {
  round_id id;
  bool granted = false;
  std::vector<won_part> parts;                    ///< if granted, in the order of ranks
  std::map<bid_refusal, std::uint32_t> refusals;  ///< how many agents said what
  std::uint32_t slots_bid = 0;                    ///< how many slots were held for it, all together

  friend bool operator==(const round_outcome&, const round_outcome&) = default;
};

}  // namespace entente
