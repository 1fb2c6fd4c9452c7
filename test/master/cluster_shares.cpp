// Quota and weights: what operators may set, and what it means for offers and claims.
#include <cmath>
#include <limits>

#include "shares_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : shares_fixture {
  /// What is set for the role: `1 cpus:1 cpus:2` of weight, guarantee and limit.
  std::string quota_of(const std::string& name) {
    auto x = role(name);
    return std::to_string(std::lround(x.weight)) + ' ' + x.guarantee.to_string() + ' ' +
           x.limit.to_string();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_shares, fixture)

// -- what may be set ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_quota_is_listed_with_its_role) {
  BOOST_CHECK_EQUAL(set("prod", "cpus:1", "cpus:2"), "");
  BOOST_CHECK_EQUAL(quota_of("prod"), "1 cpus:1 cpus:2");
}

BOOST_AUTO_TEST_CASE(what_is_no_role_has_neither_quota_nor_weight) {
  for (const auto* name : {"", "/", "a//b", "/a", "a/", "-a", "a b", ".", "a/.", "a..b"}) {
    BOOST_CHECK(has(set(name, "cpus:1"), "expected a role"));
    BOOST_CHECK(has(weigh(name, 2), "expected a role"));
  }
  BOOST_CHECK(book.view({listing::roles}).roles.empty());
}

BOOST_AUTO_TEST_CASE(a_quota_has_scalars_only) {
  BOOST_CHECK_EQUAL(set("prod", "ports:[1-2]"),
                    "a guarantee has scalars such as cpus and mem only, not ports:[1-2]");
  BOOST_CHECK_EQUAL(set("prod", "", "disks:{sda}"),
                    "a limit has scalars such as cpus and mem only, not disks:{sda}");
}

BOOST_AUTO_TEST_CASE(a_guarantee_is_not_above_its_limit) {
  BOOST_CHECK_EQUAL(set("prod", "cpus:2", "cpus:1"),
                    "the guarantee cpus:2 is more than the limit cpus:1");
}

BOOST_AUTO_TEST_CASE(guarantees_of_roles_below_are_within_the_limit_above) {
  set("eng", "", "cpus:3");
  set("eng/ads", "cpus:2");
  BOOST_CHECK_EQUAL(set("eng/lab", "cpus:2"),
                    "role eng has the limit cpus:3, and the roles below it would be guaranteed "
                    "cpus:4");
  BOOST_CHECK_EQUAL(set("eng", "", "cpus:1"),
                    "roles below eng are guaranteed cpus:2, which is more than the limit cpus:1");
}

BOOST_AUTO_TEST_CASE(guarantees_that_the_cluster_cannot_hold_are_refused_unless_forced) {
  set("prod", "cpus:3");
  BOOST_CHECK_EQUAL(set("live", "cpus:2"),
                    "all guarantees together would be cpus:5, the cluster has cpus:4;mem:1024; it "
                    "can be forced");
  BOOST_CHECK_EQUAL(change(set_quota{"live", parse("cpus:2"), {}, true}), "");
  BOOST_CHECK_EQUAL(quota_of("live"), "1 cpus:2 ");
}

BOOST_AUTO_TEST_CASE(what_contradicts_itself_is_not_forced) {
  BOOST_CHECK_NE(change(set_quota{"prod", parse("cpus:2"), parse("cpus:1"), true}), "");
}

BOOST_AUTO_TEST_CASE(a_quota_that_is_refused_changes_nothing) {
  set("prod", "cpus:1", "cpus:2");
  set("prod", "cpus:3", "cpus:2");
  set("prod", "cpus:9");
  BOOST_CHECK_EQUAL(quota_of("prod"), "1 cpus:1 cpus:2");
}

BOOST_AUTO_TEST_CASE(a_role_without_quota_has_none_to_remove) {
  weigh("prod", 2);
  BOOST_CHECK_EQUAL(change(remove_quota{"prod"}), "role prod has no quota");
  BOOST_CHECK_EQUAL(change(remove_quota{"a//b"}), "role a//b has no quota");
}

BOOST_AUTO_TEST_CASE(a_quota_is_removed_and_the_weight_stays) {
  weigh("prod", 2);
  set("prod", "cpus:1", "cpus:2");
  BOOST_CHECK_EQUAL(change(remove_quota{"prod"}), "");
  BOOST_CHECK_EQUAL(quota_of("prod"), "2  ");
}

BOOST_AUTO_TEST_CASE(a_role_that_nothing_is_set_for_is_not_listed) {
  set("prod", "cpus:1");
  change(remove_quota{"prod"});
  BOOST_CHECK(book.view({listing::roles}).roles.empty());
}

BOOST_AUTO_TEST_CASE(a_weight_is_between_a_thousandth_and_a_million) {
  using limits = std::numeric_limits<double>;
  for (auto weight : {0., -1., 0.00099, 1000001., limits::infinity(), limits::quiet_NaN()})
    BOOST_CHECK_EQUAL(weigh("prod", weight), "a weight is a number from 0.001 to 1000000");
  BOOST_CHECK_EQUAL(weigh("prod", 0.001), "");
  BOOST_CHECK_EQUAL(weigh("prod", 1e6), "");
}

// -- weights ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(of_three_agents_the_role_of_twice_the_weight_is_offered_two) {
  add_agent(a2);
  add_agent(a3);
  weigh("heavy", 2);
  auto light = act_in("light");
  auto heavy = act_in("heavy");
  std::map<framework_id, int> agents;
  for (const auto& x : make_offers())
    ++agents[x.framework];
  BOOST_CHECK_EQUAL(agents[heavy], 2);
  BOOST_CHECK_EQUAL(agents[light], 1);
}

BOOST_AUTO_TEST_CASE(of_roles_that_have_as_much_the_claim_of_the_heavier_is_served_first) {
  act_in("light");
  grant_to("l1", {{a1, 1}});
  claim_slots_of("l2", 2);
  act_in("heavy");
  weigh("heavy", 2);
  auto own = claim_of("h1", 1);
  add_claim(own);
  BOOST_CHECK_EQUAL(served(), "h1 l2");
  claim_slots_of("h2", 1);
  BOOST_CHECK_EQUAL(served(), "");
}

BOOST_AUTO_TEST_CASE(a_weight_counts_from_when_it_is_set) {
  add_agent(a2);
  act_in("light");
  grant_to("l1", {{a1, 2}});
  claim_slots_of("l2", 4);
  act_in("heavy");
  grant_to("h1", {{a1, 2}});
  claim_slots_of("h2", 4);
  weigh("heavy", 2);
  BOOST_CHECK_EQUAL(served(), "h2");
}

// -- limits -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_more_than_the_limit_is_offered) {
  set("batch", "", "cpus:3");
  auto batch = act_in("batch");
  run_as(batch, task("t", "cpus:2"));
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:1;mem:1024");
  BOOST_CHECK_EQUAL(offered(), parse("cpus:1;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_role_at_its_limit_is_offered_nothing_until_it_has_less) {
  set("batch", "", "cpus:3");
  auto batch = act_in("batch");
  run_as(batch, task("t", "cpus:3"));
  BOOST_CHECK_EQUAL(offered_now(), "");
  update(batch, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:3;mem:1024");
}

BOOST_AUTO_TEST_CASE(a_claim_that_would_pass_the_limit_waits_and_says_so) {
  set("batch", "", "cpus:3");
  act_in("batch");
  auto first = grant_to("c1", {{a1, 2}});
  claim_slots_of("c2", 2);
  BOOST_CHECK_EQUAL(served(), "");
  BOOST_CHECK_EQUAL(reasons("c2"), "2 slots of small wanted, 2 free; role batch has the limit "
                                   "cpus:3 and has taken cpus:2");
  give_back(first.id);
  released_by(a1, first.id);
  BOOST_CHECK_EQUAL(served(), "c2");
}

BOOST_AUTO_TEST_CASE(a_claim_above_the_limit_is_refused_at_once_with_the_reason) {
  set("batch", "", "cpus:3");
  act_in("batch");
  claim_slots_of("c", 4);
  book.serve_claims(t0);
  auto refused = told<claim_refused>();
  BOOST_REQUIRE_EQUAL(refused.size(), 1u);
  BOOST_CHECK_EQUAL(refused[0].reasons.back(),
                    "role batch has the limit cpus:3, the claim is for cpus:4");
}

BOOST_AUTO_TEST_CASE(a_limit_counts_for_all_roles_below) {
  set("eng", "", "cpus:3");
  act_in("eng/ads");
  grant_to("c1", {{a1, 2}});
  act_in("eng/lab");
  claim_slots_of("c2", 2);
  BOOST_CHECK_EQUAL(served(), "");
  BOOST_CHECK(has(reasons("c2"), "role eng has the limit cpus:3 and has taken cpus:2"));
  BOOST_CHECK_EQUAL(offered_now(), "eng/lab@a1:cpus:1;mem:1024");
}

BOOST_AUTO_TEST_CASE(of_two_claims_at_once_only_one_gets_what_the_limit_leaves) {
  set("batch", "", "cpus:3");
  act_in("batch");
  claim_slots_of("c1", 2);
  act_in("batch");
  claim_slots_of("c2", 2);
  auto plans = rounds();
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK_EQUAL(state("c2"), "waiting");
  book.round_ended(refused(plans[0].id), t0);
  BOOST_CHECK_EQUAL(served(), "c2");
}

BOOST_AUTO_TEST_CASE(more_slots_than_the_limit_allows_are_not_asked_for) {
  set("batch", "", "cpus:3");
  act_in("batch");
  auto x = claim_of("c", 1);
  x.max_count = 4;
  auto plan = round_for(x);
  BOOST_CHECK_EQUAL(plan.claim.max_count, 3u);
  BOOST_CHECK_EQUAL(role("batch").offered, parse("cpus:3"));
}

BOOST_AUTO_TEST_CASE(what_is_offered_to_a_role_does_not_keep_its_own_claim_waiting) {
  set("batch", "", "cpus:3");
  act_in("batch");
  offered_now();
  claim_slots_of("c", 3);
  BOOST_CHECK_EQUAL(served(), "c");
}

BOOST_AUTO_TEST_CASE(offers_and_rounds_of_a_role_are_together_within_its_limit) {
  add_agent(a2);
  set("batch", "", "cpus:4");
  act_in("batch");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:4;mem:1024");
  claim_slots_of("c", 4);
  BOOST_CHECK_EQUAL(served(), "c");
  BOOST_CHECK_EQUAL(role("batch").offered.milli("cpus"), 4000);
}

BOOST_AUTO_TEST_CASE(a_limit_below_what_was_taken_takes_nothing_back) {
  auto batch = act_in("batch");
  run_as(batch, task("t", "cpus:2"));
  set("batch", "", "cpus:1");
  BOOST_CHECK_EQUAL(offered_now(), "");
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:2"));
  change(remove_quota{"batch"});
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:2;mem:1024");
}

// -- guarantees -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(others_are_not_offered_what_a_guarantee_needs) {
  set("prod", "cpus:3");
  act_in("batch");
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:1;mem:1024");
  BOOST_CHECK_EQUAL(offered_now(), "");
  act_in("prod");
  BOOST_CHECK_EQUAL(offered_now(), "prod@a1:cpus:3");
}

BOOST_AUTO_TEST_CASE(what_a_guarantee_needed_is_offered_to_others_when_it_is_gone) {
  set("prod", "cpus:3");
  act_in("batch");
  offered_now();
  change(remove_quota{"prod"});
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:3");
}

BOOST_AUTO_TEST_CASE(a_guarantee_holds_room_for_a_role_that_comes_later) {
  set("prod", "cpus:3");
  act_in("batch");
  claim_slots_of("early", 2);
  BOOST_CHECK_EQUAL(served(), "");
  BOOST_CHECK_EQUAL(reasons("early"), "2 slots of small wanted, 2 free; what is free is kept for "
                                      "guarantees that are not met: cpus:3");
  act_in("prod");
  claim_slots_of("late", 3);
  BOOST_CHECK_EQUAL(served(), "late");
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_for_a_guarantee_is_served_when_it_is_gone) {
  set("prod", "cpus:3");
  act_in("batch");
  claim_slots_of("early", 2);
  served();
  change(remove_quota{"prod"});
  BOOST_CHECK_EQUAL(served(), "early");
}

BOOST_AUTO_TEST_CASE(the_claim_of_a_role_under_its_guarantee_is_first) {
  act_in("batch");
  auto running = grant_to("c", {{a1, 4}});
  claim_slots_of("early", 1);
  act_in("prod");
  claim_slots_of("late", 1);
  BOOST_CHECK_EQUAL(served(), "");
  set("prod", "cpus:1");
  released_by(a1, running.id, {0});
  BOOST_CHECK_EQUAL(served(), "late");
}

BOOST_AUTO_TEST_CASE(two_claims_at_once_leave_what_a_guarantee_needs) {
  set("prod", "cpus:1");
  act_in("batch");
  claim_slots_of("c1", 2);
  claim_slots_of("c2", 2);
  BOOST_CHECK_EQUAL(served(), "c1");
}

BOOST_AUTO_TEST_CASE(offers_and_rounds_leave_what_a_guarantee_needs) {
  act_in("batch");
  offered_now();
  add_agent(a2);
  set("prod", "cpus:4");
  claim_slots_of("c", 4);
  BOOST_CHECK_EQUAL(served(), "c");
  BOOST_CHECK_EQUAL(role("batch").offered.milli("cpus"), 4000);
}

BOOST_AUTO_TEST_CASE(offers_stay_where_a_claim_has_room_beside_them) {
  act_in("batch");
  offered_now();
  add_agent(a2);
  set("prod", "cpus:2");
  set("batch", "", "cpus:6");
  claim_slots_of("c", 2);
  BOOST_CHECK_EQUAL(served(), "c");
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(fewer_slots_are_asked_for_so_that_a_guarantee_can_be_met) {
  set("prod", "cpus:1");
  act_in("batch");
  auto x = claim_of("c", 1);
  x.max_count = 4;
  BOOST_CHECK_EQUAL(round_for(x).claim.max_count, 3u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
