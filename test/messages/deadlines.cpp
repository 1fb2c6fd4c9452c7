#include "messages/deadlines.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

constexpr time_point at(int seconds) {
  return time_point{std::chrono::seconds{seconds}};
}

struct fixture {
  /// What is due, as `b a`.
  std::string due(time_point now) {
    std::string text;
    for (const auto& key : times.take_due(now))
      text += (text.empty() ? "" : " ") + key;
    return text;
  }

  entente::deadlines<std::string> times;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(deadlines, fixture)

BOOST_AUTO_TEST_CASE(without_things_there_is_no_deadline) {
  BOOST_CHECK(!times.next());
  BOOST_CHECK_EQUAL(due(at(100)), "");
}

BOOST_AUTO_TEST_CASE(the_nearest_deadline_is_the_next) {
  times.set("a", at(3));
  times.set("b", at(2));
  BOOST_CHECK(times.next() == at(2));
}

BOOST_AUTO_TEST_CASE(what_is_due_is_taken_out_nearest_first) {
  times.set("a", at(3));
  times.set("b", at(2));
  times.set("c", at(4));
  BOOST_CHECK_EQUAL(due(at(3)), "b a");
  BOOST_CHECK_EQUAL(due(at(3)), "");
  BOOST_CHECK(times.next() == at(4));
}

BOOST_AUTO_TEST_CASE(things_may_have_the_same_deadline) {
  times.set("b", at(2));
  times.set("a", at(2));
  BOOST_CHECK_EQUAL(due(at(2)), "a b");
}

BOOST_AUTO_TEST_CASE(a_deadline_that_is_set_again_is_moved) {
  times.set("a", at(2));
  times.set("a", at(5));
  BOOST_CHECK(times.next() == at(5));
  BOOST_CHECK_EQUAL(due(at(4)), "");
  BOOST_CHECK_EQUAL(due(at(5)), "a");
}

BOOST_AUTO_TEST_CASE(a_deadline_that_is_cleared_does_not_come) {
  times.set("a", at(2));
  times.clear("a");
  times.clear("nosuch");
  BOOST_CHECK(!times.next());
  BOOST_CHECK_EQUAL(due(at(9)), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
