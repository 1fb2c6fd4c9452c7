#include "actors/allocator/quantities.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

entente::quantities of(std::initializer_list<std::int64_t> values) {
  entente::quantities result;
  std::size_t index = 0;
  for (auto x : values)
    result.set(index++, x);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantities)

BOOST_AUTO_TEST_CASE(what_was_never_set_is_zero) {
  entente::quantities x;
  BOOST_CHECK_EQUAL(x[3], 0);
  x.set(1, 7);
  BOOST_CHECK_EQUAL(x[0], 0);
  BOOST_CHECK_EQUAL(x[1], 7);
  BOOST_CHECK_EQUAL(x[2], 0);
}

BOOST_AUTO_TEST_CASE(zeros_at_the_end_make_no_difference) {
  BOOST_CHECK(of({1, 2}) == of({1, 2, 0, 0, 0, 0, 0, 0}));
  BOOST_CHECK(of({1, 2}) != of({1, 2, 0, 0, 0, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(sums_and_differences_are_index_by_index) {
  BOOST_CHECK(of({1, 2}) + of({10, 0, 5}) == of({11, 2, 5}));
  BOOST_CHECK(of({1, 2}) - of({0, 2, 5}) == of({1, 0, -5}));
}

BOOST_AUTO_TEST_CASE(many_indices_are_kept_too) {
  auto many = of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  BOOST_CHECK((many + many)[9] == 20);
  BOOST_CHECK(many - many == entente::quantities{});
  auto far = entente::quantities{};
  far.set(40, 1);
  far.set(8, 2);
  BOOST_CHECK_EQUAL(far[40], 1);
  BOOST_CHECK_EQUAL(far[8], 2);
  BOOST_CHECK_EQUAL(far[20], 0);
}

BOOST_AUTO_TEST_CASE(any_is_true_only_above_zero) {
  BOOST_CHECK(!of({}).any());
  BOOST_CHECK(!of({0, -3}).any());
  BOOST_CHECK(of({0, -3, 1}).any());
}

BOOST_AUTO_TEST_CASE(min_and_max_take_what_is_not_there_as_zero) {
  BOOST_CHECK(min(of({1, 5}), of({3, 2, 4})) == of({1, 2, 0}));
  BOOST_CHECK(max(of({1, 5}), of({3, 2, 4})) == of({3, 5, 4}));
  BOOST_CHECK(max(of({-1, 5}), {}) == of({0, 5}));
}

BOOST_AUTO_TEST_CASE(a_name_keeps_its_index) {
  scalar_table names;
  auto cpus = names.index("cpus");
  auto mem = names.index("mem");
  BOOST_CHECK_NE(cpus, mem);
  BOOST_CHECK_EQUAL(names.index("cpus"), cpus);
  BOOST_CHECK_EQUAL(names.name(mem), "mem");
  BOOST_CHECK_EQUAL(names.size(), 2u);
}

BOOST_AUTO_TEST_CASE(scalars_come_back_as_they_went_in) {
  scalar_table names;
  auto x = std::get<resources>(resources::parse("cpus:1.5;mem:3;ports:[1-2]"));
  auto scalars = std::get<resources>(resources::parse("cpus:1.5;mem:3"));
  BOOST_CHECK_EQUAL(names.as_resources(names.of(x)), scalars);
  BOOST_CHECK_EQUAL(names.as_resources(names.of(x) - names.of(scalars)), resources{});
  BOOST_CHECK_EQUAL(names.as_resources(entente::quantities{} - names.of(x)), resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
