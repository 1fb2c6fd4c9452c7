// What is reserved on an agent: who is offered it, and how it comes about.
#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

/// With one agent.
struct fixture : allocator_fixture {
  fixture() { add_agent(a1, "cpus:4;mem:1024"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(offered_reservations, fixture)

BOOST_AUTO_TEST_CASE(what_is_reserved_is_offered_to_its_role_only) {
  add_agent_for("eng", "cpus:3", a1, "cpus:4;mem:1024");
  revive(f2, "ops");
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:1;mem:1024");
  revive(f1, "eng/ads");
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:3");
  BOOST_CHECK_EQUAL(last[0].reserved, parse("cpus:3"));
}

BOOST_AUTO_TEST_CASE(an_offer_says_what_of_it_is_reserved) {
  BOOST_CHECK(!book.reserve(a1, "eng", parse("cpus:1")));
  revive(f1, "eng");
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:4;mem:1024");
  BOOST_CHECK_EQUAL(last[0].reserved, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(only_what_is_free_is_reserved) {
  book.take({f2, "ops"}, a1, parse("cpus:3"));
  auto problem = book.reserve(a1, "eng", parse("cpus:2"));
  BOOST_REQUIRE(problem);
  BOOST_CHECK_NE(problem->find("cpus:1;mem:1024"), std::string::npos);
  BOOST_CHECK(!book.reserve(a1, "eng", parse("cpus:1")));
  BOOST_CHECK(book.reserve(a1, "eng", parse("cpus:0.001")));
  book.check();
}

BOOST_AUTO_TEST_CASE(reservations_by_configuration_are_not_taken_back_by_calls) {
  add_agent_for("eng", "cpus:3", a1, "cpus:4");
  BOOST_CHECK(!book.reserve(a1, "eng", parse("cpus:1")));
  BOOST_CHECK(
    (book.reservations_on(a1) == std::map<std::string, resources>{{"eng", parse("cpus:4")}}));
  BOOST_CHECK(book.unreserve(a1, "eng", parse("cpus:2")));
  BOOST_CHECK(!book.unreserve(a1, "eng", parse("cpus:1")));
  BOOST_CHECK(book.unreserve(a1, "eng", parse("cpus:1")));
  BOOST_CHECK(
    (book.reservations_on(a1) == std::map<std::string, resources>{{"eng", parse("cpus:3")}}));
  book.check();
}

BOOST_AUTO_TEST_CASE(what_is_not_reserved_any_more_is_offered_to_all) {
  book.reserve(a1, "eng", parse("cpus:4"));
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "f2:mem:1024");
  BOOST_CHECK(!book.unreserve(a1, "eng", parse("cpus:4")));
  BOOST_CHECK(!book.has_reservations(a1));
  BOOST_CHECK(!book.tree().find_role("eng"));
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:4");
}

BOOST_AUTO_TEST_CASE(others_reservations_are_withheld_from_claims) {
  book.reserve(a1, "eng", parse("cpus:3"));
  BOOST_CHECK_EQUAL(book.withheld_from("ops", a1), parse("cpus:3"));
  BOOST_CHECK_EQUAL(book.withheld_from("eng/ads", a1), resources{});
  book.take({f1, "eng"}, a1, parse("cpus:2"));
  BOOST_CHECK_EQUAL(book.withheld_from("ops", a1), parse("cpus:1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
