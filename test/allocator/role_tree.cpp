#include "role_tree_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(role_tree, role_tree_fixture)

// -- order --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_clients_that_want_something_nobody_is_next) {
  tree.client("eng", f1);
  BOOST_CHECK(!tree.anybody_wants());
  BOOST_CHECK_EQUAL(order(), "");
}

BOOST_AUTO_TEST_CASE(the_smallest_dominant_share_is_first) {
  charge(want("eng", f1), "cpus:20;mem:100");
  charge(want("ops", f2), "cpus:1;mem:190");
  BOOST_CHECK_EQUAL(order(), "ops:f2 eng:f1");
  BOOST_CHECK_CLOSE(share("eng"), 0.2, 1e-9);
  BOOST_CHECK_CLOSE(share("ops"), 0.19, 1e-9);
}

BOOST_AUTO_TEST_CASE(frameworks_of_one_role_are_in_the_order_of_their_shares) {
  charge(want("eng", f1), "cpus:20");
  charge(want("eng", f2), "cpus:10");
  BOOST_CHECK_EQUAL(order(), "eng:f2 eng:f1");
}

BOOST_AUTO_TEST_CASE(a_share_falls_when_charges_are_taken_back) {
  auto& first = want("eng", f1);
  charge(first, "cpus:20");
  charge(want("ops", f2), "cpus:10");
  uncharge(first, "cpus:15");
  BOOST_CHECK_EQUAL(order(), "eng:f1 ops:f2");
}

BOOST_AUTO_TEST_CASE(twice_the_weight_is_half_the_share) {
  set("eng", with_weight(2));
  charge(want("eng", f1), "cpus:30");
  charge(want("ops", f2), "cpus:16");
  BOOST_CHECK_CLOSE(share("eng"), 0.15, 1e-9);
  BOOST_CHECK_EQUAL(order(), "eng:f1 ops:f2");
}

BOOST_AUTO_TEST_CASE(another_weight_counts_at_once) {
  charge(want("eng", f1), "cpus:30");
  charge(want("ops", f2), "cpus:16");
  set("eng", with_weight(2));
  BOOST_CHECK_EQUAL(order(), "eng:f1 ops:f2");
  set("eng", with_weight(1));
  BOOST_CHECK_EQUAL(order(), "ops:f2 eng:f1");
}

BOOST_AUTO_TEST_CASE(another_total_counts_at_once) {
  charge(want("eng", f1), "cpus:20");
  charge(want("ops", f2), "mem:300");
  BOOST_CHECK_EQUAL(order(), "eng:f1 ops:f2");
  tree.set_total(names.of(parse("cpus:50;mem:1000")));
  BOOST_CHECK_EQUAL(order(), "ops:f2 eng:f1");
}

BOOST_AUTO_TEST_CASE(what_the_cluster_has_not_makes_no_share) {
  charge(want("eng", f1), "gpus:5");
  BOOST_CHECK_EQUAL(share("eng"), 0);
}

BOOST_AUTO_TEST_CASE(among_equal_shares_who_was_served_last_is_last) {
  auto& first = want("*", f1);
  auto& second = want("*", f2);
  BOOST_CHECK_EQUAL(order(), "*:f1 *:f2");
  serve(first, "");
  BOOST_CHECK_EQUAL(order(), "*:f2 *:f1");
  serve(second, "");
  BOOST_CHECK_EQUAL(order(), "*:f1 *:f2");
}

BOOST_AUTO_TEST_CASE(roles_of_equal_shares_take_turns_too) {
  auto& first = want("eng", f1);
  want("ops", f2);
  serve(first, "");
  BOOST_CHECK_EQUAL(order(), "ops:f2 eng:f1");
}

BOOST_AUTO_TEST_CASE(who_goes_and_comes_back_is_not_first) {
  auto& first = want("*", f1);
  auto& second = want("*", f2);
  serve(first, "");
  serve(second, "");
  tree.set_wants(second, false);
  tree.prune(second);
  want("*", f2);
  BOOST_CHECK_EQUAL(order(), "*:f1 *:f2");
}

BOOST_AUTO_TEST_CASE(a_client_that_wants_nothing_is_passed_over_and_keeps_its_turn) {
  auto& first = want("*", f1);
  want("*", f2);
  tree.set_wants(first, false);
  BOOST_CHECK_EQUAL(order(), "*:f2");
  tree.set_wants(first, true);
  BOOST_CHECK_EQUAL(order(), "*:f1 *:f2");
}

// -- hierarchy ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_charged_below_is_charged_above) {
  charge(want("eng/ads/web", f1), "cpus:10");
  charge(want("eng/ml", f1), "cpus:5");
  BOOST_CHECK_CLOSE(share("eng/ads/web"), 0.1, 1e-9);
  BOOST_CHECK_CLOSE(share("eng/ads"), 0.1, 1e-9);
  BOOST_CHECK_CLOSE(share("eng"), 0.15, 1e-9);
}

BOOST_AUTO_TEST_CASE(siblings_are_compared_and_not_cousins) {
  charge(want("eng/ads", f1), "cpus:30");
  charge(want("eng/ml", f2), "cpus:10");
  charge(want("ops", f3), "cpus:35");
  BOOST_CHECK_EQUAL(order(), "ops:f3 eng/ml:f2 eng/ads:f1");
}

BOOST_AUTO_TEST_CASE(a_roles_own_frameworks_are_together_one_sibling_of_the_roles_below) {
  charge(want("eng", f1), "cpus:6");
  charge(want("eng", f2), "cpus:6");
  charge(want("eng/ads", f3), "cpus:10");
  BOOST_CHECK_EQUAL(order(), "eng/ads:f3 eng:f1 eng:f2");
}

BOOST_AUTO_TEST_CASE(a_framework_may_act_in_several_roles) {
  charge(want("eng", f1), "cpus:6");
  want("ops", f1);
  BOOST_CHECK_EQUAL(order(), "ops:f1 eng:f1");
}

BOOST_AUTO_TEST_CASE(a_subtree_that_is_not_entered_has_no_turn) {
  want("eng", f1);
  want("ops", f2);
  auto* found =
    tree.first([](const share_node& x) { return x.name != "eng"; }, [](auto&) { return true; });
  BOOST_REQUIRE(found);
  BOOST_CHECK_EQUAL(found->name, "f2");
}

// -- what is there ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_role_is_found_by_its_path) {
  tree.role("eng/ads");
  BOOST_REQUIRE(tree.find_role("eng/ads"));
  BOOST_CHECK_EQUAL(tree.find_role("eng/ads")->name, "eng/ads");
  BOOST_CHECK(tree.find_role("eng"));
  BOOST_CHECK(!tree.find_role("ads"));
  BOOST_CHECK(!tree.find_role("eng/ads/web"));
}

BOOST_AUTO_TEST_CASE(roles_are_listed_a_parent_before_its_children) {
  want("ops", f1);
  want("eng/ads", f1);
  std::string names_of_roles;
  for (const auto* x : tree.roles())
    names_of_roles += x->name + " ";
  BOOST_CHECK_EQUAL(names_of_roles, "eng eng/ads ops ");
}

BOOST_AUTO_TEST_CASE(who_nothing_is_known_of_is_forgotten_with_the_roles_above) {
  auto& x = want("eng/ads", f1);
  tree.set_wants(x, false);
  tree.prune(x);
  BOOST_CHECK(!tree.find_role("eng"));
}

BOOST_AUTO_TEST_CASE(nobody_is_forgotten_who_wants_has_or_keeps_something) {
  tree.prune(want("wants", f1));
  BOOST_CHECK(tree.find_client("wants", f1));
  auto& charged = tree.client("has", f1);
  charge(charged, "cpus:1");
  tree.prune(charged);
  BOOST_CHECK(tree.find_client("has", f1));
  keep("keeps", "cpus:1");
  tree.prune(tree.role("keeps"));
  BOOST_CHECK(tree.find_role("keeps"));
}

BOOST_AUTO_TEST_CASE(a_role_whose_options_are_set_stays) {
  set("eng", with_weight(2));
  auto& x = want("eng", f1);
  tree.set_wants(x, false);
  tree.prune(x);
  BOOST_CHECK(tree.find_role("eng"));
  BOOST_CHECK(!tree.find_client("eng", f1));
  set("eng", {});
  BOOST_CHECK(!tree.find_role("eng"));
}

BOOST_AUTO_TEST_CASE(no_two_lives_of_a_client_have_the_same_epoch) {
  auto& x = tree.client("eng", f1);
  auto first = x.epoch;
  tree.renew(x);
  auto second = x.epoch;
  tree.prune(x);
  auto third = tree.client("eng", f1).epoch;
  BOOST_CHECK_NE(first, second);
  BOOST_CHECK_NE(second, third);
  BOOST_CHECK_NE(first, third);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
