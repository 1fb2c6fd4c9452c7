// Who may register, and when the others are to come again.
#include "actors/master/admission.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{1000s};

agent_id agent(std::uint64_t number) {
  return agent_id{"a" + std::to_string(number)};
}

/// How many of the agents from `first` on may register at `now`.
std::uint64_t let_in(entente::admission& gate, std::uint64_t first, std::uint64_t count,
                     time_point now) {
  std::uint64_t result = 0;
  for (auto i = first; i < first + count; ++i)
    result += gate.ask(agent(i), now) ? 0 : 1;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(admission)

BOOST_AUTO_TEST_CASE(without_a_limit_all_may_come) {
  entente::admission gate{0};
  BOOST_CHECK_EQUAL(let_in(gate, 0, 100'000, t0), 100'000u);
  BOOST_CHECK(gate.take_changes().empty());
  BOOST_CHECK(!gate.next_deadline());
}

BOOST_AUTO_TEST_CASE(what_comes_in_a_second_comes_at_once_after_a_quiet_one) {
  entente::admission gate{10};
  BOOST_CHECK_EQUAL(let_in(gate, 0, 10, t0), 10u);
  BOOST_CHECK(gate.take_changes().empty());
  BOOST_CHECK(gate.ask(agent(10), t0) == 100ms);
  BOOST_CHECK_EQUAL(let_in(gate, 20, 10, t0 + 100s), 10u);
}

BOOST_AUTO_TEST_CASE(those_who_are_turned_away_get_the_next_free_times_in_their_order) {
  entente::admission gate{10};
  let_in(gate, 0, 10, t0);
  for (int i = 1; i <= 20; ++i)
    BOOST_CHECK(gate.ask(agent(100 + i), t0) == i * 100ms);
}

BOOST_AUTO_TEST_CASE(one_that_comes_at_its_time_is_let_in_and_one_that_comes_too_soon_told_again) {
  entente::admission gate{10};
  let_in(gate, 0, 12, t0);
  BOOST_CHECK(gate.ask(agent(11), t0 + 50ms) == 150ms);
  BOOST_CHECK(gate.ask(agent(10), t0 + 99ms) == 1ms);
  BOOST_CHECK(!gate.ask(agent(10), t0 + 100ms));
  BOOST_CHECK(!gate.ask(agent(11), t0 + 4s));
}

BOOST_AUTO_TEST_CASE(one_that_has_just_come_does_not_overtake_those_that_have_a_place) {
  entente::admission gate{10};
  let_in(gate, 0, 12, t0);
  BOOST_CHECK(gate.ask(agent(50), t0 + 100ms) == 200ms);
  BOOST_CHECK(!gate.ask(agent(10), t0 + 100ms));
}

BOOST_AUTO_TEST_CASE(a_place_is_lost_by_who_does_not_come) {
  entente::admission gate{10};
  let_in(gate, 0, 11, t0);
  BOOST_REQUIRE(gate.next_deadline());
  auto lost = t0 + 100ms + entente::admission::place_kept;
  BOOST_CHECK(*gate.next_deadline() == lost);
  gate.expire(lost - 1ms);
  BOOST_CHECK_EQUAL(gate.take_changes().size(), 1u);
  gate.expire(lost);
  BOOST_CHECK(!gate.next_deadline());
  auto changes = gate.take_changes();
  BOOST_REQUIRE_EQUAL(changes.size(), 1u);
  BOOST_CHECK((changes[0] == admission_change{false, 1, 1, 100ms, 5100ms}));
}

BOOST_AUTO_TEST_CASE(it_says_when_it_begins_and_when_it_ends_and_how_it_was) {
  entente::admission gate{10};
  let_in(gate, 0, 12, t0);
  BOOST_CHECK((gate.take_changes() == std::vector{admission_change{}}));
  let_in(gate, 10, 2, t0 + 200ms);
  BOOST_CHECK((gate.take_changes() == std::vector{admission_change{false, 2, 0, 200ms, 200ms}}));
  BOOST_CHECK(gate.take_changes().empty());
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_held_back_takes_what_is_free_and_no_place) {
  entente::admission gate{10};
  for (int i = 0; i < 100; ++i)
    gate.pass(t0);
  BOOST_CHECK(gate.ask(agent(1), t0) == 100ms);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_to_stay_away_for_longer_than_the_longest_wait) {
  entente::admission gate{1};
  let_in(gate, 0, 1, t0);
  for (int i = 1; i <= 100; ++i)
    BOOST_CHECK(gate.ask(agent(i), t0) <= entente::admission::longest_wait);
  // Those without a place get one then.
  auto then = t0 + entente::admission::longest_wait;
  BOOST_CHECK(gate.ask(agent(90), then) <= 1s);
}

BOOST_AUTO_TEST_CASE(agents_that_come_when_they_are_told_are_let_in_at_the_rate_each_once) {
  auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  constexpr std::uint64_t rate = 500;
  constexpr std::uint64_t agents = 20'000;
  entente::admission gate{rate};
  std::multimap<time_point, std::uint64_t> due;
  for (std::uint64_t i = 0; i < agents; ++i)
    due.emplace(t0 + std::chrono::milliseconds{chance() % 300}, i);
  std::vector<time_point> came;
  std::uint64_t asked = 0;
  while (!due.empty()) {
    auto [now, who] = *due.begin();
    due.erase(due.begin());
    ++asked;
    if (auto again = gate.ask(agent(who), now))
      due.emplace(now + *again + std::chrono::milliseconds{chance() % 20}, who);
    else
      came.push_back(now);
  }
  BOOST_REQUIRE_EQUAL(came.size(), agents);
  for (std::size_t i = 0; i + 2 * rate < came.size(); ++i)
    BOOST_REQUIRE_MESSAGE(came[i + 2 * rate] - came[i] >= 900ms, "seed " << seed << ", at " << i);
  BOOST_CHECK(came.back() - t0 < 1s * (agents / rate + 2));
  BOOST_CHECK_LE(asked, 3 * agents);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
