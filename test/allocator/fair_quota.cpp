// Guarantees, what is kept free for them, and limits.
#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

/// Ten agents of one cpu each, a1 to a10.
struct fixture : allocator_fixture {
  fixture() {
    for (int i = 1; i <= 10; ++i)
      add_agent(agent_id{"a" + std::to_string(i)}, "cpus:1;mem:100");
  }

  void set(const std::string& role, const role_options& options) {
    book.set_options(role, options);
    book.check();
  }

  /// How many agents the framework is planned all of.
  std::size_t planned(const framework_id& framework) {
    return static_cast<std::size_t>(std::count_if(last.begin(), last.end(), [&](const auto& x) {
      return x.to.framework == framework && x.available == parse("cpus:1;mem:100");
    }));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fair_quota, fixture)

// -- guarantees first ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_guarantee_is_met_before_fair_shares) {
  set("prod", with_quota("cpus:7"));
  revive(f1, "prod");
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 7u);
  BOOST_CHECK_EQUAL(planned(f2), 3u);
}

BOOST_AUTO_TEST_CASE(beyond_its_guarantee_a_role_has_its_fair_share) {
  set("prod", with_quota("cpus:3"));
  revive(f1, "prod");
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 5u);
  BOOST_CHECK_EQUAL(planned(f2), 5u);
}

BOOST_AUTO_TEST_CASE(guarantees_are_met_in_the_order_of_shares) {
  set("prod", with_quota("cpus:8"));
  set("live", with_quota("cpus:8"));
  revive(f1, "prod");
  revive(f2, "live");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 5u);
  BOOST_CHECK_EQUAL(planned(f2), 5u);
}

BOOST_AUTO_TEST_CASE(no_more_of_an_agent_than_is_missing_is_offered_for_a_guarantee) {
  allocator_fixture x;
  x.add_agent(a1, "cpus:4;mem:400");
  x.book.set_options("prod", with_quota("cpus:0.5"));
  x.book.take({f1, "prod"}, a1, parse("mem:100"));
  x.revive(f1, "prod");
  x.revive(f2, "batch");
  BOOST_CHECK_EQUAL(x.offers(), "f1:cpus:0.5;mem:300 f2:cpus:3.5");
}

BOOST_AUTO_TEST_CASE(what_is_kept_for_a_guaranteed_role_counts_as_met) {
  add_agent_for("prod", "cpus:6", a1, "cpus:6;mem:600");
  set("prod", with_quota("cpus:6"));
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 9u);
  BOOST_CHECK_EQUAL(charged("batch"), parse("cpus:9;mem:1500"));
}

// -- room kept for guarantees -------------------------------------------------

BOOST_AUTO_TEST_CASE(others_are_not_offered_what_unmet_guarantees_need) {
  set("prod", with_quota("cpus:7"));
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 3u);
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(what_is_kept_free_is_offered_once_the_guarantee_is_met_or_gone) {
  set("prod", with_quota("cpus:7"));
  revive(f2, "batch");
  turns();
  book.take({f1, "prod"}, agent_id{"a10"}, parse("cpus:1;mem:100"));
  BOOST_CHECK_EQUAL(turns(), "");
  book.expect({f1, "prod"}, parse("cpus:6"));
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 6u);
}

BOOST_AUTO_TEST_CASE(removing_the_guarantee_frees_what_was_kept_for_it) {
  set("prod", with_quota("cpus:7"));
  revive(f2, "batch");
  turns();
  set("prod", {});
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 7u);
}

BOOST_AUTO_TEST_CASE(a_new_agent_is_room_on_others_too) {
  set("prod", with_quota("cpus:10"));
  revive(f2, "batch");
  BOOST_CHECK_EQUAL(turns(), "");
  // It is filtered on the new agent, so the room must be on one of the old.
  book.set_aside({agent_id{"a11"}});
  add_agent(agent_id{"a11"}, "cpus:2;mem:100");
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 2u);
}

BOOST_AUTO_TEST_CASE(a_scalar_that_no_guarantee_names_is_not_kept) {
  set("prod", with_quota("mem:1000"));
  add_agent(a1, "cpus:1");
  revive(f2, "batch");
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:1");
}

BOOST_AUTO_TEST_CASE(a_role_that_has_more_than_its_guarantee_is_kept_to_what_others_leave) {
  set("prod", with_quota("cpus:3"));
  set("live", with_quota("cpus:4"));
  revive(f1, "prod");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 6u);
}

BOOST_AUTO_TEST_CASE(a_guarantee_that_the_cluster_cannot_meet_keeps_all_of_it) {
  set("prod", with_quota("cpus:70"));
  revive(f2, "batch");
  BOOST_CHECK_EQUAL(turns(), "");
  revive(f1, "prod");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 10u);
}

BOOST_AUTO_TEST_CASE(what_comes_back_from_a_guaranteed_role_is_kept_for_it) {
  set("prod", with_quota("cpus:10"));
  revive(f1, "prod");
  turns();
  revive(f2, "batch");
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
  turns(t0 + 5s);
  BOOST_CHECK_EQUAL(planned(f1), 10u);
}

// -- limits -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_offer_passes_a_limit) {
  set("batch", with_quota("", "cpus:3"));
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 3u);
  BOOST_CHECK_EQUAL(charged("batch"), parse("cpus:3;mem:300"));
}

BOOST_AUTO_TEST_CASE(the_offer_that_reaches_a_limit_is_cut) {
  allocator_fixture x;
  x.add_agent(a1, "cpus:8;mem:800");
  x.book.set_options("batch", with_quota("", "cpus:2.5"));
  x.revive(f2, "batch");
  BOOST_CHECK_EQUAL(x.offers(), "f2:cpus:2.5;mem:800");
}

BOOST_AUTO_TEST_CASE(frameworks_of_one_role_share_its_limit) {
  set("batch", with_quota("", "cpus:3"));
  revive(f1, "batch");
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f1) + planned(f2), 3u);
}

BOOST_AUTO_TEST_CASE(what_comes_back_under_a_limit_may_be_offered_elsewhere) {
  set("batch", with_quota("", "cpus:3"));
  revive(f2, "batch");
  turns();
  book.give_back(last[0].to, last[0].agent, last[0].available, t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f2:a4");
}

BOOST_AUTO_TEST_CASE(a_higher_limit_counts_at_once) {
  set("batch", with_quota("", "cpus:3"));
  revive(f2, "batch");
  turns();
  set("batch", with_quota("", "cpus:5"));
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 2u);
}

BOOST_AUTO_TEST_CASE(a_cut_offer_that_is_filtered_is_made_when_more_may_be_had) {
  allocator_fixture x;
  x.add_agent(a1, "cpus:8;mem:800");
  x.add_agent(a2, "cpus:2;mem:100");
  x.book.set_options("batch", with_quota("", "cpus:4"));
  x.book.take({f2, "batch"}, a2, parse("cpus:2;mem:100"));
  x.revive(f2, "batch");
  BOOST_CHECK_EQUAL(x.offers(), "f2:cpus:2;mem:800");
  x.give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(x.offers(), "");
  x.book.give_back({f2, "batch"}, a2, parse("cpus:2;mem:100"), t0 + 5s);
  BOOST_CHECK_EQUAL(x.offers(), "f2:cpus:4;mem:800");
}

BOOST_AUTO_TEST_CASE(agents_kept_back_at_different_times_are_offered_as_soon_as_each_may_be) {
  allocator_fixture x;
  x.add_agent(a3, "cpus:4");
  x.book.set_options("eng", with_quota("", "cpus:4"));
  x.book.take({f2, "eng/ml"}, a3, parse("cpus:2"));
  x.book.set_aside({a3});
  x.revive(f1, "eng/ads");
  x.add_agent(a1, "cpus:4");
  BOOST_CHECK_EQUAL(x.offers(), "f1:cpus:2");
  x.give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(x.offers(), "");
  // There is less room when the second comes, and no more than at first when there is room again.
  x.book.take({f2, "eng/ml"}, a3, parse("cpus:1"));
  x.add_agent(a2, "cpus:4");
  BOOST_CHECK_EQUAL(x.offers(), "f1:cpus:1");
  x.give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(x.offers(), "");
  x.book.give_back({f2, "eng/ml"}, a3, parse("cpus:1"));
  BOOST_CHECK_EQUAL(x.turns(), "f1:a2");
  BOOST_CHECK_EQUAL(x.charged("eng"), parse("cpus:4"));
}

// -- hierarchy ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_guarantee_is_met_by_roles_below) {
  set("eng", with_quota("cpus:8"));
  set("eng/ml", with_quota("cpus:2"));
  revive(f1, "eng/ads");
  revive(f2, "batch");
  turns();
  // Two are kept for eng/ml.
  BOOST_CHECK_EQUAL(planned(f1), 6u);
  BOOST_CHECK_EQUAL(planned(f2), 2u);
}

BOOST_AUTO_TEST_CASE(limits_of_roles_above_hold) {
  set("eng", with_quota("", "cpus:4"));
  revive(f1, "eng/ads");
  revive(f2, "eng/ml");
  turns();
  BOOST_CHECK_EQUAL(planned(f1), 2u);
  BOOST_CHECK_EQUAL(planned(f2), 2u);
  BOOST_CHECK_EQUAL(charged("eng"), parse("cpus:4;mem:400"));
}

BOOST_AUTO_TEST_CASE(using_what_is_reserved_above_leaves_more_to_others) {
  // eng/ads is guaranteed 3 cpus; what it takes of the 4 that are reserved for eng meets that.
  add_agent_for("eng", "cpus:4", agent_id{"a11"}, "cpus:4;mem:100");
  set("eng/ads", with_quota("cpus:3"));
  revive(f2, "batch");
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 7u);
  book.take({f1, "eng/ads"}, agent_id{"a11"}, parse("cpus:3"));
  turns();
  BOOST_CHECK_EQUAL(planned(f2), 3u);
}

BOOST_AUTO_TEST_CASE(what_that_leaves_is_offered_wherever_it_was_kept_back) {
  const agent_id a4{"a4"};
  allocator_fixture x;
  x.add_agent(a1, "cpus:4;mem:30");
  x.add_agent(a2, "cpus:4;mem:100");
  x.add_agent_for("eng", "mem:250", a3, "mem:250");
  x.add_agent(a4, "cpus:1;mem:600");
  x.book.set_options("eng", with_quota("", "cpus:1;mem:600"));
  x.book.set_options("eng/ads", with_quota("mem:500"));
  x.book.take({f2, "eng/ml"}, a4, parse("cpus:1;mem:600"));
  x.book.set_aside({a4});
  x.revive(f1, "eng/ads");
  x.revive(f3, "lab");
  // eng is at its limits, and all memory that is free is kept for eng/ads.
  BOOST_CHECK_EQUAL(x.offers(), "");
  x.book.give_back({f2, "eng/ml"}, a4, parse("mem:250"));
  BOOST_CHECK_EQUAL(x.offers(), "f1:mem:250 f3:cpus:4;mem:30 f3:cpus:4;mem:100");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
