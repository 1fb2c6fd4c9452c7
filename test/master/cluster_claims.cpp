// Claims: when a round is started for whom, and what becomes of its outcome.
#include "claims_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_claims, claims_fixture)

// -- rounds -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_starts_a_round_with_all_agents_that_have_room) {
  add_agent(a2, "cpus:2");
  add_agent(a3, "mem:1024");
  auto plan = round_for(claim_of("c", 3));
  BOOST_CHECK_EQUAL(asked(plan), "a1:3 a2:2");
  BOOST_CHECK_EQUAL(plan.framework, f);
  BOOST_CHECK_EQUAL(plan.claim.limits, parse("cpus:1"));
  BOOST_CHECK(plan.bid_timeout + plan.confirm_timeout < plan.lease);
  BOOST_CHECK_EQUAL(state("c"), "agreeing");
}

BOOST_AUTO_TEST_CASE(a_claim_for_ports_asks_agents_with_ports_for_what_their_ports_allow) {
  add_agent(a2, "cpus:4;ports:[31000-31004]");
  auto x = claim_of("c", 2);
  x.ports = 2;
  BOOST_CHECK_EQUAL(asked(round_for(x)), "a2:2");
}

BOOST_AUTO_TEST_CASE(ports_that_are_offered_do_not_hinder_a_claim) {
  add_agent(a2, "cpus:4;ports:[31000-31001]");
  offers();
  auto x = claim_of("c", 1);
  x.ports = 1;
  auto plan = round_for(x);
  BOOST_CHECK_EQUAL(asked(plan), "a2:1");
  auto outcome = granted(plan.id, {{a2, 1}});
  outcome.parts[0].ports[0] = {31000};
  book.round_ended(outcome, t0);
  BOOST_CHECK_EQUAL(told<claim_granted>().at(0).grant.slots[0].ports[0], 31000);
  BOOST_CHECK_EQUAL(offers().at(a2).available, parse("cpus:3;ports:[31001-31001]"));
}

BOOST_AUTO_TEST_CASE(what_a_round_asks_for_is_not_offered_until_it_has_ended) {
  auto plan = round_for(claim_of("c", 3));
  BOOST_CHECK_EQUAL(held(), parse("cpus:3"));
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:1;mem:1024"));
  book.round_ended(refused(plan.id), t0);
  BOOST_CHECK_EQUAL(held(), resources{});
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:3"));
}

BOOST_AUTO_TEST_CASE(what_a_round_asks_for_is_not_asked_for_by_another) {
  auto plan = round_for(claim_of("c1", 3));
  add_claim(claim_of("c2", 2));
  BOOST_CHECK(rounds().empty());
  BOOST_CHECK_EQUAL(entry("c2").reasons.at(0),
                    "2 slots of small wanted, 1 free, 1 asked for by other claims just now");
  book.round_ended(refused(plan.id), t0);
  BOOST_CHECK_EQUAL(rounds().at(0).claim.id, claim_id{"c2"});
}

BOOST_AUTO_TEST_CASE(a_granted_claim_is_told_once_with_ranks_hostnames_and_ports) {
  add_agent(a2, "cpus:4;ports:[31000-31009]");
  auto x = claim_of("c", 2);
  x.ports = 1;
  auto plan = round_for(x);
  auto outcome = granted(plan.id, {{a2, 2}});
  outcome.parts[0].ports = {{31003}, {31005}};
  book.round_ended(outcome, t0);
  auto grants = told<claim_granted>();
  BOOST_REQUIRE_EQUAL(grants.size(), 1u);
  grant expected{plan.id, x.id, "small", parse("cpus:1"), {}};
  expected.slots = {{a2, "host-of-a2", 0, {31003}}, {a2, "host-of-a2", 1, {31005}}};
  BOOST_CHECK(grants[0].grant == expected);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2;ports:[31003-31003,31005-31005]"));
  BOOST_CHECK_EQUAL(held(), resources{});
  BOOST_CHECK_EQUAL(state("c"), "granted");
  book.round_ended(outcome, t0);
  BOOST_CHECK(told<claim_granted>().empty());
}

BOOST_AUTO_TEST_CASE(a_claim_that_was_not_agreed_on_is_tried_again_after_pauses_that_double) {
  auto now = t0;
  auto plan = round_for(claim_of("c", 1));
  for (auto pause : {50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    book.round_ended(refused(plan.id), now);
    BOOST_CHECK_EQUAL(state("c"), "waiting");
    BOOST_CHECK(book.next_deadline() == now + pause);
    BOOST_CHECK(rounds(now + pause - 1ms).empty());
    now += pause;
    book.expire(now);
    plan = rounds(now).at(0);
  }
  BOOST_CHECK_EQUAL(entry("c").attempts, 10u);
}

BOOST_AUTO_TEST_CASE(a_claim_that_was_not_agreed_on_says_what_agents_said) {
  book.round_ended(refused(round_for(claim_of("c", 1)).id), t0);
  BOOST_CHECK_EQUAL(entry("c").reasons.back(), "when last asked, 1 agent had no room");
}

BOOST_AUTO_TEST_CASE(enough_slots_that_can_be_laid_out_are_not_said_to_be_laid_out_wrongly) {
  add_agent(a2);
  auto x = claim_of("c", 2);
  x.max_per_agent = 1;
  book.round_ended(refused(round_for(x).id), t0);
  BOOST_CHECK_EQUAL(entry("c").reasons.size(), 2u);
}

BOOST_AUTO_TEST_CASE(candidates_are_those_that_suffice_and_half_as_many_again) {
  auto few = options();
  few.agreement.fan_out = fan_out_mode::candidates;
  start_anew(few);
  f = add_framework();
  for (const auto* id : {"b1", "b2", "b3", "b4", "b5"})
    add_agent(agent_id{id});
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 8))), "b1:4 b2:4 b3:4");
}

// -- what a claim may ask for -------------------------------------------------------

BOOST_AUTO_TEST_CASE(only_agents_that_satisfy_the_constraints_are_asked) {
  add_agent(a2, "cpus:4", {{"rack", "r2"}});
  auto x = claim_of("c", 1);
  x.constraints = {{"rack", constraint_op::equals, {"r2"}}};
  BOOST_CHECK_EQUAL(asked(round_for(x)), "a2:1");
}

BOOST_AUTO_TEST_CASE(a_class_that_the_master_does_not_have_is_refused) {
  auto x = claim_of("c", 1);
  x.slot_class = "nosuch";
  add_claim(x);
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).reasons.at(0),
                    "the master has no slot class \"nosuch\"");
}

BOOST_AUTO_TEST_CASE(a_claim_that_makes_no_sense_is_refused) {
  add_claim(claim_of("c", 0));
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).claim, claim_id{"c"});
  BOOST_CHECK(rounds().empty());
}

BOOST_AUTO_TEST_CASE(a_claim_said_twice_is_one_claim_and_its_outcome_is_told_again) {
  auto plan = round_for(claim_of("c", 1));
  add_claim(claim_of("c", 1));
  BOOST_CHECK(rounds().empty());
  book.round_ended(granted(plan.id, {{a1, 1}}), t0);
  auto first = told<claim_granted>();
  add_claim(claim_of("c", 1));
  BOOST_CHECK(told<claim_granted>().at(0) == first.at(0));
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(the_refusal_of_a_claim_is_told_again) {
  for (auto i = 0; i < 2; ++i) {
    add_claim(claim_of("c", 0));
    BOOST_CHECK_EQUAL(told<claim_refused>().size(), 1u);
  }
}

BOOST_AUTO_TEST_CASE(the_claims_of_two_frameworks_may_have_the_same_id) {
  add_claim(claim_of("c", 1));
  f = add_framework();
  add_claim(claim_of("c", 1));
  BOOST_CHECK_EQUAL(rounds().size(), 2u);
}

BOOST_AUTO_TEST_CASE(only_the_newest_ended_claims_are_kept) {
  for (const auto* id : {"c1", "c2", "c3", "c4"})
    add_claim(claim_of(id, 1'000));
  rounds();
  auto claims = book.view({listing::claims}).claims;
  BOOST_REQUIRE_EQUAL(claims.size(), 3u);
  BOOST_CHECK_EQUAL(claims[0].claim.id, claim_id{"c2"});
}

// -- waiting ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_waits_for_room_and_gets_it) {
  auto grant = grant_to("c1", {{a1, 3}});
  add_claim(claim_of("c2", 2));
  BOOST_CHECK(rounds().empty());
  BOOST_CHECK_EQUAL(entry("c2").reasons.at(0), "2 slots of small wanted, 1 free");
  released_by(a1, grant.id, {0});
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a1:2");
}

BOOST_AUTO_TEST_CASE(a_claim_that_may_not_wait_is_refused_without_room) {
  grant_to("c1", {{a1, 3}});
  auto x = claim_of("c2", 2);
  x.wait = 0ms;
  add_claim(x);
  book.serve_claims(t0);
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).reasons.at(0), "2 slots of small wanted, 1 free");
}

BOOST_AUTO_TEST_CASE(a_claim_that_may_not_wait_is_refused_when_agents_refuse) {
  auto x = claim_of("c", 2);
  x.wait = 0ms;
  book.round_ended(refused(round_for(x).id), t0 + 1ms);
  BOOST_CHECK_EQUAL(told<claim_refused>().size(), 1u);
  BOOST_CHECK_EQUAL(state("c"), "refused");
}

BOOST_AUTO_TEST_CASE(a_claim_that_may_not_wait_waits_for_what_a_round_may_give_back) {
  auto plan = round_for(claim_of("c1", 3));
  auto x = claim_of("c2", 2);
  x.wait = 0ms;
  add_claim(x);
  book.serve_claims(t0);
  BOOST_CHECK(told<claim_refused>().empty());
  book.round_ended(granted(plan.id, {{a1, 3}}), t0 + 1s);
  book.take_effects();
  book.serve_claims(t0 + 1s);
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).claim, x.id);
}

BOOST_AUTO_TEST_CASE(a_claim_that_may_not_wait_does_not_outwait_a_lease) {
  add_claim(claim_of("c1", 3));
  auto x = claim_of("c2", 2);
  x.wait = 0ms;
  add_claim(x);
  rounds();
  BOOST_CHECK(book.next_deadline() == t0 + 2s);
  book.expire(t0 + 2s);
  book.serve_claims(t0 + 2s);
  BOOST_CHECK_EQUAL(told<claim_refused>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_claim_that_never_fits_is_refused_at_once_with_its_reasons) {
  add_claim(claim_of("c", 5));
  book.serve_claims(t0);
  auto reasons = told<claim_refused>().at(0).reasons;
  BOOST_CHECK_EQUAL(reasons.at(0), "5 slots of small wanted, 4 free");
  BOOST_CHECK_EQUAL(reasons.at(1), "if nothing ran, 1 agent would have 4 such slots");
}

BOOST_AUTO_TEST_CASE(a_claim_that_never_fits_waits_if_it_says_how_long) {
  auto x = claim_of("c", 5);
  x.wait = 10s;
  add_claim(x);
  BOOST_CHECK(rounds().empty());
  add_agent(a2);
  BOOST_CHECK_EQUAL(rounds().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_claim_is_refused_at_its_deadline) {
  auto x = claim_of("c", 5);
  x.wait = 10s;
  add_claim(x);
  rounds();
  BOOST_CHECK(book.next_deadline() == t0 + 10s);
  book.expire(t0 + 10s);
  book.serve_claims(t0 + 10s);
  BOOST_CHECK_EQUAL(told<claim_refused>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_claim_is_tried_for_the_last_time_at_its_deadline) {
  auto x = claim_of("c", 1);
  x.wait = 60ms;
  book.round_ended(refused(round_for(x).id), t0 + 20ms);
  book.expire(t0 + 60ms);
  auto last = rounds(t0 + 60ms);
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  book.round_ended(refused(last[0].id), t0 + 61ms);
  BOOST_CHECK_EQUAL(told<claim_refused>().size(), 1u);
}

// -- withdrawn ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_that_is_withdrawn_while_it_waits_is_over) {
  auto x = claim_of("c", 5);
  x.wait = 10s;
  add_claim(x);
  rounds();
  book.withdraw({f, x.id, 0});
  BOOST_CHECK_EQUAL(state("c"), "withdrawn");
  BOOST_CHECK(book.next_deadline() == t0 + 1000h);  // of the agent
  add_agent(a2);
  BOOST_CHECK(rounds().empty());
}

BOOST_AUTO_TEST_CASE(a_round_whose_claim_is_withdrawn_is_cancelled_and_what_it_gets_is_given_back) {
  auto plan = round_for(claim_of("c", 2));
  book.withdraw({f, claim_id{"c"}, 0});
  BOOST_CHECK_EQUAL(told<cancel_round>().at(0).round, plan.id);
  BOOST_CHECK_EQUAL(held(), resources{});
  book.round_ended(granted(plan.id, {{a1, 2}}), t0);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  BOOST_CHECK(std::get<release>(std::get<tell_agent>(effects[0]).message) ==
              (release{plan.id, {}}));
  BOOST_CHECK_EQUAL(allocated(), resources{});
  BOOST_CHECK_EQUAL(state("c"), "withdrawn");
}

BOOST_AUTO_TEST_CASE(a_granted_claim_that_is_withdrawn_is_given_back) {
  auto grant = grant_to("c", {{a1, 2}});
  book.withdraw({f, claim_id{"c"}, 0});
  BOOST_CHECK_EQUAL(list(told<release>()), grant.id.str() + ":0,1");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
  released_by(a1, grant.id, {0, 1});
  BOOST_CHECK_EQUAL(allocated(), resources{});
  BOOST_CHECK_EQUAL(state("c"), "ended");
}

BOOST_AUTO_TEST_CASE(a_claim_that_was_withdrawn_is_refused_when_it_is_said_again) {
  add_claim(claim_of("c", 1));
  book.withdraw({f, claim_id{"c"}, 0});
  add_claim(claim_of("c", 1));
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).reasons.at(0), "it was withdrawn");
  BOOST_CHECK(rounds().empty());
}

BOOST_AUTO_TEST_CASE(the_round_of_a_framework_that_goes_is_cancelled_and_given_back) {
  auto plan = round_for(claim_of("c", 2));
  book.remove_framework(f);
  BOOST_CHECK_EQUAL(told<cancel_round>().size(), 1u);
  book.round_ended(granted(plan.id, {{a1, 2}}), t0);
  BOOST_CHECK_EQUAL(told<release>().size(), 1u);
  BOOST_CHECK_EQUAL(held() + allocated(), resources{});
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
}

// -- agents that go ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_round_is_told_which_of_its_agents_are_lost) {
  add_agent(a2, "mem:1024");
  auto plan = round_for(claim_of("c", 2));
  book.remove_agent(a2, t0);
  BOOST_CHECK(told<tell_round>().empty());
  book.remove_agent(a1, t0);
  auto news = told<tell_round>();
  BOOST_REQUIRE_EQUAL(news.size(), 1u);
  BOOST_CHECK_EQUAL(news[0].round, plan.id);
  BOOST_CHECK_EQUAL(news[0].message.agent, a1);
}

BOOST_AUTO_TEST_CASE(an_agent_that_starts_anew_during_a_round_owes_the_round_nothing) {
  auto plan = round_for(claim_of("c", 3));
  add_agent(a1);
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
  book.round_ended(refused(plan.id), t0);
  BOOST_CHECK(offers().empty());
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_round_whose_member_started_anew_is_not_granted) {
  add_agent(a2);
  auto plan = round_for(claim_of("c", 6));
  add_agent(a1);
  book.take_effects();
  book.round_ended(granted(plan.id, {{a1, 3}, {a2, 3}}), t0);
  BOOST_CHECK_EQUAL(told<release>().size(), 2u);
  BOOST_CHECK_EQUAL(state("c"), "waiting");
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
