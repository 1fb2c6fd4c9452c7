// When the user is told of output that is not kept any more.
#include "apps/entente/skipped_output.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

}  // namespace

BOOST_AUTO_TEST_SUITE(skipped_output)

BOOST_AUTO_TEST_CASE(nothing_is_told_where_nothing_is_missing) {
  entente::skipped_output x;
  BOOST_CHECK_EQUAL(x.add(0, t0), 0u);
  BOOST_CHECK_EQUAL(x.rest(), 0u);
}

BOOST_AUTO_TEST_CASE(the_first_loss_is_told_at_once) {
  entente::skipped_output x;
  x.add(0, t0);
  BOOST_CHECK_EQUAL(x.add(7, t0), 7u);
}

BOOST_AUTO_TEST_CASE(many_losses_are_told_together_and_each_byte_once) {
  entente::skipped_output x;
  std::uint64_t told = 0;
  auto times = 0;
  for (auto now = t0; now < t0 + 25s; now += 100ms)
    if (auto bytes = x.add(3, now)) {
      told += bytes;
      ++times;
    }
  BOOST_CHECK_EQUAL(times, 3);
  BOOST_CHECK_EQUAL(told + x.rest(), 3u * 250);
  BOOST_CHECK_EQUAL(x.rest(), 0u);
}

BOOST_AUTO_TEST_CASE(what_was_held_back_is_told_though_no_more_is_lost) {
  entente::skipped_output x;
  x.add(1, t0);
  BOOST_CHECK_EQUAL(x.add(2, t0 + 1s), 0u);
  BOOST_CHECK_EQUAL(x.add(0, t0 + 11s), 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
