// Roles as they are listed, and frameworks of several roles.
#include "shares_fixture.hpp"

namespace entente::test {

namespace {

/// Two agents of four cpus.
struct fixture : shares_fixture {
  fixture() { add_agent(a2); }

  /// `prod frameworks:1 waiting:0`
  std::string counts_of(const std::string& name) {
    auto x = role(name);
    return x.name + " frameworks:" + std::to_string(x.frameworks) +
           " waiting:" + std::to_string(x.claims_waiting);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_roles, fixture)

// -- the listing ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_role_is_listed_while_a_framework_acts_in_it) {
  auto own = act_in("prod", {"live"});
  BOOST_CHECK_EQUAL(counts_of("prod"), "prod frameworks:1 waiting:0");
  BOOST_CHECK_EQUAL(counts_of("live"), "live frameworks:1 waiting:0");
  book.remove_framework(own);
  BOOST_CHECK(book.view({listing::roles}).roles.empty());
}

BOOST_AUTO_TEST_CASE(frameworks_and_waiting_claims_are_counted_by_role) {
  act_in("prod");
  act_in("prod");
  grant_to("c1", {{a1, 4}, {a2, 4}});
  claim_slots_of("c2", 1);
  auto elsewhere = claim_of("c3", 1);
  act_in("live", {"batch"});
  elsewhere.role = "batch";
  add_claim(elsewhere);
  served();
  BOOST_CHECK_EQUAL(counts_of("prod"), "prod frameworks:2 waiting:1");
  BOOST_CHECK_EQUAL(counts_of("batch"), "batch frameworks:1 waiting:1");
}

BOOST_AUTO_TEST_CASE(offers_rounds_tasks_and_grants_add_up) {
  auto ads = act_in("eng/ads");
  run_as(ads, task("t", "cpus:1;mem:24"));
  grant_to("c1", {{a1, 2}});
  round_for(claim_of("c2", 1));
  BOOST_CHECK_EQUAL(role("eng/ads").allocated, parse("cpus:3;mem:24"));
  BOOST_CHECK_EQUAL(role("eng/ads").offered, offered() + parse("cpus:1"));
  act_in("eng");
  grant_to("c3", {{a2, 1}});
  BOOST_CHECK_EQUAL(role("eng").allocated, parse("cpus:4;mem:24"));
  BOOST_CHECK_EQUAL(role("eng").allocated, allocated());
  BOOST_CHECK_EQUAL(role("eng").offered, role("eng/ads").offered);
}

BOOST_AUTO_TEST_CASE(the_dominant_share_counts_what_is_allocated_and_offered) {
  auto prod = act_in("prod");
  run_as(prod, task("t", "cpus:1;mem:512"));
  book.suppress({prod});
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(role("prod").dominant_share, 0.25);
  book.revive({prod});
  offered_now(t0 + 30s);
  BOOST_CHECK_EQUAL(role("prod").dominant_share, 1.);
}

BOOST_AUTO_TEST_CASE(a_round_counts_as_what_its_claim_is_to_get) {
  act_in("prod");
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 2))), "a1:2 a2:2");
  BOOST_CHECK_EQUAL(held(), parse("cpus:4"));
  BOOST_CHECK_EQUAL(role("prod").offered, parse("cpus:2"));
  BOOST_CHECK_EQUAL(role("prod").allocated, resources{});
}

BOOST_AUTO_TEST_CASE(a_round_counts_as_no_more_than_it_asks_for) {
  act_in("prod");
  auto x = claim_of("c", 1);
  x.max_count = 100'000;
  round_for(x);
  BOOST_CHECK_EQUAL(role("prod").offered, parse("cpus:8"));
}

BOOST_AUTO_TEST_CASE(configured_roles_are_listed_with_what_is_set) {
  auto what = options();
  what.roles = {{"prod", {3, parse("cpus:2"), parse("cpus:4"), true}}, {"prod/ads", {}}};
  begin(what);
  auto prod = role("prod");
  BOOST_CHECK_EQUAL(prod.weight, 3);
  BOOST_CHECK_EQUAL(prod.guarantee, parse("cpus:2"));
  BOOST_CHECK_EQUAL(prod.limit, parse("cpus:4"));
  BOOST_CHECK(prod.preempts);
}

BOOST_AUTO_TEST_CASE(a_quota_by_call_keeps_what_is_configured_of_preemption) {
  auto what = options();
  what.roles = {{"prod", {1, {}, {}, true}}};
  begin(what);
  set("prod", "cpus:1");
  BOOST_CHECK(role("prod").preempts);
}

// -- several roles of one framework ------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_is_offered_something_in_each_of_its_roles) {
  act_in("prod", {"batch"});
  auto made = offered_now();
  BOOST_CHECK(made == "prod@a1:cpus:4;mem:1024 batch@a2:cpus:4;mem:1024" ||
              made == "batch@a1:cpus:4;mem:1024 prod@a2:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_CASE(a_task_is_charged_to_the_role_of_its_offer) {
  auto own = act_in("prod", {"batch"});
  auto made = make_offers();
  BOOST_REQUIRE_EQUAL(made.size(), 2u);
  accept(own, {made[0].id}, {task("t", "cpus:3")});
  auto launched = told<launch_tasks>();
  BOOST_REQUIRE_EQUAL(launched.size(), 1u);
  BOOST_CHECK_EQUAL(launched[0].role, made[0].role);
  BOOST_CHECK_EQUAL(role(made[0].role).allocated, parse("cpus:3"));
  BOOST_CHECK_EQUAL(role(made[1].role).allocated, resources{});
}

BOOST_AUTO_TEST_CASE(offers_of_two_roles_are_not_accepted_together) {
  set("prod", "", "cpus:2");
  auto own = act_in("prod", {"batch"});
  auto all = make_offers();
  std::vector<offer_id> on_first;
  for (const auto& x : all)
    if (x.agent == a1)
      on_first.push_back(x.id);
  BOOST_REQUIRE_EQUAL(on_first.size(), 2u);
  accept(own, on_first, {task("t")});
  BOOST_CHECK(told<status_update>().at(0).state == task_state::dropped);
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(a_role_that_is_suppressed_is_offered_nothing_until_it_is_revived) {
  auto own = act_in("prod", {"batch"});
  book.suppress({own, {"prod"}});
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:4;mem:1024 batch@a2:cpus:4;mem:1024");
  for (const auto& x : book.view({listing::offers}).offers)
    book.decline({own, {x.id}, 1h}, t0);
  book.revive({own, {"prod"}});
  BOOST_CHECK_EQUAL(offered_now(), "prod@a1:cpus:4;mem:1024 prod@a2:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_CASE(to_suppress_or_revive_without_a_role_means_all) {
  auto own = act_in("prod", {"batch"});
  book.suppress({own, {}});
  BOOST_CHECK_EQUAL(offered_now(), "");
  book.revive({own, {}});
  BOOST_CHECK_EQUAL(make_offers().size(), 2u);
}

BOOST_AUTO_TEST_CASE(roles_that_are_not_the_framework_s_are_not_revived) {
  auto own = act_in("prod");
  book.suppress({own, {}});
  book.revive({own, {"live"}});
  BOOST_CHECK_EQUAL(offered_now(), "");
  BOOST_CHECK_EQUAL(role("live").name, "");
}

BOOST_AUTO_TEST_CASE(a_claim_without_a_role_is_of_the_first) {
  act_in("prod", {"batch"});
  grant_to("c", {{a1, 1}});
  BOOST_CHECK_EQUAL(entry("c").role, "prod");
  BOOST_CHECK_EQUAL(role("prod").allocated, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_claim_is_charged_to_the_role_that_it_names) {
  act_in("prod", {"batch"});
  auto x = claim_of("c", 1);
  x.role = "batch";
  auto plan = round_for(x);
  BOOST_CHECK_EQUAL(plan.claim.role, "batch");
  book.round_ended(granted(plan.id, {{a1, 1}}), t0);
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_claim_in_a_role_that_its_framework_does_not_have_is_refused) {
  act_in("prod");
  auto x = claim_of("c", 1);
  x.role = "batch";
  add_claim(x);
  BOOST_CHECK_EQUAL(told<claim_refused>().at(0).reasons.at(0),
                    "the framework does not act in role batch");
}

BOOST_AUTO_TEST_CASE(a_role_that_is_no_name_is_refused) {
  auto refusal_of = [&](std::vector<std::string> more) {
    framework_info info;
    info.name = "test";
    info.more_roles = std::move(more);
    auto answer = book.add_framework(info);
    auto* no = std::get_if<refusal>(&answer);
    return no ? no->message : "";
  };
  BOOST_CHECK(has(refusal_of({"a//b"}), "expected a role"));
  BOOST_CHECK(has(refusal_of(std::vector<std::string>(64, "a")), "at most 64 roles"));
  BOOST_CHECK_EQUAL(refusal_of({"a", "b"}), "");
}

BOOST_AUTO_TEST_CASE(a_role_named_twice_is_one_role) {
  act_in("prod", {"prod"});
  BOOST_CHECK_EQUAL(counts_of("prod"), "prod frameworks:1 waiting:0");
  BOOST_CHECK_EQUAL(make_offers().size(), 2u);
}

BOOST_AUTO_TEST_CASE(a_framework_that_comes_back_with_other_roles_is_offered_for_those) {
  auto own = act_in("prod");
  framework_info info;
  info.id = own;
  info.name = "test";
  info.role = "batch";
  book.add_framework(info);
  BOOST_CHECK_EQUAL(offered_now(), "batch@a1:cpus:4;mem:1024 batch@a2:cpus:4;mem:1024");
  BOOST_CHECK_EQUAL(role("prod").name, "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
