// What quota says of claims, and which quotas contradict each other.
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

  std::string problem_of_taking(const std::string& role, std::string_view amount,
                                const fair_allocator::offered_amounts& offered = {}) {
    return book.problem_of_taking(role, parse(amount), offered).value_or("");
  }

  std::string problem_of_quota(const std::string& role, std::string_view guarantee,
                               std::string_view limit = "") {
    return book.problem_of_quota(role, parse(guarantee), parse(limit)).value_or("");
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(claim_quota, fixture)

// -- what contradicts ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_guarantee_is_within_the_limit) {
  BOOST_CHECK_EQUAL(problem_of_quota("prod", "cpus:4", "cpus:4"), "");
  BOOST_CHECK_EQUAL(problem_of_quota("prod", "cpus:4", "mem:1"), "");
  BOOST_CHECK(has(problem_of_quota("prod", "cpus:4", "cpus:3"), "cpus:3"));
}

BOOST_AUTO_TEST_CASE(a_limit_is_at_least_what_roles_below_are_guaranteed) {
  set("eng/ads", with_quota("cpus:4"));
  set("eng/ml/train", with_quota("cpus:3"));
  BOOST_CHECK_EQUAL(problem_of_quota("eng", "", "cpus:7"), "");
  auto problem = problem_of_quota("eng", "", "cpus:6");
  BOOST_CHECK(has(problem, "cpus:7") && has(problem, "cpus:6"));
}

BOOST_AUTO_TEST_CASE(guarantees_below_a_limit_are_together_within_it) {
  set("eng", with_quota("", "cpus:7"));
  set("eng/ads", with_quota("cpus:4"));
  BOOST_CHECK_EQUAL(problem_of_quota("eng/ml/train", "cpus:3"), "");
  BOOST_CHECK(has(problem_of_quota("eng/ml/train", "cpus:4"), "role eng"));
  // A parent's guarantee covers those of its children.
  set("eng/ml", with_quota("cpus:3"));
  BOOST_CHECK_EQUAL(problem_of_quota("eng/ml/train", "cpus:3"), "");
}

BOOST_AUTO_TEST_CASE(asking_leaves_no_role_behind) {
  problem_of_quota("eng/ml", "cpus:4", "cpus:3");
  book.problem_of_guarantee("eng/ads", parse("cpus:4"));
  book.never_takes("ops", parse("cpus:4"));
  set("prod", with_quota("cpus:1"));
  problem_of_taking("lab", "cpus:4");
  BOOST_CHECK_EQUAL(book.tree().roles().size(), 1u);
}

BOOST_AUTO_TEST_CASE(guarantees_are_together_within_the_cluster) {
  set("prod", with_quota("cpus:6"));
  BOOST_CHECK(!book.problem_of_guarantee("live", parse("cpus:4")));
  auto problem = book.problem_of_guarantee("live", parse("cpus:4.5"));
  BOOST_REQUIRE(problem);
  BOOST_CHECK(has(*problem, "cpus:10.5") && has(*problem, "cpus:10;"));
  // Another guarantee of the same role takes the place of the one before.
  BOOST_CHECK(!book.problem_of_guarantee("prod", parse("cpus:10")));
}

// -- claims -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_quota_a_claim_may_take_anything) {
  BOOST_CHECK_EQUAL(problem_of_taking("batch", "cpus:100"), "");
  BOOST_CHECK(!book.never_takes("batch", parse("cpus:100")));
}

BOOST_AUTO_TEST_CASE(a_claim_larger_than_a_limit_can_never_be_served) {
  set("eng", with_quota("", "cpus:4"));
  BOOST_CHECK(!book.never_takes("eng/ads", parse("cpus:4")));
  auto problem = book.never_takes("eng/ads", parse("cpus:5"));
  BOOST_REQUIRE(problem);
  BOOST_CHECK(has(*problem, "role eng ") && has(*problem, "cpus:4") && has(*problem, "cpus:5"));
}

BOOST_AUTO_TEST_CASE(a_claim_waits_while_its_role_is_at_its_limit) {
  set("eng", with_quota("", "cpus:4"));
  book.take({f1, "eng/ml"}, a1, parse("cpus:1"));
  BOOST_CHECK_EQUAL(problem_of_taking("eng/ads", "cpus:3"), "");
  BOOST_CHECK(has(problem_of_taking("eng/ads", "cpus:4"), "has taken cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_role_past_its_limit_may_take_what_that_does_not_name) {
  book.take({f1, "eng"}, a1, parse("mem:100"));
  set("eng", with_quota("", "mem:50"));
  BOOST_CHECK_EQUAL(problem_of_taking("eng", "cpus:1"), "");
  BOOST_CHECK_NE(problem_of_taking("eng", "cpus:1;mem:1"), "");
}

BOOST_AUTO_TEST_CASE(what_offers_hold_under_a_limit_can_be_rescinded_for_a_claim) {
  set("eng", with_quota("", "cpus:4"));
  book.take({f1, "eng/ml"}, a1, parse("cpus:1"));
  fair_allocator::offered_amounts offered{parse("cpus:1"), {{"eng/ml", parse("cpus:1")}}};
  BOOST_CHECK_EQUAL(problem_of_taking("eng/ads", "cpus:4", offered), "");
  offered.by_role = {{"ops", parse("cpus:1")}};
  BOOST_CHECK_NE(problem_of_taking("eng/ads", "cpus:4", offered), "");
}

BOOST_AUTO_TEST_CASE(a_claim_does_not_take_what_guarantees_need) {
  set("prod", with_quota("cpus:7"));
  BOOST_CHECK_EQUAL(problem_of_taking("batch", "cpus:3"), "");
  BOOST_CHECK(has(problem_of_taking("batch", "cpus:3.5"), "cpus:7"));
  BOOST_CHECK_EQUAL(problem_of_taking("prod", "cpus:10"), "");
}

BOOST_AUTO_TEST_CASE(only_scalars_that_are_missing_hold_a_claim_up) {
  set("prod", with_quota("cpus:7"));
  BOOST_CHECK_EQUAL(problem_of_taking("batch", "cpus:3;mem:5000"), "");
}

BOOST_AUTO_TEST_CASE(a_claim_may_use_what_is_reserved_for_its_role) {
  add_agent_for("batch", "cpus:5", agent_id{"a11"}, "cpus:5");
  set("prod", with_quota("cpus:10"));
  BOOST_CHECK_EQUAL(problem_of_taking("batch/night", "cpus:5"), "");
  BOOST_CHECK_NE(problem_of_taking("batch/night", "cpus:6"), "");
  BOOST_CHECK_NE(problem_of_taking("ops", "cpus:1"), "");
}

BOOST_AUTO_TEST_CASE(what_a_role_was_offered_for_its_guarantee_is_there_for_its_claims) {
  set("prod", with_quota("cpus:6"));
  set("live", with_quota("cpus:5"));
  revive(f1, "prod");
  turns();
  BOOST_CHECK_EQUAL(charged("prod"), parse("cpus:6;mem:600"));
  book.suppress(f1, {"prod"});
  fair_allocator::offered_amounts offered{{}, {{"prod", parse("cpus:6")}}};
  BOOST_CHECK_EQUAL(problem_of_taking("prod", "cpus:6", offered), "");
  BOOST_CHECK_NE(problem_of_taking("batch", "cpus:1", offered), "");
}

BOOST_AUTO_TEST_CASE(a_claim_is_owed_what_is_missing_of_its_roles_guarantee) {
  set("prod", with_quota("cpus:4"));
  BOOST_CHECK(book.is_owed("prod", parse("cpus:4;mem:100")));
  BOOST_CHECK(!book.is_owed("prod", parse("cpus:5")));
  BOOST_CHECK(!book.is_owed("prod", parse("mem:100")));
  BOOST_CHECK(!book.is_owed("batch", parse("cpus:1")));
  book.take({f1, "prod"}, a1, parse("cpus:1"));
  BOOST_CHECK(!book.is_owed("prod", parse("cpus:4")));
  BOOST_CHECK(book.is_owed("prod", parse("cpus:3")));
}

BOOST_AUTO_TEST_CASE(a_claim_is_owed_what_is_missing_of_a_role_above) {
  set("eng", with_quota("cpus:4"));
  set("eng/ml", with_quota("cpus:3"));
  revive(f1, "eng/ads");
  BOOST_CHECK(book.is_owed("eng/ads", parse("cpus:1")));
  BOOST_CHECK(!book.is_owed("eng/ads", parse("cpus:2")));
}

BOOST_AUTO_TEST_CASE(a_role_needs_what_its_guarantee_would_be_missing_without) {
  set("eng", with_quota("cpus:4"));
  book.take({f1, "eng/ads"}, a1, parse("cpus:5;mem:10"));
  BOOST_CHECK(!book.needs("eng/ads", parse("cpus:1;mem:10")));
  BOOST_CHECK(book.needs("eng/ads", parse("cpus:2")));
  BOOST_CHECK(!book.needs("ops", parse("cpus:2")));
}

BOOST_AUTO_TEST_CASE(a_role_has_a_guarantee_by_itself_or_by_those_above) {
  set("eng", with_quota("cpus:4"));
  set("lab", with_quota("", "cpus:4"));
  revive(f1, "eng/ads");
  BOOST_CHECK(book.has_guarantee("eng"));
  BOOST_CHECK(book.has_guarantee("eng/ads"));
  BOOST_CHECK(!book.has_guarantee("lab"));
}

BOOST_AUTO_TEST_CASE(options_come_back_as_they_were_set) {
  auto options = with_quota("cpus:4", "cpus:5");
  options.weight = 3;
  options.preempts = true;
  set("eng", options);
  BOOST_CHECK(book.options_of("eng") == options);
  BOOST_CHECK(book.options_of("ops") == role_options{});
}

BOOST_AUTO_TEST_CASE(options_may_be_set_from_the_start) {
  allocator_options options;
  options.roles["prod"] = with_quota("cpus:2");
  options.roles["batch"] = {};
  allocator_fixture x{std::move(options)};
  x.add_agent(a1, "cpus:1");
  x.revive(f2, "batch");
  BOOST_CHECK_EQUAL(x.turns(), "");
  x.revive(f1, "prod");
  BOOST_CHECK_EQUAL(x.turns(), "f1:a1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
