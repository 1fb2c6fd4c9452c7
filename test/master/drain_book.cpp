#include "actors/master/drain_book.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const agent_id a{"a"};

}  // namespace

BOOST_AUTO_TEST_SUITE(drain_book)

BOOST_AUTO_TEST_CASE(a_drain_lasts_until_it_is_stopped) {
  entente::drain_book x;
  BOOST_CHECK(!x.contains(a));
  x.start({a, std::nullopt, false}, t0);
  BOOST_CHECK(x.contains(a));
  BOOST_CHECK(x.stop(a));
  BOOST_CHECK(!x.stop(a));
  BOOST_CHECK(!x.contains(a));
}

BOOST_AUTO_TEST_CASE(a_deadline_is_due_once_and_is_over_then) {
  entente::drain_book x;
  x.start({a, 10s, false}, t0);
  BOOST_CHECK(x.next() == t0 + 10s);
  BOOST_CHECK(x.left(a, t0 + 4s) == 6s);
  BOOST_CHECK(x.take_due(t0 + 10s - 1ms).empty());
  BOOST_CHECK(x.take_due(t0 + 10s) == std::vector{a});
  BOOST_CHECK(x.take_due(t0 + 11s).empty());
  BOOST_CHECK(x.left(a, t0 + 11s) == 0ms);
  BOOST_CHECK(x.contains(a));
}

BOOST_AUTO_TEST_CASE(without_a_deadline_nothing_is_due) {
  entente::drain_book x;
  x.start({a, std::nullopt, false}, t0);
  BOOST_CHECK(!x.next());
  BOOST_CHECK(!x.left(a, t0));
}

BOOST_AUTO_TEST_CASE(what_is_said_later_replaces_what_was_said_before) {
  entente::drain_book x;
  x.start({a, 10s, true}, t0);
  BOOST_CHECK(x.is_to_be_gone(a));
  x.start({a, std::nullopt, false}, t0);
  BOOST_CHECK(!x.is_to_be_gone(a));
  BOOST_CHECK(!x.next());
}

BOOST_AUTO_TEST_CASE(an_agent_whose_drain_has_stopped_is_not_to_be_gone) {
  entente::drain_book x;
  x.start({a, 10s, true}, t0);
  x.stop(a);
  BOOST_CHECK(x.to_be_gone().empty());
  BOOST_CHECK(!x.next());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
