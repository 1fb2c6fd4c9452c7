// What goes first when room is wanted.
#include "actors/runtime/removal.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::runtime::test {

namespace {

using paths = std::vector<std::filesystem::path>;

removable at(const char* path, int hour, std::uint64_t bytes) {
  return {path, bytes, std::filesystem::file_time_type{std::chrono::hours{hour}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(removal)

BOOST_AUTO_TEST_CASE(the_oldest_go_first_and_no_more_than_are_needed) {
  std::vector<removable> all{at("new", 3, 10), at("old", 1, 10), at("middle", 2, 10)};
  BOOST_CHECK((oldest_first(all, 10) == paths{"old"}));
  BOOST_CHECK((oldest_first(all, 11) == paths{"old", "middle"}));
  BOOST_CHECK((oldest_first(all, 1000) == paths{"old", "middle", "new"}));
}

BOOST_AUTO_TEST_CASE(nothing_goes_if_nothing_is_needed) {
  BOOST_CHECK(oldest_first({at("a", 1, 10)}, 0).empty());
  BOOST_CHECK(oldest_first({}, 10).empty());
}

BOOST_AUTO_TEST_CASE(of_the_same_age_the_choice_is_always_the_same) {
  BOOST_CHECK((oldest_first({at("b", 1, 10), at("a", 1, 10)}, 1) == paths{"a"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
