#include "actors/allocator/dominant_share.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

std::uint64_t share(std::string_view allocated, std::string_view total) {
  return entente::dominant_share(std::get<resources>(resources::parse(allocated)),
                                 std::get<resources>(resources::parse(total)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dominant_share)

BOOST_AUTO_TEST_CASE(who_has_nothing_has_no_share) {
  BOOST_CHECK_EQUAL(share("", "cpus:4;mem:1024"), 0u);
}

BOOST_AUTO_TEST_CASE(the_largest_share_of_all_resources_counts) {
  BOOST_CHECK_EQUAL(share("cpus:1;mem:768", "cpus:4;mem:1024"), 750'000u);
  BOOST_CHECK_EQUAL(share("cpus:3;mem:1", "cpus:4;mem:1024"), 750'000u);
}

BOOST_AUTO_TEST_CASE(all_of_a_resource_is_a_million_millionths) {
  BOOST_CHECK_EQUAL(share("gpus:3", "gpus:3;cpus:64"), 1'000'000u);
}

BOOST_AUTO_TEST_CASE(more_than_there_is_is_more_than_all) {
  BOOST_CHECK_EQUAL(share("cpus:6", "cpus:4"), 1'500'000u);
}

BOOST_AUTO_TEST_CASE(resources_that_nobody_has_do_not_count) {
  BOOST_CHECK_EQUAL(share("gpus:1;cpus:1", "cpus:4"), 250'000u);
  BOOST_CHECK_EQUAL(share("cpus:1", ""), 0u);
}

BOOST_AUTO_TEST_CASE(ports_do_not_count) {
  BOOST_CHECK_EQUAL(share("ports:[1-2]", "ports:[1-2];cpus:1"), 0u);
}

BOOST_AUTO_TEST_CASE(the_largest_quantities_do_not_overflow) {
  BOOST_CHECK_EQUAL(share("mem:500000000000", "mem:1000000000000"), 500'000u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
