#include "messages/tick.hpp"

#include <boost/test/unit_test.hpp>

using namespace entente;

namespace {

constexpr time_point at(int seconds) {
  return time_point{std::chrono::seconds{seconds}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tick)

BOOST_AUTO_TEST_CASE(a_later_deadline_needs_no_second_tick) {
  entente::tick ticks;
  BOOST_CHECK(ticks.plan(at(2)) == at(2));
  BOOST_CHECK(!ticks.plan(at(2)));
  BOOST_CHECK(!ticks.plan(at(3)));
}

BOOST_AUTO_TEST_CASE(a_tick_that_a_nearer_deadline_has_overtaken_does_not_count) {
  entente::tick ticks;
  ticks.plan(at(5));
  BOOST_CHECK(ticks.plan(at(2)) == at(2));
  BOOST_CHECK(ticks.take(at(2)));
  BOOST_CHECK(!ticks.take(at(5)));
}

BOOST_AUTO_TEST_CASE(without_a_deadline_there_is_no_tick) {
  entente::tick ticks;
  BOOST_CHECK(!ticks.plan(std::nullopt));
  BOOST_CHECK(!ticks.take(at(9)));
}

BOOST_AUTO_TEST_SUITE_END()
