// Solicit, decide, confirm: every step, and every fault at each of them.
#include <stdexcept>

#include "round_fixture.hpp"

namespace entente::test {

BOOST_AUTO_TEST_SUITE(round)

// -- asking -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_agent_is_asked_for_its_slots) {
  auto plan = plan_of(3, 2, 4);
  plan.agents[1].slots = 2;
  plan.claim.ports = 1;
  entente::round x{plan};
  x.start(t0);
  auto told = x.take_effects();
  BOOST_REQUIRE_EQUAL(told.size(), 2u);
  for (const auto& [agent, message] : told) {
    const auto& asked = std::get<solicit>(message);
    BOOST_CHECK_EQUAL(asked.wanted, agent.str() == "a1" ? 4u : 2u);
    BOOST_CHECK_EQUAL(asked.ports, 1u);
    BOOST_CHECK_EQUAL(asked.round, id);
  }
  BOOST_CHECK(x.next_deadline() == bid_end);
  BOOST_CHECK(!x.outcome());
}

BOOST_AUTO_TEST_CASE(agents_that_are_asked_for_the_same_share_one_message) {
  entente::round x{plan_of(1, 100, 1)};
  x.start(t0);
  auto told = x.take_shared_effects();
  BOOST_REQUIRE_EQUAL(told.size(), 1u);
  BOOST_CHECK_EQUAL(told.front().parties.size(), 100u);
  BOOST_CHECK(x.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(a_round_without_agents_is_refused_at_once) {
  entente::round x{plan_of(1, 0, 0)};
  x.start(t0);
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(said(x), "");
}

BOOST_AUTO_TEST_CASE(an_agent_is_not_asked_twice) {
  auto plan = plan_of(1, 2, 1);
  plan.agents[1].agent = plan.agents[0].agent;
  BOOST_CHECK_THROW(entente::round{plan}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_round_starts_once) {
  auto x = started(plan_of(1, 1, 1));
  BOOST_CHECK_THROW(x.start(t0), std::logic_error);
}

// -- bids -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(nothing_is_decided_before_all_have_answered) {
  auto x = started(plan_of(1, 2, 1));
  x.on_bid(bid_of("a1", 1), t0);
  BOOST_CHECK_EQUAL(said(x), "");
  x.on_bid(refusal_of("a2"), t0);
  BOOST_CHECK_EQUAL(said(x), "a1:confirm");
  BOOST_CHECK(x.next_deadline() == confirm_end);
}

BOOST_AUTO_TEST_CASE(winners_confirm_and_losers_are_released_in_one_breath) {
  confirming_one();
}

BOOST_AUTO_TEST_CASE(at_the_deadline_those_that_answered_are_chosen_from) {
  auto x = started(plan_of(1, 2, 1));
  x.on_bid(bid_of("a1", 1), t0);
  x.expire(bid_end - 1ms);
  BOOST_CHECK_EQUAL(said(x), "");
  x.expire(bid_end);
  BOOST_CHECK_EQUAL(said(x), "a1:confirm a2:release");
  x.on_confirmed(yes_of("a1"), bid_end);
  BOOST_CHECK(x.outcome()->granted);
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::no_answer), 1u);
}

BOOST_AUTO_TEST_CASE(too_few_slots_release_all_that_may_hold) {
  auto x = started(plan_of(5, 3, 2));
  x.on_bid(bid_of("a1", 2), t0);
  x.on_bid(refusal_of("a2", bid_refusal::draining), t0);
  x.expire(bid_end);
  BOOST_CHECK_EQUAL(said(x), "a1:release a3:release");
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(x.outcome()->slots_bid, 2u);
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::draining), 1u);
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::no_answer), 1u);
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::no_room), 0u);
}

BOOST_AUTO_TEST_CASE(a_bid_of_more_than_was_asked_counts_as_what_was_asked) {
  auto x = started(plan_of(3, 1, 2));
  x.on_bid(bid_of("a1", 3), t0);
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(x.outcome()->slots_bid, 2u);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
}

BOOST_AUTO_TEST_CASE(a_bid_with_another_number_of_ports_is_released_and_counts_for_nothing) {
  for (std::size_t ports : {0u, 1u, 3u}) {
    auto plan = plan_of(1, 2, 1);
    plan.claim.ports = 2;
    auto x = started(plan);
    auto wrong = bid_of("a1", 1);
    wrong.ports.resize(ports);
    x.on_bid(wrong, t0);
    BOOST_CHECK_EQUAL(said(x), "a1:release");
    x.on_bid(refusal_of("a2"), t0);
    BOOST_CHECK(is_refused(x));
    BOOST_CHECK_EQUAL(refusals(x, bid_refusal::no_answer), 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_bid_with_a_refusal_contradicts_itself) {
  auto x = started(plan_of(1, 1, 1));
  auto wrong = bid_of("a1", 1);
  wrong.refusal = bid_refusal::no_room;
  x.on_bid(wrong, t0);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
  BOOST_CHECK(is_refused(x));
}

BOOST_AUTO_TEST_CASE(bids_of_others_of_another_round_and_second_ones_are_ignored) {
  auto x = started(plan_of(2, 2, 1));
  auto old = bid_of("a1", 1);
  old.round = round_id{"r0"};
  x.on_bid(old, t0);
  x.on_bid(bid_of("stranger", 1), t0);
  x.on_bid(bid_of("a1", 1), t0);
  x.on_bid(bid_of("a1", 1), t0);
  x.on_bid(refusal_of("a1"), t0);
  BOOST_CHECK_EQUAL(said(x), "");
  x.on_bid(bid_of("a2", 1), t0);
  BOOST_CHECK_EQUAL(said(x), "a1:confirm a2:confirm");
}

BOOST_AUTO_TEST_CASE(a_late_bid_is_released_again) {
  auto x = started(plan_of(1, 2, 1));
  x.on_bid(bid_of("a1", 1), t0);
  x.expire(bid_end);
  x.take_effects();
  x.on_bid(bid_of("a2", 1), bid_end);
  BOOST_CHECK_EQUAL(said(x), "a2:release");
  x.on_bid(refusal_of("a2"), bid_end);
  BOOST_CHECK_EQUAL(said(x), "");
}

BOOST_AUTO_TEST_CASE(a_winners_bid_that_comes_twice_changes_nothing) {
  auto x = confirming();
  x.on_bid(bid_of("a1", 2), t0);
  BOOST_CHECK_EQUAL(said(x), "");
}

BOOST_AUTO_TEST_CASE(an_agent_lost_before_its_bid_is_not_waited_for) {
  auto x = started(plan_of(1, 2, 1));
  x.on_lost(agent_id{"a1"}, t0);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
  x.on_bid(bid_of("a2", 1), t0);
  BOOST_CHECK_EQUAL(said(x), "a2:confirm");
}

BOOST_AUTO_TEST_CASE(an_agent_lost_after_its_bid_is_not_chosen) {
  auto x = started(plan_of(1, 2, 1));
  x.on_bid(bid_of("a1", 1), t0);
  x.on_lost(agent_id{"a1"}, t0);
  x.on_lost(agent_id{"a1"}, t0);
  x.on_bid(refusal_of("a2"), t0);
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::lost), 1u);
  BOOST_CHECK_EQUAL(x.outcome()->slots_bid, 0u);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
}

// -- confirming -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_confirm_says_the_whole_of_the_grant) {
  auto x = started(plan_of(3, 2, 2));
  x.on_bid(bid_of("a1", 2, 900), t0);
  x.on_bid(bid_of("a2", 2, 100), t0);
  auto told = x.take_effects();
  BOOST_REQUIRE_EQUAL(told.size(), 2u);
  const std::vector<grant_member> members{{agent_id{"a1"}, 2}, {agent_id{"a2"}, 1}};
  for (const auto& [agent, message] : told) {
    const auto& asked = std::get<confirm>(message);
    BOOST_CHECK(asked.members == members);
    BOOST_CHECK_EQUAL(asked.slots, agent.str() == "a1" ? 2u : 1u);
    BOOST_CHECK_EQUAL(asked.claim, claim_id{"c1"});
    BOOST_CHECK_EQUAL(asked.framework, framework_id{"f1"});
    BOOST_CHECK_EQUAL(asked.slot_class, "small");
    BOOST_CHECK(asked.unused_timeout == 60s);
  }
}

BOOST_AUTO_TEST_CASE(a_confirm_says_what_the_grant_is_charged_to_and_whether_it_can_be_taken_back) {
  for (auto preemptible : {false, true}) {
    auto plan = plan_of(1, 1, 1);
    plan.claim.role = "eng/ads";
    plan.claim.preemptible = preemptible;
    auto x = started(std::move(plan));
    x.on_bid(bid_of("a1", 1), t0);
    auto asked = std::get<confirm>(x.take_effects().at(0).message);
    BOOST_CHECK_EQUAL(asked.role, "eng/ads");
    BOOST_CHECK_EQUAL(asked.preemptible, preemptible);
  }
}

BOOST_AUTO_TEST_CASE(it_is_granted_when_the_last_winner_has_confirmed) {
  auto x = confirming();
  x.on_confirmed(yes_of("a2"), t0);
  x.on_confirmed(yes_of("a2"), t0);
  BOOST_CHECK(!x.outcome());
  x.on_confirmed(yes_of("a1"), t0);
  BOOST_REQUIRE(x.outcome());
  BOOST_CHECK(x.outcome()->granted);
  BOOST_CHECK_EQUAL(x.outcome()->slots_bid, 4u);
  BOOST_REQUIRE_EQUAL(x.outcome()->parts.size(), 2u);
  BOOST_CHECK_EQUAL(x.outcome()->parts[0].agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(x.outcome()->parts[0].revision, 7u);
  BOOST_CHECK_EQUAL(x.outcome()->parts[0].ports.size(), 2u);
  BOOST_CHECK_EQUAL(said(x), "");
  BOOST_CHECK(!x.next_deadline());
}

BOOST_AUTO_TEST_CASE(ports_are_those_of_the_first_slots) {
  auto plan = plan_of(2, 1, 3);
  plan.claim.ports = 2;
  auto x = started(plan);
  auto with_ports = bid_of("a1", 3);
  with_ports.ports = {1, 2, 3, 4, 5, 6};
  x.on_bid(with_ports, t0);
  x.on_confirmed(yes_of("a1"), t0);
  BOOST_REQUIRE(x.outcome() && x.outcome()->granted);
  const std::vector<std::vector<std::uint16_t>> expected{{1, 2}, {3, 4}};
  BOOST_CHECK(x.outcome()->parts[0].ports == expected);
}

BOOST_AUTO_TEST_CASE(one_winner_that_refuses_releases_all) {
  auto x = confirming();
  x.on_confirmed(yes_of("a1"), t0);
  x.on_confirmed(no_of("a2"), t0);
  BOOST_CHECK_EQUAL(said(x), "a1:release a2:release");
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::stale), 1u);
}

BOOST_AUTO_TEST_CASE(a_winner_that_is_lost_releases_all) {
  for (auto after_its_answer : {false, true}) {
    auto x = confirming();
    if (after_its_answer)
      x.on_confirmed(yes_of("a1"), t0);
    x.on_lost(agent_id{"a1"}, t0);
    BOOST_CHECK_EQUAL(said(x), "a1:release a2:release");
    BOOST_CHECK(is_refused(x));
    BOOST_CHECK_EQUAL(refusals(x, bid_refusal::lost), 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_winner_that_does_not_answer_in_time_releases_all) {
  auto x = confirming();
  x.on_confirmed(yes_of("a1"), t0);
  x.expire(confirm_end - 1ms);
  BOOST_CHECK(!x.outcome());
  x.expire(confirm_end);
  BOOST_CHECK_EQUAL(said(x), "a1:release a2:release");
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(refusals(x, bid_refusal::no_answer), 1u);
}

BOOST_AUTO_TEST_CASE(a_loser_that_is_lost_does_not_matter) {
  auto x = confirming_one();
  x.on_lost(agent_id{"a2"}, t0);
  x.on_lost(agent_id{"stranger"}, t0);
  x.on_confirmed(yes_of("a1"), t0);
  BOOST_CHECK(x.outcome()->granted);
  BOOST_CHECK(x.outcome()->refusals.empty());
}

BOOST_AUTO_TEST_CASE(confirmations_of_another_round_and_of_strangers_are_ignored) {
  auto x = confirming();
  auto old = no_of("a1");
  old.round = round_id{"r0"};
  x.on_confirmed(old, t0);
  x.on_confirmed(no_of("stranger"), t0);
  BOOST_CHECK_EQUAL(said(x), "");
  BOOST_CHECK(!x.outcome());
}

BOOST_AUTO_TEST_CASE(a_confirmation_that_nobody_asked_for_grants_nothing) {
  auto x = started(plan_of(1, 2, 1));
  x.on_confirmed(yes_of("a1"), t0);
  x.on_confirmed(yes_of("a2"), t0);
  BOOST_CHECK(!x.outcome());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
