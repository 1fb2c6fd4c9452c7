// Which sandboxes go, and when.
#include "actors/agent/collection_plan.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;
using paths = std::vector<std::filesystem::path>;

const std::filesystem::file_time_type now{1000h};
const sandbox_rules rules{10h, 0.9, 1h};

ended_sandbox ended(const char* path, std::chrono::hours ago) {
  return {path, now - ago};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(collection_plan)

BOOST_AUTO_TEST_CASE(the_old_ones_go_oldest_first) {
  auto plan = plan_collection({ended("b", 11h), ended("a", 12h), ended("c", 10h)}, now, rules);
  BOOST_CHECK((plan.too_old == paths{"a", "b", "c"}));
  BOOST_CHECK(plan.if_room_is_wanted.empty());
}

BOOST_AUTO_TEST_CASE(of_the_others_the_oldest_go_first_if_room_is_wanted) {
  auto plan = plan_collection({ended("b", 2h), ended("a", 9h), ended("c", 1h)}, now, rules);
  BOOST_CHECK(plan.too_old.empty());
  BOOST_CHECK((plan.if_room_is_wanted == paths{"a", "b", "c"}));
}

BOOST_AUTO_TEST_CASE(what_has_just_ended_stays_and_so_does_what_is_of_the_future) {
  auto plan = plan_collection({ended("a", 0h), ended("b", -5h)}, now, rules);
  BOOST_CHECK(plan.too_old.empty());
  BOOST_CHECK(plan.if_room_is_wanted.empty());
}

BOOST_AUTO_TEST_CASE(room_is_wanted_when_more_than_the_share_is_in_use) {
  BOOST_CHECK_EQUAL(bytes_beyond(0.75, 1000, 250), 0u);
  BOOST_CHECK_EQUAL(bytes_beyond(0.75, 1000, 150), 100u);
  BOOST_CHECK_EQUAL(bytes_beyond(1, 1000, 0), 0u);
  BOOST_CHECK_EQUAL(bytes_beyond(0.75, 0, 0), 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
