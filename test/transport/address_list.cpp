#include "actors/transport/address_list.hpp"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

namespace entente::test {

namespace {

const endpoint a{"a", 1};
const endpoint b{"b", 2};
const endpoint c{"::1", 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(address_list)

BOOST_AUTO_TEST_CASE(a_list_needs_an_address) {
  BOOST_CHECK_THROW(entente::address_list{{}}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_single_address_is_tried_again_after_a_pause_each_time) {
  entente::address_list list{{a}};
  for (int i = 0; i < 3; ++i) {
    BOOST_CHECK(list.current() == a);
    BOOST_CHECK(list.failed("no"));
  }
}

BOOST_AUTO_TEST_CASE(the_others_are_tried_at_once_and_then_there_is_a_pause) {
  entente::address_list list{{a, b, c}};
  for (int i = 0; i < 2; ++i) {
    BOOST_CHECK(list.current() == a);
    BOOST_CHECK(!list.failed("no"));
    BOOST_CHECK(list.current() == b);
    BOOST_CHECK(!list.failed("no"));
    BOOST_CHECK(list.current() == c);
    BOOST_CHECK(list.failed("no"));
  }
}

BOOST_AUTO_TEST_CASE(a_lost_peer_is_looked_for_where_it_was_and_then_at_all_others) {
  entente::address_list list{{a, b, c}};
  list.failed("no");
  list.reached();
  BOOST_CHECK(list.current() == b);
  BOOST_CHECK(!list.failed("no"));
  BOOST_CHECK(list.current() == c);
  BOOST_CHECK(!list.failed("no"));
  BOOST_CHECK(list.current() == a);
  BOOST_CHECK(list.failed("no"));
}

BOOST_AUTO_TEST_CASE(each_address_is_named_with_what_is_wrong_with_it) {
  entente::address_list list{{a, c}};
  BOOST_CHECK_EQUAL(list.problems(), "");
  for (int i = 0; i < 2; ++i) {
    list.failed("refused");
    BOOST_CHECK_EQUAL(list.problems(), "a:1: refused");
    list.failed("timed out");
    BOOST_CHECK_EQUAL(list.problems(), "a:1: refused, nor at [::1]:3: timed out");
  }
  list.reached();
  BOOST_CHECK_EQUAL(list.problems(), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
