// Planned times without tasks: when agents are drained for them, and when they are used again.
#include "actors/master/maintenance_book.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const agent_id a1{"a1"};
const agent_id a2{"a2"};

maintenance_window window(const std::string& name, std::vector<agent_id> agents = {a1}) {
  return {name, std::move(agents), 10min, 30min, 2min};
}

std::string list(const std::set<agent_id>& agents) {
  std::string text;
  for (const auto& x : agents)
    text += (text.empty() ? "" : " ") + x.str();
  return text;
}

struct fixture {
  entente::maintenance_book book;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(maintenance_book, fixture)

BOOST_AUTO_TEST_CASE(agents_are_drained_from_ahead_of_a_window_to_its_end) {
  BOOST_CHECK_EQUAL(list(book.plan(window("w", {a1, a2}), t0)), "");
  BOOST_CHECK(!book.drains(a1));
  BOOST_CHECK(book.next() == t0 + 8min);
  BOOST_CHECK_EQUAL(list(book.take_due(t0 + 8min)), "a1 a2");
  BOOST_CHECK(book.drains(a1));
  BOOST_CHECK(book.left(a1, t0 + 8min) == 2min);
  BOOST_CHECK(book.next() == t0 + 10min);
  BOOST_CHECK_EQUAL(list(book.take_due(t0 + 10min)), "a1 a2");
  BOOST_CHECK(book.left(a1, t0 + 11min) == 0min);
  BOOST_CHECK(book.next() == t0 + 40min);
  BOOST_CHECK_EQUAL(list(book.take_due(t0 + 40min)), "a1 a2");
  BOOST_CHECK(!book.drains(a1));
  BOOST_CHECK(!book.left(a1, t0 + 40min));
  BOOST_CHECK(!book.next());
  BOOST_CHECK(book.windows(t0).empty());
}

BOOST_AUTO_TEST_CASE(a_window_that_begins_soon_drains_at_once) {
  auto soon = window("w");
  soon.starts_in = 1min;
  BOOST_CHECK_EQUAL(list(book.plan(soon, t0)), "a1");
  BOOST_CHECK(book.left(a1, t0) == 1min);
  BOOST_CHECK_EQUAL(book.drained_for(a1), "w");
}

BOOST_AUTO_TEST_CASE(a_window_that_nobody_looked_at_in_time_is_over_all_the_same) {
  book.plan(window("w"), t0);
  BOOST_CHECK_EQUAL(list(book.take_due(t0 + 24h)), "a1");
  BOOST_CHECK(!book.drains(a1));
  BOOST_CHECK_EQUAL(book.size(), 0u);
}

BOOST_AUTO_TEST_CASE(an_agent_is_drained_as_long_as_one_of_its_windows_wants_it) {
  book.plan(window("w1"), t0);
  auto later = window("w2", {a1, a2});
  later.starts_in = 30min;
  book.plan(later, t0);
  book.take_due(t0 + 28min);
  BOOST_CHECK(book.left(a1, t0 + 28min) == 0min);
  BOOST_CHECK(book.left(a2, t0 + 28min) == 2min);
  book.take_due(t0 + 40min);
  BOOST_CHECK(book.drains(a1));
  BOOST_CHECK_EQUAL(book.drained_for(a1), "w2");
  book.take_due(t0 + 60min);
  BOOST_CHECK(!book.drains(a1));
}

BOOST_AUTO_TEST_CASE(a_window_that_is_called_off_frees_those_that_were_drained_for_it) {
  book.plan(window("w"), t0);
  BOOST_CHECK_EQUAL(list(book.cancel("w").value()), "");
  BOOST_CHECK(!book.cancel("w"));
  book.plan(window("w"), t0);
  book.take_due(t0 + 8min);
  BOOST_CHECK_EQUAL(list(book.cancel("w").value()), "a1");
  BOOST_CHECK(!book.drains(a1));
  BOOST_CHECK(!book.next());
}

BOOST_AUTO_TEST_CASE(a_window_takes_the_place_of_the_one_of_its_name) {
  book.plan(window("w", {a1}), t0);
  book.take_due(t0 + 8min);
  BOOST_CHECK_EQUAL(list(book.plan(window("w", {a2}), t0 + 8min)), "a1");
  BOOST_CHECK(!book.drains(a1));
  BOOST_CHECK(!book.drains(a2));
  BOOST_CHECK_EQUAL(book.size(), 1u);
  BOOST_CHECK(book.next() == t0 + 16min);
}

BOOST_AUTO_TEST_CASE(windows_are_listed_with_the_times_that_are_left) {
  book.plan(window("w"), t0);
  auto planned = book.windows(t0 + 1min).at(0);
  BOOST_CHECK(planned == (maintenance_window{"w", {a1}, 9min, 30min, 2min}));
  auto under_way = book.windows(t0 + 15min).at(0);
  BOOST_CHECK(under_way == (maintenance_window{"w", {a1}, 0min, 25min, 2min}));
}

BOOST_AUTO_TEST_CASE(what_is_no_window_is_refused) {
  auto problem = [](auto change) {
    auto x = window("w");
    change(x);
    return entente::maintenance_book::problem_of(x).value_or("");
  };
  BOOST_CHECK_EQUAL(problem([](auto&) {}), "");
  BOOST_CHECK(problem([](auto& x) { x.name = ""; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.name = "two\nlines"; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.agents.clear(); }) != "");
  BOOST_CHECK(problem([](auto& x) { x.lasts = 0ms; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.lasts = -1ms; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.starts_in = -1ms; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.starts_in = 100'000h; }) != "");
  BOOST_CHECK(problem([](auto& x) { x.drains_ahead = 100'000h; }) != "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
