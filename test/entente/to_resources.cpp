// What a configuration says in texts, as resources.
#include "apps/common/to_resources.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

BOOST_AUTO_TEST_SUITE(to_resources)

BOOST_AUTO_TEST_CASE(each_text_is_read_in_the_unit_of_its_resource) {
  auto x = entente::to_resources({{"cpus", "0.5"}, {"mem", "2GB"}, {"licences", "3"}});
  BOOST_CHECK_EQUAL(x.to_string(), "cpus:0.5;licences:3;mem:2048");
}

BOOST_AUTO_TEST_CASE(what_is_none_is_not_there) {
  BOOST_CHECK_EQUAL(entente::to_resources({{"cpus", "0"}, {"mem", "32MB"}}).to_string(), "mem:32");
}

BOOST_AUTO_TEST_CASE(a_name_with_nothing_is_left_out) {
  std::map<std::string, resource_texts> reservations{
    {"eng", {{"cpus", "4"}}}, {"eng/ads", {}}, {"ops", {{"cpus", "0"}}}};
  auto x = entente::to_resources(reservations);
  BOOST_REQUIRE_EQUAL(x.size(), 1U);
  BOOST_CHECK_EQUAL(x.at("eng").to_string(), "cpus:4");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
