#include "actors/allocator/reservations.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

entente::quantities cpus(std::int64_t count) {
  entente::quantities x;
  x.set(0, count);
  return x;
}

using usage = std::map<std::string, entente::quantities>;

}  // namespace

BOOST_AUTO_TEST_SUITE(reservations)

BOOST_AUTO_TEST_CASE(a_role_is_within_itself_and_those_above) {
  BOOST_CHECK(is_within("eng", "eng"));
  BOOST_CHECK(is_within("eng/ads/web", "eng"));
  BOOST_CHECK(!is_within("eng", "eng/ads"));
  BOOST_CHECK(!is_within("engine", "eng"));
}

BOOST_AUTO_TEST_CASE(nothing_is_reserved_at_first) {
  entente::reservations x;
  BOOST_CHECK(x.empty());
  BOOST_CHECK(!x.unused().any());
  BOOST_CHECK(!x.usable_by("eng").any());
}

BOOST_AUTO_TEST_CASE(a_role_may_use_what_is_kept_for_it_and_above_it) {
  entente::reservations x;
  x.add("eng", cpus(2));
  x.add("eng/ads", cpus(3));
  x.add("ops", cpus(5));
  x.count({});
  BOOST_CHECK(x.usable_by("eng") == cpus(2));
  BOOST_CHECK(x.usable_by("eng/ads") == cpus(5));
  BOOST_CHECK(x.usable_by("eng/ads/web") == cpus(5));
  BOOST_CHECK(x.usable_by("lab") == cpus(0));
  BOOST_CHECK(x.unused() == cpus(10));
}

BOOST_AUTO_TEST_CASE(what_is_taken_comes_from_the_nearest_first_then_from_above) {
  entente::reservations x;
  x.add("eng", cpus(2));
  x.add("eng/ads", cpus(3));
  x.count(usage{{"eng/ads", cpus(2)}});
  BOOST_CHECK(x.usable_by("eng/ads") == cpus(3));
  BOOST_CHECK(x.usable_by("eng") == cpus(2));
  x.count(usage{{"eng/ads", cpus(4)}});
  BOOST_CHECK(x.usable_by("eng") == cpus(1));
  BOOST_CHECK(x.unused() == cpus(1));
}

BOOST_AUTO_TEST_CASE(who_takes_more_than_is_reserved_takes_what_is_not) {
  entente::reservations x;
  x.add("eng/ads", cpus(3));
  x.count(usage{{"eng/ads", cpus(7)}, {"ops", cpus(9)}});
  BOOST_CHECK(!x.unused().any());
}

BOOST_AUTO_TEST_CASE(siblings_share_what_is_reserved_above_them) {
  entente::reservations x;
  x.add("eng", cpus(4));
  x.add("eng/ads", cpus(1));
  x.count(usage{{"eng/ads", cpus(2)}, {"eng/ml", cpus(2)}, {"eng", cpus(1)}});
  BOOST_CHECK(!x.unused().any());
}

BOOST_AUTO_TEST_CASE(what_is_taken_fills_up_again_when_it_comes_back) {
  entente::reservations x;
  x.add("eng", cpus(4));
  x.count(usage{{"eng", cpus(3)}});
  x.count({});
  BOOST_CHECK(x.usable_by("eng") == cpus(4));
}

BOOST_AUTO_TEST_CASE(counting_says_what_has_changed) {
  entente::reservations x;
  x.add("eng", cpus(4));
  x.add("ops", cpus(1));
  x.count({});
  BOOST_CHECK(x.count({}).empty());
  auto changes = x.count(usage{{"eng", cpus(3)}});
  BOOST_REQUIRE_EQUAL(changes.size(), 1u);
  BOOST_CHECK(changes.at("eng") == cpus(-3));
}

BOOST_AUTO_TEST_CASE(names_that_begin_alike_are_not_within_each_other) {
  // In the order of text `eng-x` is between `eng` and `eng/ads`.
  entente::reservations x;
  x.add("eng", cpus(1));
  x.add("eng-x", cpus(10));
  x.add("eng/ads", cpus(1));
  x.count(usage{{"eng/ads", cpus(2)}});
  BOOST_CHECK(x.unused() == cpus(10));
  BOOST_CHECK(x.usable_by("eng-x") == cpus(10));
}

BOOST_AUTO_TEST_CASE(calls_take_back_what_calls_have_put) {
  entente::reservations x;
  x.set_fixed("eng", cpus(2));
  x.add("eng", cpus(3));
  x.remove("eng", cpus(3));
  BOOST_CHECK(x.entries().at("eng").all() == cpus(2));
  x.add("ops", cpus(1));
  x.remove("ops", cpus(1));
  BOOST_CHECK(!x.entries().contains("ops"));
  x.set_fixed("eng", {});
  BOOST_CHECK(x.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
