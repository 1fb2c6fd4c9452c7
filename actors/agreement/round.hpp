#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "actors/agreement/decider.hpp"
#include "messages/agreement.hpp"
#include "messages/time.hpp"

namespace entente {

/// An agent that a round asks, and for how many slots.
struct asked_agent {
  agent_id agent;
  std::uint32_t slots = 0;
  attribute_map attributes;  ///< filled only if the claim has a `same_attribute`
};

/// What a round is about. A value: the actor that drives the round gets a copy.
struct round_plan {
  round_id id;
  framework_id framework;
  entente::claim claim;
  std::vector<asked_agent> agents;
  std::chrono::milliseconds lease{2000};
  /// How long agents have for their bids. Less than the lease: the confirms must come before its
  /// end.
  std::chrono::milliseconds bid_timeout{500};
  /// How long the winners have to confirm.
  std::chrono::milliseconds confirm_timeout{1000};
  std::chrono::milliseconds unused_timeout{60'000};
};

/// What a round wants said to an agent.
struct tell_party {
  agent_id agent;
  std::variant<solicit, confirm, release> message;
};

/// The same message to several agents. Effects are kept like this: a confirm carries its whole
/// grant, and a copy for each of its members would be of quadratic size.
struct tell_parties {
  std::vector<std::uint32_t> parties;  ///< by their place in the plan's agents
  std::variant<solicit, confirm, release> message;
};

/// One attempt to reach agreement on a claim, as a state machine: solicit, collect bids and
/// refusals, decide, confirm, granted or refused. No actor and no clock. Not thread-safe.
///
/// Answers may come late, twice, or from an earlier round: they change nothing. Winners are asked
/// to confirm first and losers are released in the same breath, so that nobody waits for the other.
///
/// Invariants: (1) it is granted only when every winner has confirmed; (2) once it has ended other
/// than granted, every agent that may still have something of it was told to release it; (3) it
/// ends at its second deadline at the latest, whoever answers.
class round {
public:
  /// @throws std::invalid_argument if the plan names an agent twice.
  explicit round(round_plan plan);
  round(round&&) = default;
  round& operator=(round&&) = default;

  /// Asks all agents. Called once, first. Without agents the round ends at once.
  void start(time_point now);
  void on_bid(const bid& x, time_point now);
  void on_confirmed(const confirmed& x, time_point now);
  /// The agent is gone: as if it had refused. After a grant this is not the round's affair.
  void on_lost(const agent_id& agent, time_point now);
  /// The claim is not wanted any more: everything is released.
  void cancel();
  /// Deadlines that have passed count as refusals of all that did not answer.
  void expire(time_point now);

  /// When expire() must be called; nothing once it has ended.
  std::optional<time_point> next_deadline() const { return deadline_; }

  /// Nothing until it has ended.
  const std::optional<round_outcome>& outcome() const noexcept { return outcome_; }

  /// What to say to whom, one by one.
  std::vector<tell_party> take_effects();
  /// The same without a copy of the message for each agent; what one returns, the other does not.
  std::vector<tell_parties> take_shared_effects() { return std::exchange(effects_, {}); }

private:
  using place = std::uint32_t;  ///< of an agent in the plan

  enum class phase : std::uint8_t { idle, soliciting, confirming, ended };

  enum class standing : std::uint8_t {
    asked,      ///< for a bid, no answer yet
    bidding,    ///< it has a hold that can be chosen
    winner,     ///< asked to confirm, no answer yet
    confirmed,  ///< it has a part
    out,        ///< refused or released: it is to have nothing
  };

  /// What is known of an agent.
  struct party {
    std::vector<std::uint16_t> ports;
    std::uint64_t revision = 0;
    std::uint32_t slots = 0;  ///< of its bid, then of the grant
    std::uint32_t score = 0;
    standing is = standing::asked;
  };

  // -- bids ---------------------------------------------------------------------

  void solicit_all();
  void take_bid(place i, const bid& x);
  bool is_sound(const bid& x) const;
  void decide_if_complete(time_point now);
  void decide_now(time_point now);
  choice choose() const;

  // -- confirms -----------------------------------------------------------------

  void take_winners(const choice& chosen);
  void release_losers();
  void confirm_winners(choice chosen);

  // -- the end ------------------------------------------------------------------

  void fail(bid_refusal why);
  void release_winners();
  void end(bool granted);
  won_part part_of(place i);

  // -- agents -------------------------------------------------------------------

  std::optional<place> find(const agent_id& agent) const;
  void tell_release(std::vector<place> to);

  round_plan plan_;
  std::vector<party> parties_;                          ///< in the order of the plan's agents
  std::unordered_map<std::string_view, place> places_;  ///< the keys are the plan's
  std::vector<place> winners_;                          ///< in the order of ranks
  std::size_t waiting_for_ = 0;                         ///< agents, in this phase
  phase phase_ = phase::idle;
  std::optional<time_point> deadline_;  ///< of this phase
  round_outcome result_;                ///< as far as it is known
  std::optional<round_outcome> outcome_;
  std::vector<tell_parties> effects_;
};

}  // namespace entente
