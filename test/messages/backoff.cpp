// Growing pauses, and the end of patience.
#include "messages/backoff.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

}  // namespace

BOOST_AUTO_TEST_SUITE(backoff)

BOOST_AUTO_TEST_CASE(pauses_double_up_to_the_longest) {
  entente::backoff retry{1h};
  for (auto pause : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms})
    BOOST_CHECK(retry.next(t0) == pause);
}

BOOST_AUTO_TEST_CASE(patience_counts_from_the_first_failure) {
  entente::backoff retry{10s};
  BOOST_CHECK(retry.next(t0 + 1h));
  BOOST_CHECK(retry.next(t0 + 1h + 9999ms));
  BOOST_CHECK(!retry.next(t0 + 1h + 10s));
}

BOOST_AUTO_TEST_CASE(without_patience_nothing_is_tried_again) {
  BOOST_CHECK(!entente::backoff{0ms}.next(t0));
}

BOOST_AUTO_TEST_CASE(success_starts_anew) {
  entente::backoff retry{10s};
  retry.next(t0);
  retry.next(t0);
  retry.reset();
  BOOST_CHECK(retry.next(t0 + 1h) == 100ms);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
