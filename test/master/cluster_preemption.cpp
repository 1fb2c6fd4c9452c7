// Grants that are taken back for a role that is under its guarantee.
#include "shares_fixture.hpp"

namespace entente::test {

namespace {

/// Two agents of four cpus. Role `prod` is guaranteed four cpus and takes back what it needs.
struct fixture : shares_fixture {
  fixture() {
    add_agent(a2);
    auto what = options();
    what.roles = {{"prod", {1, parse("cpus:4"), {}, true}}};
    begin(what);
  }

  /// What runs before the guarantee is needed; it can be taken back.
  grant run_in(const std::string& role, const std::string& claim, const members& parts,
               bool preemptible = true) {
    auto had = role_options_of_prod();
    set("prod", "");
    act_in(role);
    auto x = claim_of(claim, 0);
    for (const auto& [agent, slots] : parts)
      x.count += slots;
    x.preemptible = preemptible;
    auto plan = round_for(x);
    book.round_ended(granted(plan.id, parts), t0);
    auto grants = told<claim_granted>();
    BOOST_REQUIRE_EQUAL(grants.size(), 1u);
    set("prod", had);
    owners[grants[0].grant.id] = f;
    return grants[0].grant;
  }

  std::string role_options_of_prod() { return role("prod").guarantee.to_string(); }

  /// `prod` claims so many slots now. @returns the grants that are to be taken back for it.
  std::vector<grant_id> recalled_for(const std::string& id, std::uint32_t count,
                                     time_point now = t0) {
    act_in("prod");
    claim_slots_of(id, count, now);
    return recalled(now);
  }

  std::vector<grant_id> recalled(time_point now = t0) {
    book.take_effects();
    book.serve_claims(now);
    std::vector<grant_id> ids;
    for (const auto& x : told<grant_recalled>())
      ids.push_back(x.grant);
    return ids;
  }

  /// The grants that end now.
  std::vector<grant_id> ended_at(time_point now) {
    book.take_effects();
    book.expire(now);
    std::vector<grant_id> ids;
    for (const auto& x : told<grant_ended>())
      ids.push_back(x.grant);
    return ids;
  }

  using ids = std::vector<grant_id>;

  std::map<grant_id, framework_id> owners;
};

const auto end_of_notice = t0 + 30s;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_preemption, fixture)

// -- what is taken back --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_is_off_unless_it_is_configured) {
  begin(options());
  run_in("batch", "b", {{a1, 4}, {a2, 4}});
  set("prod", "cpus:4");
  BOOST_CHECK(recalled_for("p", 4).empty());
  BOOST_CHECK_EQUAL(state("p"), "waiting");
}

BOOST_AUTO_TEST_CASE(the_youngest_grant_is_taken_back) {
  run_in("batch", "old", {{a1, 4}});
  auto young = run_in("batch", "young", {{a2, 4}});
  BOOST_TEST(recalled_for("p", 4) == ids{young.id});
}

BOOST_AUTO_TEST_CASE(a_grant_is_taken_back_as_a_whole) {
  auto both = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  BOOST_TEST(recalled_for("p", 1) == ids{both.id});
  BOOST_TEST(ended_at(end_of_notice) == ids{both.id});
  released_by(a1, both.id);
  released_by(a2, both.id);
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(no_more_grants_are_taken_back_than_needed) {
  run_in("batch", "old", {{a1, 2}, {a2, 2}});
  auto next = run_in("batch", "next", {{a1, 2}});
  auto young = run_in("batch", "young", {{a2, 2}});
  auto taken = recalled_for("p", 4);
  BOOST_TEST(std::set(taken.begin(), taken.end()) == (std::set{next.id, young.id}));
}

BOOST_AUTO_TEST_CASE(a_younger_grant_is_spared_if_its_room_does_not_help) {
  auto old = run_in("batch", "old", {{a2, 4}});
  run_in("batch", "fixed", {{a1, 3}}, false);
  run_in("batch", "young", {{a1, 1}});
  act_in("prod");
  auto x = claim_of("p", 1);
  x.slot_class.clear();
  x.limits = parse("cpus:4");
  add_claim(x);
  BOOST_TEST(recalled() == ids{old.id});
}

BOOST_AUTO_TEST_CASE(nothing_is_taken_back_where_there_is_room) {
  run_in("batch", "b", {{a1, 4}});
  act_in("prod");
  claim_slots_of("p", 4);
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a2:4");
  BOOST_CHECK(ended_at(end_of_notice).empty());
}

BOOST_AUTO_TEST_CASE(offers_are_rescinded_before_grants_are_taken_back) {
  run_in("batch", "b", {{a1, 4}});
  offered_now();
  act_in("prod");
  claim_slots_of("p", 4);
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a2:4");
}

// -- what is not -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_grant_that_is_not_preemptible_stays) {
  run_in("batch", "b", {{a1, 4}, {a2, 4}}, false);
  BOOST_CHECK(recalled_for("p", 4).empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_taken_back_in_vain) {
  run_in("batch", "fixed", {{a1, 4}, {a2, 1}}, false);
  run_in("batch", "b", {{a2, 3}});
  BOOST_CHECK(recalled_for("p", 4).empty());
}

BOOST_AUTO_TEST_CASE(a_grant_of_the_same_role_or_of_its_branch_stays) {
  run_in("prod", "p1", {{a1, 4}});
  run_in("prod/ads", "p2", {{a2, 4}});
  set("prod", "cpus:8");
  BOOST_CHECK(recalled_for("p3", 1).empty());
}

BOOST_AUTO_TEST_CASE(a_claim_beyond_the_guarantee_takes_nothing_back) {
  run_in("batch", "b", {{a1, 4}, {a2, 4}});
  BOOST_CHECK(recalled_for("p", 5).empty());
}

BOOST_AUTO_TEST_CASE(claims_that_together_pass_the_guarantee_take_back_for_the_first_only) {
  run_in("batch", "old", {{a1, 4}});
  auto young = run_in("batch", "young", {{a2, 4}});
  BOOST_TEST(recalled_for("p1", 3) == ids{young.id});
  BOOST_CHECK(recalled_for("p2", 3).empty());
}

BOOST_AUTO_TEST_CASE(what_a_guarantee_has_brought_stays) {
  run_in("live", "l", {{a1, 4}});
  run_in("batch", "fixed", {{a2, 4}}, false);
  set("live", "cpus:4");
  BOOST_CHECK(recalled_for("p", 4).empty());
}

BOOST_AUTO_TEST_CASE(of_grants_of_which_a_guarantee_needs_one_the_older_stays) {
  run_in("live", "old", {{a1, 2}});
  auto young = run_in("live", "young", {{a1, 2}});
  run_in("batch", "fixed", {{a2, 4}}, false);
  set("live", "cpus:2");
  BOOST_CHECK(recalled_for("p1", 4).empty());
  book.withdraw({f, claim_id{"p1"}, 0});
  BOOST_TEST(recalled_for("p2", 2) == ids{young.id});
}

BOOST_AUTO_TEST_CASE(grants_of_roles_below_a_guarantee_are_counted_together) {
  run_in("eng/ads", "old", {{a1, 2}});
  auto young = run_in("eng/lab", "young", {{a1, 2}});
  run_in("batch", "fixed", {{a2, 4}}, false);
  set("eng", "cpus:2");
  BOOST_CHECK(recalled_for("p1", 4).empty());
  book.withdraw({f, claim_id{"p1"}, 0});
  BOOST_TEST(recalled_for("p2", 2) == ids{young.id});
}

BOOST_AUTO_TEST_CASE(room_that_is_reserved_for_the_grant_s_role_is_not_taken_back_in_vain) {
  reserve("batch", "cpus:4");
  run_in("batch", "b", {{a1, 4}});
  run_in("batch", "fixed", {{a2, 4}}, false);
  act_in("prod");
  auto x = claim_of("p", 4);
  x.wait = 1h;
  add_claim(x);
  BOOST_CHECK(recalled().empty());
}

// -- the notice ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_framework_is_told_why_and_when) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  act_in("prod");
  claim_slots_of("p", 4);
  book.take_effects();
  book.serve_claims(t0);
  auto told_now = told<grant_recalled>();
  BOOST_REQUIRE_EQUAL(told_now.size(), 1u);
  BOOST_CHECK(told_now[0] ==
              (grant_recalled{
                given.id, "role prod is under its guarantee and needs the room for claim p", 30s}));
  BOOST_CHECK(book.next_deadline() == end_of_notice);
}

BOOST_AUTO_TEST_CASE(the_framework_is_told_again_with_every_report_what_is_left_of_the_notice) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  f = owners.at(given.id);
  subscribe_again({}, {given.id}, 1, t0 + 10s);
  auto told_now = told<grant_recalled>();
  BOOST_REQUIRE_EQUAL(told_now.size(), 1u);
  BOOST_CHECK(told_now[0].notice == 20s);
}

BOOST_AUTO_TEST_CASE(a_grant_is_recalled_once) {
  run_in("batch", "b", {{a1, 4}, {a2, 4}});
  BOOST_CHECK_EQUAL(recalled_for("p", 2).size(), 1u);
  set("eng", "", "cpus:1");  // There may be more room than before.
  BOOST_CHECK(recalled().empty());
  BOOST_CHECK(recalled_for("p2", 2).empty());
}

BOOST_AUTO_TEST_CASE(before_the_end_of_the_notice_the_grant_stays) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  BOOST_CHECK(ended_at(end_of_notice - 1ms).empty());
  f = owners.at(given.id);
  launch(given.id, 0, task("t"));
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

// -- its end ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(at_the_end_the_grant_ends_with_a_reason_and_the_claim_is_granted) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  book.expire(end_of_notice);
  auto ended = told<grant_ended>();
  BOOST_REQUIRE_EQUAL(ended.size(), 1u);
  BOOST_CHECK_EQUAL(ended[0].message, "it was taken back: role prod is under its guarantee and "
                                      "needs the room for claim p");
  BOOST_CHECK_EQUAL(served(end_of_notice), "");
  released_by(a1, given.id);
  auto plans = rounds(end_of_notice);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  book.round_ended(granted(plans[0].id, {{a1, 4}}), end_of_notice);
  BOOST_CHECK_EQUAL(state("p"), "granted");
}

BOOST_AUTO_TEST_CASE(the_agents_are_asked_for_its_slots) {
  auto given = run_in("batch", "b", {{a1, 2}, {a2, 4}});
  recalled_for("p", 4);
  book.take_effects();
  book.expire(end_of_notice);
  BOOST_CHECK_EQUAL(list(told<release>()), given.id.str() + ":0,1 " + given.id.str() + ":0,1,2,3");
}

BOOST_AUTO_TEST_CASE(nothing_more_is_taken_back_while_the_room_is_on_its_way) {
  run_in("batch", "old", {{a1, 3}});
  auto other = run_in("batch", "other", {{a1, 1}}, false);
  auto young = run_in("batch", "young", {{a2, 4}});
  BOOST_TEST(recalled_for("p", 3) == ids{young.id});
  BOOST_TEST(ended_at(end_of_notice) == ids{young.id});
  released_by(a1, other.id);
  BOOST_CHECK(recalled(end_of_notice).empty());
}

BOOST_AUTO_TEST_CASE(the_grant_stays_if_the_claim_is_withdrawn_during_the_notice) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  book.withdraw({f, claim_id{"p"}, 0});
  BOOST_CHECK(ended_at(end_of_notice).empty());
  BOOST_TEST(recalled_for("p2", 4) == ids{given.id});
}

BOOST_AUTO_TEST_CASE(the_grant_stays_if_the_claim_is_granted_otherwise) {
  run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  add_agent(a3);
  auto plans = rounds();
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  book.round_ended(granted(plans[0].id, {{a3, 4}}), t0);
  BOOST_CHECK(ended_at(end_of_notice).empty());
  BOOST_CHECK_EQUAL(state("b"), "granted");
}

BOOST_AUTO_TEST_CASE(the_grant_stays_while_the_claim_is_agreed_on_elsewhere) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  add_agent(a3);
  auto late = end_of_notice - 1ms;
  auto plans = rounds(late);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK(ended_at(end_of_notice).empty());
  book.round_ended(refused(plans[0].id), end_of_notice);
  BOOST_TEST(ended_at(end_of_notice + 2s) == ids{given.id});
}

BOOST_AUTO_TEST_CASE(the_grant_stays_if_the_role_is_not_under_its_guarantee_any_more) {
  run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  change(remove_quota{"prod"});
  BOOST_CHECK(ended_at(end_of_notice).empty());
  BOOST_CHECK_EQUAL(state("b"), "granted");
}

BOOST_AUTO_TEST_CASE(a_grant_that_is_given_back_during_the_notice_makes_room_at_once) {
  auto given = run_in("batch", "b", {{a1, 4}, {a2, 4}});
  recalled_for("p", 4);
  f = owners.at(given.id);
  give_back(given.id);
  released_by(a1, given.id);
  released_by(a2, given.id);
  BOOST_CHECK_EQUAL(served(), "p");
  BOOST_CHECK(ended_at(end_of_notice).empty());
}

BOOST_AUTO_TEST_CASE(a_recalled_grant_whose_agent_is_lost_is_not_needed_any_more) {
  auto given = run_in("batch", "b", {{a1, 4}});
  run_in("batch", "fixed", {{a2, 4}}, false);
  BOOST_TEST(recalled_for("p", 4) == ids{given.id});
  book.remove_agent(a1, t0);
  BOOST_CHECK(ended_at(end_of_notice).size() <= 1u);
  add_agent(a1);
  BOOST_CHECK_EQUAL(served(end_of_notice), "p");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
