#include "actors/allocator/quota_watch.hpp"

#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

/// A cluster of 100 cpus, with what is free of them beyond unmet guarantees.
struct fixture {
  fixture() {
    tree.set_total(names.of(parse("cpus:100")));
    have("cpus:50");
  }

  void have(std::string_view amount) {
    slack = {};
    slack.set(names.index("cpus"), parse(amount).milli("cpus"));
  }

  void charge(const std::string& role, std::string_view amount) {
    tree.charge(tree.client(role, f1), names.of(parse(amount)));
  }
  void uncharge(const std::string& role, std::string_view amount) {
    tree.uncharge(tree.client(role, f1), names.of(parse(amount)));
  }

  void set(const std::string& role, const role_options& options) {
    tree.set_options(tree.role(role), options);
  }

  void remember() { watch.remember(tree, slack); }
  bool has_grown() const { return watch.has_grown(tree, slack); }

  scalar_table names;
  role_tree tree{names};
  quantities slack;
  entente::quota_watch watch;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(quota_watch, fixture)

BOOST_AUTO_TEST_CASE(what_was_never_seen_has_grown) {
  BOOST_CHECK(has_grown());
  remember();
  BOOST_CHECK(!has_grown());
  set("eng", with_quota("", "cpus:10"));
  BOOST_CHECK(has_grown());
}

BOOST_AUTO_TEST_CASE(more_slack_is_more_for_everybody) {
  remember();
  have("cpus:51");
  BOOST_CHECK(has_grown());
  have("cpus:49");
  BOOST_CHECK(!has_grown());
}

BOOST_AUTO_TEST_CASE(less_under_a_limit_is_more_room) {
  set("eng", with_quota("", "cpus:10"));
  charge("eng/ads", "cpus:10");
  remember();
  uncharge("eng/ads", "cpus:1");
  BOOST_CHECK(has_grown());
}

BOOST_AUTO_TEST_CASE(what_was_given_back_and_taken_again_is_no_more) {
  set("eng", with_quota("", "cpus:10"));
  charge("eng/ads", "cpus:10");
  remember();
  uncharge("eng/ads", "cpus:4");
  charge("eng/ml", "cpus:4");
  BOOST_CHECK(!has_grown());
}

BOOST_AUTO_TEST_CASE(roles_without_quota_do_not_count) {
  charge("eng", "cpus:10");
  remember();
  uncharge("eng", "cpus:10");
  BOOST_CHECK(!has_grown());
}

BOOST_AUTO_TEST_CASE(room_is_of_no_use_without_slack) {
  set("eng", with_quota("", "cpus:10"));
  charge("eng", "cpus:10");
  have("");
  remember();
  uncharge("eng", "cpus:5");
  BOOST_CHECK(!has_grown());
}

BOOST_AUTO_TEST_CASE(a_role_under_its_guarantee_needs_no_slack) {
  set("eng", with_quota("cpus:10"));
  charge("eng", "cpus:10");
  have("");
  remember();
  uncharge("eng", "cpus:5");
  BOOST_CHECK(has_grown());
}

BOOST_AUTO_TEST_CASE(what_is_reserved_needs_no_slack) {
  set("eng", with_quota("", "cpus:10"));
  tree.keep(tree.role("eng"), names.of(parse("cpus:20")));
  charge("eng", "cpus:10");
  have("");
  remember();
  uncharge("eng", "cpus:5");
  BOOST_CHECK(has_grown());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
