// What comes after the end of a round, and how it is cancelled.
#include "round_fixture.hpp"

namespace entente::test {

BOOST_AUTO_TEST_SUITE(round_end)

// -- after the end ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_late_confirmation_in_a_failed_round_is_released_again) {
  auto x = confirming();
  x.on_confirmed(no_of("a2"), t0);
  x.take_effects();
  x.on_confirmed(yes_of("a1"), t0);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
  x.on_confirmed(no_of("a1"), t0);
  BOOST_CHECK_EQUAL(said(x), "");
  BOOST_CHECK(is_refused(x));
}

BOOST_AUTO_TEST_CASE(a_loser_that_confirms_is_released_again) {
  auto x = confirming_one();
  x.on_confirmed(yes_of("a2"), t0);
  BOOST_CHECK_EQUAL(said(x), "a2:release");
  BOOST_CHECK(!x.outcome());
}

BOOST_AUTO_TEST_CASE(a_late_bid_in_a_failed_round_is_released_again) {
  auto x = confirming();
  x.expire(confirm_end);
  x.take_effects();
  x.on_bid(bid_of("a1", 2), confirm_end);
  BOOST_CHECK_EQUAL(said(x), "a1:release");
}

BOOST_AUTO_TEST_CASE(nothing_changes_a_grant) {
  auto x = confirming();
  x.on_confirmed(yes_of("a1"), t0);
  x.on_confirmed(yes_of("a2"), t0);
  auto outcome = *x.outcome();
  x.on_lost(agent_id{"a1"}, t0);
  x.on_confirmed(no_of("a2"), t0);
  x.on_bid(bid_of("a1", 2), t0);
  x.cancel();
  x.expire(t0 + 1h);
  BOOST_CHECK_EQUAL(said(x), "");
  BOOST_CHECK(*x.outcome() == outcome);
}

// -- cancelling -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(cancelled_while_it_collects_bids_it_releases_everyone) {
  auto x = started(plan_of(1, 2, 1));
  x.on_bid(bid_of("a1", 1), t0);
  x.cancel();
  BOOST_CHECK_EQUAL(said(x), "a1:release a2:release");
  BOOST_CHECK(is_refused(x));
  x.on_bid(bid_of("a2", 1), t0);
  BOOST_CHECK_EQUAL(said(x), "a2:release");
}

BOOST_AUTO_TEST_CASE(cancelled_while_it_confirms_it_releases_everyone) {
  auto x = confirming();
  x.on_confirmed(yes_of("a1"), t0);
  x.cancel();
  BOOST_CHECK_EQUAL(said(x), "a1:release a2:release");
  BOOST_CHECK(is_refused(x));
  x.on_confirmed(yes_of("a2"), t0);
  BOOST_CHECK_EQUAL(said(x), "a2:release");
}

BOOST_AUTO_TEST_CASE(cancelled_before_its_start_it_is_refused) {
  entente::round x{plan_of(1, 2, 1)};
  x.cancel();
  BOOST_CHECK(is_refused(x));
  BOOST_CHECK_EQUAL(said(x), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
