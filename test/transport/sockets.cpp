// Names, addresses and ports of either version of IP.
#include "actors/transport/sockets.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;
using runtime::unique_fd;

unique_fd listen_on(const std::string& host) {
  auto result = listen_socket({host, 0});
  BOOST_REQUIRE(std::holds_alternative<unique_fd>(result));
  return std::move(std::get<unique_fd>(result));
}

std::string why_not(const endpoint& where) {
  auto result = connect_socket(where, 10s);
  auto* why = std::get_if<std::string>(&result);
  return why ? *why : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sockets)

BOOST_AUTO_TEST_CASE(only_addresses_of_this_machine_itself_are_loopback) {
  for (const auto* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost", "::ffff:127.0.0.1"})
    BOOST_TEST(is_loopback(host), host);
  for (const auto* host : {"0.0.0.0", "::", "10.0.0.1", "192.168.1.1", "fe80::1", "8.8.8.8"})
    BOOST_TEST(!is_loopback(host), host);
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_knows_is_not_loopback_and_says_so) {
  BOOST_TEST(!is_loopback("no such host"));
  BOOST_TEST(why_not({"no such host", 1}).starts_with("the name no such host is not known"));
}

BOOST_AUTO_TEST_CASE(who_listens_at_either_version_is_found) {
  for (const auto* host : {"127.0.0.1", "::1"}) {
    auto listener = listen_on(host);
    BOOST_TEST(why_not({host, local_port(listener.value())}) == "");
  }
}

BOOST_AUTO_TEST_CASE(all_addresses_of_the_machine_are_of_both_versions) {
  auto listener = listen_on("::");
  BOOST_TEST(why_not({"127.0.0.1", local_port(listener.value())}) == "");
}

BOOST_AUTO_TEST_CASE(a_name_with_two_addresses_is_tried_at_both) {
  auto listener = listen_on("127.0.0.1");
  BOOST_TEST(why_not({"localhost", local_port(listener.value())}) == "");
}

BOOST_AUTO_TEST_CASE(a_port_where_nobody_listens_is_said) {
  auto port = local_port(listen_on("127.0.0.1").value());
  BOOST_TEST(why_not({"127.0.0.1", port}) == "nothing listens there");
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_or_of_another_machine_is_said) {
  auto listener = listen_on("127.0.0.1");
  auto taken = listen_socket({"127.0.0.1", local_port(listener.value())});
  BOOST_TEST(std::get<std::string>(taken) == "the address is in use");
  auto foreign = listen_socket({"192.0.2.1", 0});
  BOOST_TEST(std::get<std::string>(foreign) == "the address is not of this machine");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
