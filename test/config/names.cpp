#include "config/names.hpp"

#include "config/quantities.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace entente;

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(a_role_is_a_path_of_segments) {
  for (auto name : {"*", "eng", "eng/ads", "a/b/c", "team-1/x_y.z", "9"})
    BOOST_TEST(is_role_name(name), name);
  for (auto name : {"", "/", "/eng", "eng/", "eng//ads", "..", "eng/..", ".", "a..b", "-eng",
                    "eng/-x", ".hidden", "a b", "*/x", "x/*", "\xC3\xA4", "a\n"})
    BOOST_TEST(!is_role_name(name), name);
  BOOST_TEST(!is_role_name(std::string(254, 'a')));
}

BOOST_AUTO_TEST_CASE(a_resource_begins_with_a_letter) {
  for (auto name : {"cpus", "mem", "_x", "vendor.com-gpu", "a1"})
    BOOST_TEST(is_resource_name(name), name);
  for (auto name : {"", "1a", "-a", ".a", "a:b", "a;b", "a b", "a/b", "a="})
    BOOST_TEST(!is_resource_name(name), name);
}

BOOST_AUTO_TEST_CASE(a_host_is_a_name_or_address) {
  for (auto name : {"node1", "node1.example.com", "10.0.0.1"})
    BOOST_TEST(is_host_name(name), name);
  for (auto name : {"", ".a", "-a", "a..b", "a/b", "a:1"})
    BOOST_TEST(!is_host_name(name), name);
}

BOOST_AUTO_TEST_CASE(a_machine_is_reached_by_its_name_or_an_address_without_a_port) {
  using namespace std::string_literals;
  for (const auto& text : {"node1"s, "node1.example.com"s, "10.0.0.2"s, "fd66::5"s, "::1"s})
    BOOST_TEST(is_host_or_address(text), text);
  for (const auto& text : {""s, "10.0.0.2:5061"s, "http://10.0.0.2/"s, "a b"s, "[fd66::5]"s,
                           "10.0.0.300"s, "10.0"s, "fd66::5%eth0"s, "fd66::5\0"s, "fd66:::5"s})
    BOOST_TEST(!is_host_or_address(text), text);
}

BOOST_AUTO_TEST_CASE(memory_and_disk_are_sizes_and_other_scalars_are_not) {
  BOOST_TEST((parse_quantity("mem", "2GB") == 2'048'000));
  BOOST_TEST((parse_quantity("disk", "5") == 5'000));
  BOOST_TEST((parse_quantity("cpus", "0.5") == 500));
  BOOST_TEST(!parse_quantity("cpus", "2GB"));
  BOOST_TEST(!parse_quantity("ports", "5"));
  BOOST_TEST(!parse_quantity("mem", "auto"));
  BOOST_TEST(format_quantity("mem", 2'048'500) == "2048.5MB");
  BOOST_TEST(format_quantity("cpus", 500) == "0.5");
}

BOOST_AUTO_TEST_CASE(an_agent_finds_out_its_machine_but_not_its_ports) {
  for (auto name : {"cpus", "mem", "disk", "gpus"})
    BOOST_TEST(is_capacity(name, "auto"), name);
  BOOST_TEST(!is_capacity("ports", "auto"));
  BOOST_TEST(!is_capacity("licences", "auto"));
  BOOST_TEST(is_capacity("ports", "[1-5,9]"));
  for (auto text : {"3", "1-8", "{a,b}"})
    BOOST_TEST(is_capacity("licences", text), text);
  for (auto text : {"", "{}", "{a,}", "{a", "{a b}", "x"})
    BOOST_TEST(!is_capacity("licences", text), text);
}

BOOST_AUTO_TEST_SUITE_END()
