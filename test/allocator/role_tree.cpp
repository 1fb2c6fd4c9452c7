#include "actors/allocator/role_tree.hpp"

#include <boost/test/unit_test.hpp>

#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

struct fixture {
  fixture() { tree.set_total(names.of(parse("cpus:100;mem:1000"))); }

  share_node& want(const std::string& role, const framework_id& framework) {
    auto& x = tree.client(role, framework);
    tree.set_wants(x, true);
    return x;
  }

  void charge(share_node& client, std::string_view amount) {
    tree.charge(client, names.of(parse(amount)));
    tree.check();
  }

  void uncharge(share_node& client, std::string_view amount) {
    tree.uncharge(client, names.of(parse(amount)));
    tree.check();
  }

  void serve(share_node& client, std::string_view amount) {
    tree.serve(client, names.of(parse(amount)));
    tree.check();
  }

  void keep(const std::string& role, std::string_view amount) {
    tree.keep(tree.role(role), names.of(parse(amount)));
    tree.check();
  }

  void set(const std::string& role, const role_options& options) {
    tree.set_options(tree.role(role), options);
    tree.check();
  }

  /// All clients in their order: `eng:f1 ops:f2`.
  std::string order() {
    std::string result;
    tree.first([](const share_node&) { return true; },
               [&](const share_node& x) {
                 result +=
                   (result.empty() ? "" : " ") + entente::role_tree::role_of(x).name + ":" + x.name;
                 return false;
               });
    return result;
  }

  /// Those who would meet a need, in their order.
  std::string order_in_need() {
    std::string result;
    tree.first_in_need([](const share_node&) { return true; },
                       [&](const share_node& x) {
                         result += (result.empty() ? "" : " ") +
                                   entente::role_tree::role_of(x).name + ":" + x.name;
                         return false;
                       });
    return result;
  }

  resources need() const { return names.as_resources(tree.need()); }
  resources need(const std::string& role) { return names.as_resources(tree.role(role).need); }
  resources covers(const std::string& role) {
    return names.as_resources(tree.covers(tree.role(role)));
  }
  double share(const std::string& role) { return tree.role(role).share; }

  std::string cut(const std::string& role, std::string_view amount) {
    auto x = names.of(parse(amount));
    tree.cut_to_limits(tree.role(role), x);
    return names.as_resources(x).to_string();
  }

  scalar_table names;
  entente::role_tree tree{names};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(role_tree, fixture)

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
