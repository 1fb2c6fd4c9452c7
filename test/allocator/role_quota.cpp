// What is missing of guarantees, who meets it, and what limits leave.
#include "role_tree_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(role_quota, role_tree_fixture)

// -- guarantees ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_guarantees_nothing_is_missing) {
  set("eng", with_quota("", "cpus:5"));
  charge(want("eng", f1), "cpus:1");
  BOOST_CHECK(tree.has_quota());
  BOOST_CHECK_EQUAL(need(), resources{});
}

BOOST_AUTO_TEST_CASE(what_is_charged_or_kept_is_not_missing_of_a_guarantee) {
  set("eng", with_quota("cpus:10;mem:100"));
  BOOST_CHECK_EQUAL(need(), parse("cpus:10;mem:100"));
  charge(want("eng", f1), "cpus:4;mem:200");
  BOOST_CHECK_EQUAL(need(), parse("cpus:6"));
  keep("eng", "cpus:5");
  BOOST_CHECK_EQUAL(need(), parse("cpus:1"));
  keep("eng/ads", "cpus:1");
  BOOST_CHECK_EQUAL(need(), resources{});
}

BOOST_AUTO_TEST_CASE(a_guarantee_that_is_set_late_counts_what_is_charged_already) {
  charge(want("eng/ads", f1), "cpus:4");
  set("eng", with_quota("cpus:10"));
  BOOST_CHECK_EQUAL(need(), parse("cpus:6"));
  set("eng", {});
  BOOST_CHECK_EQUAL(need(), resources{});
  BOOST_CHECK(!tree.has_quota());
}

BOOST_AUTO_TEST_CASE(guarantees_of_children_are_part_of_their_parents) {
  set("eng", with_quota("cpus:10"));
  set("eng/ads", with_quota("cpus:4"));
  set("eng/ml", with_quota("cpus:3"));
  BOOST_CHECK_EQUAL(need(), parse("cpus:10"));
  set("eng/ml", with_quota("cpus:8"));
  BOOST_CHECK_EQUAL(need(), parse("cpus:12"));
}

BOOST_AUTO_TEST_CASE(what_one_child_has_too_much_of_is_not_its_siblings) {
  set("eng", with_quota("cpus:10"));
  set("eng/ads", with_quota("cpus:4"));
  charge(want("eng/ml", f1), "cpus:9");
  BOOST_CHECK_EQUAL(need("eng"), parse("cpus:4"));
  BOOST_CHECK_EQUAL(need(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(a_role_covers_its_own_need_and_what_is_left_of_those_above) {
  set("eng", with_quota("cpus:10"));
  set("eng/ads", with_quota("cpus:4"));
  BOOST_CHECK_EQUAL(covers("eng/ads"), parse("cpus:10"));
  BOOST_CHECK_EQUAL(covers("eng/ml"), parse("cpus:6"));
  BOOST_CHECK_EQUAL(covers("eng"), parse("cpus:6"));
  BOOST_CHECK_EQUAL(covers("ops"), resources{});
}

BOOST_AUTO_TEST_CASE(charging_what_a_role_covers_takes_it_off_the_need) {
  set("eng", with_quota("cpus:10"));
  set("eng/ads", with_quota("cpus:4"));
  auto& ml = want("eng/ml", f1);
  charge(ml, "cpus:6");
  BOOST_CHECK_EQUAL(need(), parse("cpus:4"));
  charge(ml, "cpus:1");
  BOOST_CHECK_EQUAL(need(), parse("cpus:4"));
  charge(want("eng/ads", f2), "cpus:4");
  BOOST_CHECK_EQUAL(need(), resources{});
}

BOOST_AUTO_TEST_CASE(only_who_would_meet_a_need_is_next_in_need) {
  set("eng/ml", with_quota("cpus:4"));
  want("eng/ads", f1);
  auto& ml = want("eng/ml", f2);
  want("ops", f3);
  BOOST_CHECK_EQUAL(order_in_need(), "eng/ml:f2");
  charge(ml, "cpus:4");
  BOOST_CHECK_EQUAL(order_in_need(), "");
  uncharge(ml, "cpus:1");
  BOOST_CHECK_EQUAL(order_in_need(), "eng/ml:f2");
  tree.set_wants(ml, false);
  BOOST_CHECK_EQUAL(order_in_need(), "");
}

BOOST_AUTO_TEST_CASE(a_roles_own_need_is_met_by_all_below_it_in_their_order) {
  set("eng", with_quota("cpus:40"));
  set("eng/ml", with_quota("cpus:4"));
  charge(want("eng/ml", f1), "cpus:3");
  want("eng/ads", f2);
  want("eng", f3);
  want("ops", f3);
  BOOST_CHECK_EQUAL(order_in_need(), "eng/ads:f2 eng:f3 eng/ml:f1");
  charge(*tree.find_client("eng/ads", f2), "cpus:36");
  BOOST_CHECK_EQUAL(order_in_need(), "eng/ml:f1");
}

BOOST_AUTO_TEST_CASE(roles_in_need_are_in_the_order_of_their_shares) {
  set("eng", with_quota("cpus:40"));
  set("ops", with_quota("cpus:40"));
  charge(want("eng", f1), "cpus:2");
  auto& ops = want("ops", f2);
  charge(ops, "cpus:3");
  BOOST_CHECK_EQUAL(order_in_need(), "eng:f1 ops:f2");
  uncharge(ops, "cpus:2");
  BOOST_CHECK_EQUAL(order_in_need(), "ops:f2 eng:f1");
}

// -- limits -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(amounts_are_cut_to_what_a_limit_leaves) {
  set("eng", with_quota("", "cpus:10"));
  charge(want("eng", f1), "cpus:7");
  BOOST_CHECK_EQUAL(cut("eng", "cpus:4;mem:9"), "cpus:3;mem:9");
  BOOST_CHECK_EQUAL(cut("eng", "cpus:3;mem:9"), "cpus:3;mem:9");
}

BOOST_AUTO_TEST_CASE(the_limits_of_all_roles_above_hold) {
  set("eng", with_quota("", "cpus:10"));
  set("eng/ads", with_quota("", "cpus:8;mem:50"));
  charge(want("eng/ml", f1), "cpus:7");
  BOOST_CHECK_EQUAL(cut("eng/ads", "cpus:9;mem:60"), "cpus:3;mem:50");
}

BOOST_AUTO_TEST_CASE(a_role_that_is_past_its_limit_gets_nothing_more) {
  auto& x = want("eng", f1);
  charge(x, "cpus:7");
  set("eng", with_quota("", "cpus:5"));
  BOOST_CHECK_EQUAL(cut("eng", "cpus:1;mem:1"), "mem:1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
