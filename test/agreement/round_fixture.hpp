#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "actors/agreement/round.hpp"

/// Rounds at each of their steps, and short ways to say what agents answer.
namespace entente::test {

using namespace std::chrono_literals;

inline const time_point t0{};
inline const auto bid_end = t0 + 500ms;
inline const auto confirm_end = t0 + 1s;  // of a decision at t0
inline const round_id id{"r1"};

inline round_plan plan_of(std::uint32_t count, std::uint32_t agents, std::uint32_t slots_each) {
  round_plan plan;
  plan.id = id;
  plan.framework = framework_id{"f1"};
  plan.claim.id = claim_id{"c1"};
  plan.claim.slot_class = "small";
  plan.claim.count = count;
  for (std::uint32_t i = 1; i <= agents; ++i)
    plan.agents.push_back({agent_id{"a" + std::to_string(i)}, slots_each, {}});
  return plan;
}

inline bid bid_of(const std::string& agent, std::uint32_t slots, std::uint32_t score = 500) {
  return {id, agent_id{agent}, slots, score, {}, bid_refusal::none};
}

inline bid refusal_of(const std::string& agent, bid_refusal why = bid_refusal::no_room) {
  return {id, agent_id{agent}, 0, 0, {}, why};
}

inline confirmed yes_of(const std::string& agent) {
  return {id, agent_id{agent}, bid_refusal::none, 7};
}

inline confirmed no_of(const std::string& agent) {
  return {id, agent_id{agent}, bid_refusal::stale, 0};
}

/// What was said since the last call, in short: `a1:solicit a2:release`.
inline std::string said(round& x) {
  std::string result;
  for (const auto& [agent, message] : x.take_effects()) {
    constexpr const char* names[] = {"solicit", "confirm", "release"};
    result += (result.empty() ? "" : " ") + agent.str() + ":" + names[message.index()];
  }
  return result;
}

/// A round whose agents have been asked.
inline round started(round_plan plan) {
  round x{std::move(plan)};
  x.start(t0);
  x.take_effects();
  return x;
}

/// Two agents with two slots each have bid for a claim of four: both are asked to confirm.
inline round confirming() {
  auto x = started(plan_of(4, 2, 2));
  x.on_bid(bid_of("a1", 2), t0);
  x.on_bid(bid_of("a2", 2), t0);
  BOOST_REQUIRE_EQUAL(said(x), "a1:confirm a2:confirm");
  return x;
}

/// Three agents have bid; a1, the best, has won.
inline round confirming_one() {
  auto x = started(plan_of(1, 3, 1));
  x.on_bid(bid_of("a1", 1, 900), t0);
  x.on_bid(bid_of("a2", 1, 100), t0);
  x.on_bid(bid_of("a3", 1, 100), t0);
  BOOST_REQUIRE_EQUAL(said(x), "a1:confirm a2:release a3:release");
  return x;
}

inline bool is_refused(const round& x) {
  return x.outcome() && !x.outcome()->granted && x.outcome()->parts.empty() && !x.next_deadline();
}

inline std::uint32_t refusals(const round& x, bid_refusal why) {
  auto i = x.outcome()->refusals.find(why);
  return i != x.outcome()->refusals.end() ? i->second : 0;
}

}  // namespace entente::test
