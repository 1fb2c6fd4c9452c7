#include "messages/boxed.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

BOOST_AUTO_TEST_SUITE(boxed)

BOOST_AUTO_TEST_CASE(it_is_empty_until_it_gets_a_value) {
  entente::boxed<std::string> x;
  BOOST_CHECK(!x.has_value());
  x = std::string{"a"};
  BOOST_REQUIRE(x);
  BOOST_CHECK_EQUAL(*x, "a");
  x.reset();
  BOOST_CHECK(!x);
}

BOOST_AUTO_TEST_CASE(a_copy_is_a_value_of_its_own) {
  entente::boxed<std::string> x{"a"};
  auto y = x;
  *y += "b";
  BOOST_CHECK_EQUAL(*x, "a");
  BOOST_CHECK_EQUAL(*y, "ab");
}

BOOST_AUTO_TEST_CASE(values_are_compared_and_not_boxes) {
  entente::boxed<std::string> x{"a"};
  BOOST_CHECK(x == entente::boxed<std::string>{"a"});
  BOOST_CHECK(!(x == entente::boxed<std::string>{"b"}));
  BOOST_CHECK(!(x == entente::boxed<std::string>{}));
  BOOST_CHECK(entente::boxed<std::string>{} == entente::boxed<std::string>{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
