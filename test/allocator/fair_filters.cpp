// What is declined is not offered again for a while, and who wants nothing is not offered anything.
#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

const account mine{f1, "*"};
const account yours{f2, "*"};

/// With one agent.
struct fixture : allocator_fixture {
  fixture() { add_agent(a1, "cpus:4;mem:1024"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fair_filters, fixture)

// -- filters ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_filter_holds_until_its_end) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  BOOST_CHECK(book.next_filter_end() == t0 + 5s);
  BOOST_CHECK_EQUAL(turns(t0 + 4999ms), "");
  BOOST_CHECK_EQUAL(turns(t0 + 5s), "f1:a1");
  BOOST_CHECK(!book.next_filter_end());
}

BOOST_AUTO_TEST_CASE(a_newer_filter_holds_until_its_own_end) {
  revive(f1);
  turns();
  book.give_back(mine, a1, parse("cpus:4"), t0 + 5s);
  book.give_back(mine, a1, parse("mem:1024"), t0 + 9s);
  BOOST_CHECK_EQUAL(turns(t0 + 1s), "f1:a1");
  give_back_all(t0 + 9s);
  BOOST_CHECK_EQUAL(turns(t0 + 5s), "");
  BOOST_CHECK_EQUAL(turns(t0 + 9s), "f1:a1");
}

BOOST_AUTO_TEST_CASE(a_filter_holds_for_one_framework_only) {
  revive(f1);
  revive(f2);
  turns();
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f2:a1");
  give_back_all();
  BOOST_CHECK_EQUAL(turns(), "f2:a1");
}

BOOST_AUTO_TEST_CASE(a_filter_holds_for_one_role_only) {
  book.revive(f1, {"eng", "ops"});
  turns();
  auto first = last[0].to.role;
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f1:a1");
  BOOST_CHECK_NE(last[0].to.role, first);
}

BOOST_AUTO_TEST_CASE(a_filter_holds_for_one_agent_only) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  add_agent(a2, "cpus:1");
  BOOST_CHECK_EQUAL(turns(), "f1:a2");
}

BOOST_AUTO_TEST_CASE(more_than_was_filtered_is_planned) {
  revive(f1);
  turns();
  book.give_back(mine, a1, parse("cpus:1"), t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
  book.give_back(mine, a1, parse("cpus:1"));
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:2");
}

BOOST_AUTO_TEST_CASE(who_has_declined_an_agent_in_pieces_is_offered_neither_of_them_again) {
  revive(f1);
  turns();
  book.give_back(mine, a1, parse("cpus:1;mem:24"), t0 + 5s);
  book.give_back(mine, a1, parse("cpus:3"), t0 + 5s);
  book.take(yours, a1, parse("cpus:1;mem:24"));
  BOOST_CHECK_EQUAL(turns(), "");
  book.give_back(yours, a1, parse("cpus:1;mem:24"));
  book.take(yours, a1, parse("cpus:3"));
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(an_agent_that_all_have_filtered_is_planned_again_as_filters_end) {
  revive(f1);
  revive(f2);
  turns();
  give_back_all(t0 + 5s);
  turns();
  give_back_all(t0 + 3s);
  BOOST_CHECK_EQUAL(turns(t0 + 2s), "");
  BOOST_CHECK_EQUAL(turns(t0 + 3s), "f2:a1");
}

// -- suppressing and reviving -------------------------------------------------

BOOST_AUTO_TEST_CASE(a_suppressed_framework_is_passed_over) {
  revive(f1);
  revive(f2);
  book.suppress(f1, {"*"});
  for (int i = 0; i < 2; ++i) {
    BOOST_CHECK_EQUAL(turns(), "f2:a1");
    give_back_all();
  }
}

BOOST_AUTO_TEST_CASE(a_revived_framework_has_its_turn_and_no_filters) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  revive(f1);
  BOOST_CHECK_EQUAL(turns(), "f1:a1");
}

BOOST_AUTO_TEST_CASE(a_role_is_suppressed_and_revived_by_itself) {
  book.revive(f1, {"eng", "ops"});
  book.suppress(f1, {"eng"});
  turns();
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  BOOST_CHECK_EQUAL(last[0].to.role, "ops");
  give_back_all(t0 + 5s);
  book.revive(f1, {"eng"});
  turns();
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  BOOST_CHECK_EQUAL(last[0].to.role, "eng");
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(a_suppressed_framework_is_charged_until_it_gives_back) {
  revive(f1);
  turns();
  book.suppress(f1, {"*"});
  BOOST_CHECK_EQUAL(charged("*"), parse("cpus:4;mem:1024"));
  give_back_all(t0 + 5s);
  BOOST_CHECK(!book.tree().find_role("*"));
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
