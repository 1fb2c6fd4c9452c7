// Agents that are not used for a while, and agents that come back with more.
#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

agent_info info_of(const agent_id& id, std::string_view total) {
  agent_info x;
  x.id = id;
  x.total = parse(total);
  return x;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(active_agents, allocator_fixture)

BOOST_AUTO_TEST_CASE(an_agent_that_is_not_active_is_not_offered_until_it_is) {
  add_agent(a1, "cpus:4");
  revive(f1);
  book.set_active(a1, false);
  BOOST_CHECK_EQUAL(offers(), "");
  book.set_active(a1, true);
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:4");
}

BOOST_AUTO_TEST_CASE(what_comes_back_to_an_agent_that_is_not_active_is_not_offered) {
  add_agent(a1, "cpus:4");
  revive(f1);
  turns();
  book.set_active(a1, false);
  give_back_all();
  BOOST_CHECK_EQUAL(offers(), "");
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "");
  book.set_active(a1, true);
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:4");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_not_active_still_counts_for_shares) {
  add_agent(a1, "cpus:4");
  add_agent(a2, "cpus:4");
  book.take({f1, "eng"}, a1, parse("cpus:2"));
  book.set_active(a1, false);
  BOOST_CHECK_EQUAL(charged("eng"), parse("cpus:2"));
  BOOST_CHECK_EQUAL(book.tree().dominant_share(book.tree().find_role("eng")->charged), 0.25);
  book.check();
}

BOOST_AUTO_TEST_CASE(what_an_agent_that_is_not_active_has_free_does_not_meet_guarantees) {
  add_agent(a1, "cpus:4");
  add_agent(a2, "cpus:4");
  book.set_options("eng", with_quota("cpus:4"));
  BOOST_CHECK(!book.problem_of_taking("ops", parse("cpus:4"), {}));
  book.set_active(a1, false);
  BOOST_CHECK(book.problem_of_taking("ops", parse("cpus:1"), {}));
  BOOST_CHECK(book.reserve(a1, "eng", parse("cpus:1")));
  book.set_active(a1, true);
  BOOST_CHECK(!book.problem_of_taking("ops", parse("cpus:4"), {}));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_removed_while_it_is_not_active_leaves_nothing) {
  add_agent(a1, "cpus:4");
  book.set_active(a1, false);
  book.remove_agent(a1);
  BOOST_CHECK(!book.tree().total().any());
  book.check();
}

BOOST_AUTO_TEST_CASE(what_an_agent_has_more_is_offered_and_counts_for_shares) {
  add_agent(a1, "cpus:4");
  revive(f1);
  turns();
  book.update_agent(info_of(a1, "cpus:6;mem:10"));
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:2;mem:10");
  BOOST_CHECK_EQUAL(book.scalars().as_resources(book.tree().total()), parse("cpus:6;mem:10"));
}

BOOST_AUTO_TEST_CASE(reservations_by_configuration_are_replaced_and_those_by_calls_stay) {
  add_agent_for("eng", "cpus:1", a1, "cpus:4");
  BOOST_CHECK(!book.reserve(a1, "ops", parse("cpus:1")));
  auto next = info_of(a1, "cpus:4");
  next.reservations["web"] = parse("cpus:2");
  book.update_agent(next);
  auto reserved = book.reservations_on(a1);
  BOOST_CHECK_EQUAL(reserved.size(), 2u);
  BOOST_CHECK_EQUAL(reserved["web"], parse("cpus:2"));
  BOOST_CHECK_EQUAL(reserved["ops"], parse("cpus:1"));
  book.check();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
