// Moments as operators write them.
#include "apps/entente/utc_time.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

BOOST_AUTO_TEST_SUITE(utc_time)

BOOST_AUTO_TEST_CASE(a_moment_is_read_with_and_without_seconds) {
  using namespace std::chrono;
  BOOST_CHECK(parse_utc("1970-01-02T00:00:01Z") == sys_seconds{24h + 1s});
  BOOST_CHECK(parse_utc("1970-01-01T10:30Z") == sys_seconds{10h + 30min});
  BOOST_CHECK(parse_utc("2024-02-29T23:59:59Z").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_moment_is_refused) {
  for (auto text : {"", "Z", "tomorrow", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10Z",
                    "2026-11-24 10:00:00Z", "2026-11-24T10:00:00+01:00", "2026-02-29T10:00:00Z",
                    "2026-13-01T10:00:00Z", "2026-00-10T10:00:00Z", "2026-11-24T24:00:00Z",
                    "2026-11-24T10:60:00Z", "2026-11-24T10:00:60Z", "2026-11-24T10:00:00ZZ",
                    "2026-11-24T1:00:00Z", "+026-11-24T10:00:00Z", "2026-11-24T10:00:Z"})
    BOOST_CHECK_MESSAGE(!parse_utc(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
