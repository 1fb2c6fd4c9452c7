// How well an agent's slots suit a claim.
#include "actors/agent/score.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>

namespace entente::test {

namespace {

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

preference wish(std::string attribute, std::string value, std::uint32_t weight) {
  return {{std::move(attribute), constraint_op::equals, {std::move(value)}}, weight};
}

/// An agent that suits perfectly, but for what a test changes.
struct fixture {
  std::uint32_t score() const {
    return entente::score({.limits = parse(limits),
                           .capacity = parse(capacity),
                           .free = parse(free),
                           .own_slots = own_slots,
                           .load = load,
                           .attributes = {{"rack", "r1"}, {"zone", "z1"}},
                           .preferences = preferences});
  }

  std::string limits = "cpus:1;mem:1024";
  std::string capacity = "cpus:4;mem:8192";
  std::string free = "cpus:2;mem:4096";
  std::uint32_t own_slots = 4;
  std::uint32_t load = 0;
  std::vector<preference> preferences;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(score, fixture)

BOOST_AUTO_TEST_CASE(the_score_is_4_fit_and_2_own_and_2_idle_and_2_wish_in_tenths) {
  free = "cpus:2;mem:2048";  // 1/2 and 1/4 are left: fit 0.75
  own_slots = 2;             // own 0.5
  load = 250;                // idle 0.75
  BOOST_CHECK_EQUAL(score(), 750u);
}

BOOST_AUTO_TEST_CASE(a_perfect_agent_has_the_highest_score) {
  BOOST_CHECK_EQUAL(score(), max_score);
}

BOOST_AUTO_TEST_CASE(the_worst_agent_has_the_score_zero) {
  free = "cpus:4";
  own_slots = 0;
  load = 1000;
  preferences = {wish("rack", "r2", 1)};
  BOOST_CHECK_EQUAL(score(), 0u);
}

// -- fit --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_left_in_one_scalar_only_costs_up_to_four_tenths) {
  free = "cpus:4";
  BOOST_CHECK_EQUAL(score(), 600u);
}

BOOST_AUTO_TEST_CASE(a_machine_that_is_used_up_evenly_fits) {
  free = "";
  BOOST_CHECK_EQUAL(score(), 1000u);
}

BOOST_AUTO_TEST_CASE(scalars_that_the_slot_does_not_name_do_not_count) {
  limits = "cpus:1";
  free = "cpus:1";
  BOOST_CHECK_EQUAL(score(), 1000u);
}

BOOST_AUTO_TEST_CASE(the_extremes_of_three_scalars_count) {
  limits = "cpus:1;gpus:1;mem:1024";
  capacity = "cpus:10;gpus:10;mem:10";
  free = "cpus:5;gpus:2;mem:3";
  BOOST_CHECK_EQUAL(score(), 880u);
}

BOOST_AUTO_TEST_CASE(a_third_is_rounded_to_thousandths) {
  limits = "cpus:1;gpus:1";
  capacity = "cpus:3;gpus:1";
  free = "cpus:1";
  BOOST_CHECK_EQUAL(score(), 867u);  // (4 * 667 + 6 * 1000) / 10 = 866.8
}

BOOST_AUTO_TEST_CASE(the_largest_quantities_do_not_overflow) {
  capacity = "cpus:1000000000000;mem:1000000000000";
  free = "cpus:500000000000;mem:250000000000";
  BOOST_CHECK_EQUAL(score(), 900u);
}

BOOST_AUTO_TEST_CASE(quantities_beyond_what_text_may_bring_do_not_overflow) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  resources capacity;
  capacity.set_milli("cpus", most);
  capacity.set_milli("mem", most);
  resources free;
  free.set_milli("cpus", most / 2);
  free.set_milli("mem", most / 4);
  auto x = entente::score({.limits = parse(limits),
                           .capacity = capacity,
                           .free = free,
                           .own_slots = 0,
                           .load = 1000,
                           .attributes = {},
                           .preferences = {}});
  BOOST_CHECK_EQUAL(x, 500u);
}

// -- own, idle, wish --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_own_slot_up_to_four_counts_for_fifty) {
  for (std::uint32_t n = 0; n <= 6; ++n) {
    own_slots = n;
    BOOST_CHECK_EQUAL(score(), 800u + 50u * std::min(n, 4u));
  }
}

BOOST_AUTO_TEST_CASE(a_loaded_machine_loses_up_to_two_tenths) {
  load = 500;
  BOOST_CHECK_EQUAL(score(), 900u);
  load = 1000;
  BOOST_CHECK_EQUAL(score(), 800u);
}

BOOST_AUTO_TEST_CASE(an_overloaded_machine_is_as_bad_as_a_full_one) {
  load = std::numeric_limits<std::uint32_t>::max();
  BOOST_CHECK_EQUAL(score(), 800u);
}

BOOST_AUTO_TEST_CASE(preferences_count_by_their_weight) {
  preferences = {wish("rack", "r1", 3), wish("zone", "z2", 1)};
  BOOST_CHECK_EQUAL(score(), 950u);
  preferences = {wish("rack", "r2", 3), wish("zone", "z1", 1)};
  BOOST_CHECK_EQUAL(score(), 850u);
}

BOOST_AUTO_TEST_CASE(preferences_without_weight_are_none) {
  preferences = {wish("rack", "r2", 0)};
  BOOST_CHECK_EQUAL(score(), 1000u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
