// What the other end of a connection may say.
#include "actors/transport/frame_rules.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using caf::io::basp::header;
using caf::io::basp::message_type;

namespace entente::test {

namespace {

using rules_of = entente::frame_rules;

constexpr std::uint32_t most = 1000;

header frame(message_type type, std::uint32_t bytes) {
  // A server's handshake has the protocol's version as its data, a message an actor to go to.
  return {type,  0,
          bytes, type == message_type::server_handshake ? 4U : 0U,
          0,     type == message_type::direct_message ? 7U : 0U};
}

const header introduction = frame(message_type::client_handshake, 20);

rules_of introduced() {
  rules_of rules{connection_side::accepting, most};
  BOOST_REQUIRE_EQUAL(rules.check(introduction), "");
  return rules;
}

bool refuses(rules_of rules, const header& x) {
  return !rules.check(x).empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frame_rules)

BOOST_AUTO_TEST_CASE(who_connects_says_first_who_it_is) {
  rules_of rules{connection_side::accepting, most};
  BOOST_TEST(refuses(rules, frame(message_type::direct_message, 20)));
  BOOST_TEST(refuses(rules, frame(message_type::heartbeat, 0)));
  BOOST_TEST(refuses(rules, frame(message_type::server_handshake, 20)));
  BOOST_TEST(!refuses(rules, introduction));
}

BOOST_AUTO_TEST_CASE(who_listens_says_first_who_it_is) {
  rules_of rules{connection_side::connecting, most};
  BOOST_TEST(refuses(rules, introduction));
  BOOST_TEST(!refuses(rules, frame(message_type::server_handshake, 20)));
}

BOOST_AUTO_TEST_CASE(an_introduction_of_nothing_or_of_too_much_is_refused) {
  rules_of rules{connection_side::accepting, most};
  BOOST_TEST(refuses(rules, frame(message_type::client_handshake, 0)));
  BOOST_TEST(
    refuses(rules, frame(message_type::client_handshake, rules_of::most_bytes_of_handshake + 1)));
}

BOOST_AUTO_TEST_CASE(nobody_introduces_itself_twice) {
  BOOST_TEST(refuses(introduced(), introduction));
  BOOST_TEST(refuses(introduced(), frame(message_type::server_handshake, 20)));
}

BOOST_AUTO_TEST_CASE(a_message_longer_than_allowed_is_refused) {
  BOOST_TEST(!refuses(introduced(), frame(message_type::direct_message, most)));
  BOOST_TEST(refuses(introduced(), frame(message_type::direct_message, most + 1)));
  BOOST_TEST(refuses(
    introduced(), frame(message_type::direct_message, std::numeric_limits<std::uint32_t>::max())));
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_refused) {
  BOOST_TEST(refuses(introduced(), frame(static_cast<message_type>(99), 0)));
  BOOST_TEST(refuses(introduced(), frame(message_type::direct_message, 0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
