#include "actors/allocator/claim_order.hpp"

#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

/// Claims in a cluster of 100 cpus and 1000 MB, named by who asks.
struct fixture {
  fixture() { tree.set_total(names.of(parse("cpus:100;mem:1000"))); }

  void charge(const std::string& role, std::string_view amount) {
    tree.charge(tree.client(role, f1), names.of(parse(amount)));
  }

  void set(const std::string& role, const role_options& options) {
    tree.set_options(tree.role(role), options);
  }

  void claim(const std::string& role, std::string_view amount, std::int64_t priority = 0) {
    claims.push_back({role, names.of(parse(amount)), priority, claims.size() + 1});
  }

  void claim(int count, const std::string& role, std::string_view amount) {
    while (count-- > 0)
      claim(role, amount);
  }

  /// The claims' numbers: `2 1 3`.
  std::string numbers() {
    std::string result;
    for (auto i : fair_order(tree, claims))
      result += (result.empty() ? "" : " ") + std::to_string(claims[i].number);
    return result;
  }

  /// The claims' roles: `eng ops eng`.
  std::string roles() {
    std::string result;
    for (auto i : fair_order(tree, claims))
      result += (result.empty() ? "" : " ") + claims[i].role;
    return result;
  }

  scalar_table names;
  entente::role_tree tree{names};
  std::vector<claim_demand> claims;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(claim_order, fixture)

BOOST_AUTO_TEST_CASE(without_claims_there_is_no_order) {
  BOOST_CHECK_EQUAL(numbers(), "");
}

BOOST_AUTO_TEST_CASE(within_a_role_the_older_comes_first) {
  claim(3, "eng", "cpus:1");
  BOOST_CHECK_EQUAL(numbers(), "1 2 3");
}

BOOST_AUTO_TEST_CASE(within_a_role_the_higher_priority_comes_first) {
  claim("eng", "cpus:1", 0);
  claim("eng", "cpus:1", 5);
  claim("eng", "cpus:1", -1);
  claim("eng", "cpus:1", 5);
  BOOST_CHECK_EQUAL(numbers(), "2 4 1 3");
}

BOOST_AUTO_TEST_CASE(priority_does_not_count_between_roles) {
  charge("eng", "cpus:10");
  claim("eng", "cpus:1", 9);
  claim("ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "ops eng");
}

BOOST_AUTO_TEST_CASE(the_role_with_the_smallest_share_comes_first) {
  charge("eng", "cpus:10;mem:10");
  charge("ops", "cpus:1;mem:200");
  claim("ops", "cpus:1");
  claim("eng", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng ops");
}

BOOST_AUTO_TEST_CASE(among_equal_shares_the_older_claim_comes_first) {
  claim("ops", "cpus:1");
  claim("eng", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "ops eng");
}

BOOST_AUTO_TEST_CASE(a_claim_that_was_put_in_order_counts_for_the_next) {
  claim(3, "eng", "cpus:1");
  claim(3, "ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng ops eng ops eng ops");
}

BOOST_AUTO_TEST_CASE(a_large_claim_is_followed_by_several_small_ones) {
  claim(2, "eng", "cpus:3");
  claim(7, "ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng ops ops ops eng ops ops ops ops");
}

BOOST_AUTO_TEST_CASE(twice_the_weight_is_served_twice_as_much) {
  set("eng", with_weight(2));
  claim(4, "eng", "cpus:1");
  claim(2, "ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng ops eng eng ops eng");
}

BOOST_AUTO_TEST_CASE(siblings_are_compared_and_not_cousins) {
  charge("eng/ads", "cpus:30");
  charge("eng/ml", "cpus:10");
  charge("ops", "cpus:35");
  claim("eng/ads", "cpus:1");
  claim("eng/ml", "cpus:1");
  claim("ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "ops eng/ml eng/ads");
}

BOOST_AUTO_TEST_CASE(a_roles_own_claims_are_together_one_sibling_of_the_roles_below) {
  claim(3, "eng", "cpus:1");
  claim(3, "eng/ads", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng eng/ads eng eng/ads eng eng/ads");
}

BOOST_AUTO_TEST_CASE(roles_that_nobody_has_charged_take_part) {
  charge("eng", "cpus:1");
  claim("eng", "cpus:1");
  claim("new/role", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "new/role eng");
}

BOOST_AUTO_TEST_CASE(who_is_below_its_guarantee_comes_first) {
  set("prod", with_quota("cpus:40"));
  charge("prod", "cpus:30");
  claim("ops", "cpus:1");
  claim(3, "prod", "cpus:6");
  BOOST_CHECK_EQUAL(roles(), "prod prod ops prod");
}

BOOST_AUTO_TEST_CASE(a_claim_for_what_is_not_missing_does_not_come_first) {
  set("prod", with_quota("mem:400"));
  charge("prod", "cpus:30");
  claim("ops", "cpus:1");
  claim("prod", "cpus:1");
  claim("prod", "mem:1", 1);
  BOOST_CHECK_EQUAL(numbers(), "3 1 2");
}

BOOST_AUTO_TEST_CASE(a_role_that_meets_no_need_of_its_parent_does_not_come_first) {
  // What is missing of eng is missing of eng/ml: eng/ads would not make it less.
  set("eng/ml", with_quota("cpus:40"));
  charge("eng/ads", "cpus:30");
  claim("ops", "cpus:1");
  claim("eng/ads", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "ops eng/ads");
  claim("eng/ml", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "eng/ml ops eng/ads");
}

BOOST_AUTO_TEST_CASE(a_guarantee_is_met_by_claims_of_roles_below) {
  set("eng", with_quota("cpus:40"));
  set("eng/ml", with_quota("cpus:5"));
  charge("eng/ads", "cpus:30");
  claim("ops", "cpus:1");
  claim(2, "eng/ads", "cpus:5");
  BOOST_CHECK_EQUAL(roles(), "eng/ads ops eng/ads");
}

BOOST_AUTO_TEST_CASE(what_a_claim_below_meets_is_not_missing_above_twice) {
  // Of the 30 that eng is missing 20 are missing of eng/ml, and 10 may be anybody's.
  set("eng", with_quota("cpus:60"));
  set("eng/ml", with_quota("cpus:20"));
  charge("eng/ads", "cpus:30");
  claim(2, "ops", "cpus:1");
  claim(2, "eng/ads", "cpus:10");
  claim(2, "eng/ml", "cpus:10");
  BOOST_CHECK_EQUAL(roles(), "eng/ml eng/ml eng/ads ops ops eng/ads");
}

BOOST_AUTO_TEST_CASE(what_is_reserved_for_a_role_is_not_missing) {
  set("prod", with_quota("cpus:40"));
  tree.keep(tree.role("prod"), names.of(parse("cpus:40")));
  charge("prod", "cpus:1");
  claim("prod", "cpus:1");
  claim("ops", "cpus:1");
  BOOST_CHECK_EQUAL(roles(), "ops prod");
}

BOOST_AUTO_TEST_CASE(every_claim_is_there_once) {
  set("eng", with_quota("cpus:7"));
  for (int i = 0; i < 100; ++i)
    claim(i % 3 == 0 ? "eng/ads" : i % 3 == 1 ? "eng" : "ops", "cpus:0.5", i % 5);
  auto order = fair_order(tree, claims);
  std::sort(order.begin(), order.end());
  BOOST_REQUIRE_EQUAL(order.size(), claims.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    BOOST_CHECK_EQUAL(order[i], i);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
