#include "messages/protocol_range.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

BOOST_AUTO_TEST_SUITE(protocol_range)

BOOST_AUTO_TEST_CASE(peers_with_a_version_in_common_understand_each_other) {
  BOOST_CHECK(!protocol_mismatch({1, 2}, {1, 1}));
  BOOST_CHECK(!protocol_mismatch({1, 2}, {2, 5}));
  BOOST_CHECK(!protocol_mismatch({3, 3}, {3, 3}));
}

BOOST_AUTO_TEST_CASE(a_mismatch_says_both_and_who_is_to_be_upgraded) {
  BOOST_CHECK_EQUAL(protocol_mismatch({2, 3}, {1, 1}).value(),
                    "it speaks version 1 of the protocol, this side 2 to 3; upgrade it");
  BOOST_CHECK_EQUAL(
    protocol_mismatch({1, 2}, {4, 6}).value(),
    "it speaks version 4 to 6 of the protocol, this side 1 to 2; upgrade this side");
}

BOOST_AUTO_TEST_CASE(this_build_understands_those_that_do_not_say_what_they_speak) {
  BOOST_CHECK(!protocol_mismatch(spoken_protocol, {}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
