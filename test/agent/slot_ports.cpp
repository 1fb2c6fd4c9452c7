// Which ports an agent gives to slots.
#include "actors/agent/slot_ports.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using port_list = std::vector<std::uint16_t>;

const resources some = std::get<resources>(resources::parse("ports:[0-2,65535-70000,80000]"));

}  // namespace

BOOST_AUTO_TEST_SUITE(slot_ports)

BOOST_AUTO_TEST_CASE(port_zero_and_numbers_that_are_no_ports_are_not_given) {
  BOOST_CHECK_EQUAL(count_ports(some), 3u);
  BOOST_TEST(smallest_ports(some, 9) == (port_list{1, 2, 65535}));
}

BOOST_AUTO_TEST_CASE(the_smallest_ports_are_given_first) {
  BOOST_TEST(smallest_ports(some, 2) == (port_list{1, 2}));
  BOOST_TEST(smallest_ports(some, 0) == port_list{});
}

BOOST_AUTO_TEST_CASE(an_agent_without_the_range_has_no_ports) {
  BOOST_CHECK_EQUAL(count_ports(resources{}), 0u);
  BOOST_TEST(smallest_ports(resources{}, 1) == port_list{});
}

BOOST_AUTO_TEST_CASE(ports_become_the_range_of_that_name) {
  BOOST_CHECK_EQUAL(ports_of(port_list{7, 9, 8, 20}).to_string(), "ports:[7-9,20]");
  BOOST_CHECK(ports_of(port_list{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
