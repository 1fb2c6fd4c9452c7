// What of an agent is kept for a role, by its configuration and by calls.
#include "shares_fixture.hpp"

namespace entente::test {

namespace {

/// What is reserved on the first agent, by role.
struct fixture : shares_fixture {
  std::map<std::string, resources> reservations() {
    return book.view({listing::agents}).agents.at(0).reservations;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_reservations, fixture)

// -- who may ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_operator_reserves_for_any_role) {
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:2"), "");
  BOOST_CHECK_EQUAL(reserve("prod", "mem:100"), "");
  BOOST_CHECK_EQUAL(reservations().at("prod"), parse("cpus:2;mem:100"));
  BOOST_CHECK_EQUAL(role("prod").reserved, parse("cpus:2;mem:100"));
}

BOOST_AUTO_TEST_CASE(a_framework_reserves_for_its_own_roles_only) {
  auto own = act_in("prod", {"live"});
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:1", own), "");
  BOOST_CHECK_EQUAL(reserve("live", "cpus:1", own), "");
  auto text = "framework " + own.str() + " does not act in role ";
  BOOST_CHECK_EQUAL(reserve("batch", "cpus:1", own), text + "batch");
  BOOST_CHECK_EQUAL(reserve("prod/ads", "cpus:1", own), text + "prod/ads");
  BOOST_CHECK_EQUAL(reservations().size(), 2u);
}

BOOST_AUTO_TEST_CASE(a_framework_gives_back_what_is_for_its_own_roles_only) {
  reserve("prod", "cpus:1");
  reserve("batch", "cpus:1");
  auto own = act_in("prod");
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:1", own), "");
  BOOST_CHECK(has(unreserve("batch", "cpus:1", own), "does not act in role batch"));
  BOOST_CHECK_EQUAL(reservations().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_framework_that_is_not_there_reserves_nothing) {
  auto away = act_in("prod");
  book.disconnect_framework(away, t0);
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:1", away), "there is no framework " + away.str());
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:1", framework_id{"nobody"}),
                    "there is no framework nobody");
}

// -- how much ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_no_amount_of_scalars_is_not_reserved) {
  BOOST_CHECK_EQUAL(reserve("prod", ""), "nothing is named to be reserved");
  BOOST_CHECK(has(reserve("prod", "ports:[1-2]"), "scalars such as cpus and mem only"));
  BOOST_CHECK(has(reserve("a//b", "cpus:1"), "expected a role"));
  BOOST_CHECK_EQUAL(change(reserve_resources{{}, a2, "prod", parse("cpus:1")}),
                    "there is no agent a2");
  BOOST_CHECK_EQUAL(change(unreserve_resources{{}, a2, "prod", parse("cpus:1")}),
                    "there is no agent a2");
}

BOOST_AUTO_TEST_CASE(no_more_is_reserved_than_is_free_and_not_reserved) {
  reserve("live", "cpus:1");
  act_in("batch");
  grant_to("c", {{a1, 2}});
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:2"),
                    "agent a1 has cpus:1;mem:1024 that is free and not reserved, not cpus:2");
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:1"), "");
}

BOOST_AUTO_TEST_CASE(no_more_is_given_back_than_was_reserved) {
  reserve("prod", "cpus:2");
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:3"),
                    "agent a1 has cpus:2 reserved for role prod by calls, not cpus:3");
  BOOST_CHECK_EQUAL(unreserve("live", "cpus:1"),
                    "agent a1 has nothing reserved for role live by calls, not cpus:1");
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:0.5"), "");
  BOOST_CHECK_EQUAL(reservations().at("prod"), parse("cpus:1.5"));
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:1.5"), "");
  BOOST_CHECK(reservations().empty());
  BOOST_CHECK(book.view({listing::roles}).roles.empty());
}

BOOST_AUTO_TEST_CASE(what_the_configuration_reserves_is_not_given_back_by_calls) {
  add_agent_for("prod", "cpus:2", a1);
  reserve("prod", "cpus:1");
  BOOST_CHECK_EQUAL(role("prod").reserved, parse("cpus:3"));
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:2"),
                    "agent a1 has cpus:1 reserved for role prod by calls, not cpus:2");
  BOOST_CHECK_EQUAL(unreserve("prod", "cpus:1"), "");
  BOOST_CHECK_EQUAL(role("prod").reserved, parse("cpus:2"));
}

// -- offers ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(offers_in_the_way_are_rescinded) {
  act_in("batch");
  auto made = make_offers();
  BOOST_REQUIRE_EQUAL(made.size(), 1u);
  BOOST_CHECK_EQUAL(reserve("prod", "cpus:3"), "");
  BOOST_CHECK_EQUAL(told<offer_rescinded>().at(0).offer, made[0].id);
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:1;mem:1024");
}

BOOST_AUTO_TEST_CASE(offers_that_are_not_in_the_way_stay) {
  set("batch", "", "cpus:3");
  act_in("batch");
  offered_now();
  add_agent(a2);
  reserve("prod", "cpus:1");
  BOOST_CHECK(told<offer_rescinded>().empty());
  change(reserve_resources{{}, a2, "prod", parse("cpus:4")});
  BOOST_CHECK(told<offer_rescinded>().empty());
}

BOOST_AUTO_TEST_CASE(a_reservation_that_is_too_large_rescinds_nothing) {
  act_in("batch");
  offered_now();
  BOOST_CHECK(has(reserve("prod", "cpus:5"), "that is free and not reserved, not cpus:5"));
  BOOST_CHECK(told<offer_rescinded>().empty());
}

BOOST_AUTO_TEST_CASE(what_is_reserved_is_offered_to_its_role_and_those_below_only) {
  reserve("prod", "cpus:2");
  act_in("batch");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:2;mem:1024");
  act_in("prod/ads");
  auto made = make_offers();
  BOOST_REQUIRE_EQUAL(made.size(), 1u);
  BOOST_CHECK_EQUAL(made[0].role, "prod/ads");
  BOOST_CHECK_EQUAL(made[0].available, parse("cpus:2"));
  BOOST_CHECK_EQUAL(made[0].reserved, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(an_offer_says_what_of_it_is_reserved) {
  reserve("prod", "cpus:2");
  act_in("prod");
  auto made = make_offers();
  BOOST_REQUIRE_EQUAL(made.size(), 1u);
  BOOST_CHECK_EQUAL(made[0].available, parse("cpus:4;mem:1024"));
  BOOST_CHECK_EQUAL(made[0].reserved, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(what_is_given_back_is_offered_to_others) {
  reserve("prod", "cpus:2");
  act_in("batch");
  offered_now();
  unreserve("prod", "cpus:2");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:2");
}

BOOST_AUTO_TEST_CASE(a_task_in_a_reservation_leaves_it_as_large_as_before_when_it_ends) {
  reserve("prod", "cpus:2");
  auto prod = act_in("prod");
  run_as(prod, task("t", "cpus:2"));
  book.suppress({prod});
  act_in("batch");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:2;mem:1024");
  update(prod, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(offered_now(), "");
}

// -- claims ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_of_another_role_does_not_get_reserved_room) {
  reserve("prod", "cpus:3");
  act_in("batch");
  auto x = claim_of("c", 1);
  x.max_count = 4;
  BOOST_CHECK_EQUAL(asked(round_for(x)), "a1:1");
  claim_slots_of("too-large", 2);
  book.serve_claims(t0);
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).reasons.back(),
                    "if nothing ran, 1 agent would have 1 such slot");
}

BOOST_AUTO_TEST_CASE(a_claim_of_the_role_or_of_one_below_gets_reserved_room) {
  reserve("prod", "cpus:3");
  act_in("prod");
  auto plan = round_for(claim_of("c1", 2));
  book.round_ended(granted(plan.id, {{a1, 2}}), t0);
  act_in("prod/ads");
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c2", 2))), "a1:2");
}

BOOST_AUTO_TEST_CASE(what_the_role_uses_of_its_reservation_is_not_kept_twice) {
  reserve("prod", "cpus:2");
  act_in("prod");
  grant_to("c1", {{a1, 2}});
  act_in("batch");
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c2", 2))), "a1:2");
}

BOOST_AUTO_TEST_CASE(a_claim_gets_what_is_offered_beside_a_reservation) {
  reserve("prod", "cpus:2");
  act_in("batch");
  offered_now();
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 2))), "a1:2");
}

BOOST_AUTO_TEST_CASE(a_claim_does_not_get_what_is_reserved_and_offered_to_its_role) {
  auto x = claim_of("c", 2);
  x.wait = 1h;
  act_in("batch");
  add_claim(x);
  reserve("prod", "cpus:3");
  book.suppress({f});
  act_in("prod");
  BOOST_CHECK_EQUAL(offered_now(), "prod@a1:cpus:4;mem:1024");
  BOOST_CHECK_EQUAL(served(), "");
  BOOST_CHECK(has(reasons("c"), "2 slots of small wanted, 1 free"));
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_is_served_when_a_reservation_is_given_back) {
  auto x = claim_of("c", 2);
  x.wait = 1h;
  reserve("prod", "cpus:3");
  act_in("batch");
  add_claim(x);
  BOOST_CHECK_EQUAL(served(), "");
  unreserve("prod", "cpus:3");
  BOOST_CHECK_EQUAL(served(), "c");
}

BOOST_AUTO_TEST_CASE(an_agent_keeps_what_its_configuration_reserves) {
  add_agent_for("prod", "cpus:3", a1);
  act_in("batch");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:1;mem:1024");
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c1", 1))), "a1:1");
  act_in("prod");
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c2", 3))), "a1:3");
}

BOOST_AUTO_TEST_CASE(reservations_by_calls_go_and_come_with_their_agent) {
  reserve("prod", "cpus:3");
  book.remove_agent(a1, t0);
  BOOST_CHECK_EQUAL(role("prod").reserved, resources{});
  add_agent(a1);
  BOOST_CHECK_EQUAL(reservations().at("prod"), parse("cpus:3"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
