// Maintenance windows and deactivation, as people and scripts read them.
#include "apps/entente/maintenance_text.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

maintenance_window window(std::chrono::milliseconds starts_in) {
  return {"w", {agent_id{"a1"}, agent_id{"a2"}}, starts_in, 30min, 2min};
}

agent_entry agent(const std::string& id) {
  agent_entry x;
  x.info.id = agent_id{id};
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(maintenance_text)

BOOST_AUTO_TEST_CASE(a_window_says_how_far_it_has_come) {
  BOOST_CHECK(cells(window(10min)) == (row{"w", "planned", "10m", "30m", "a1,a2"}));
  BOOST_CHECK_EQUAL(cells(window(119'900ms)).at(1), "draining");
  BOOST_CHECK_EQUAL(cells(window(119'900ms)).at(2), "2m");
  BOOST_CHECK(cells(window(0ms)) == (row{"w", "under way", "-", "30m more", "a1,a2"}));
  BOOST_CHECK_EQUAL(cells(window(0ms)).size(), head(maintenance_window{}).size());
}

BOOST_AUTO_TEST_CASE(scripts_get_the_same_in_milliseconds) {
  auto x = json_of(window(90s));
  BOOST_CHECK_EQUAL(x.at("name"), "w");
  BOOST_CHECK_EQUAL(x.at("state"), "draining");
  BOOST_CHECK_EQUAL(x.at("agents").size(), 2u);
  BOOST_CHECK_EQUAL(x.at("starts_in_ms"), 90'000);
  BOOST_CHECK_EQUAL(x.at("lasts_ms"), 1'800'000);
  BOOST_CHECK_EQUAL(x.at("drains_ahead_ms"), 120'000);
  BOOST_CHECK_EQUAL(json_of(window(10min)).at("state"), "planned");
  BOOST_CHECK_EQUAL(json_of(window(0ms)).at("state"), "under_way");
}

BOOST_AUTO_TEST_CASE(an_agent_names_the_windows_that_are_for_it) {
  BOOST_CHECK_EQUAL(cells(agent("a1"), {window(10min)}).at(2), "registered, maintenance w in 10m");
  BOOST_CHECK_EQUAL(cells(agent("a3"), {window(10min)}).at(2), "registered");
  BOOST_CHECK_EQUAL(json_of(agent("a2"), {window(0ms)}).at("maintenance").at(0), "w");
  BOOST_CHECK(json_of(agent("a3"), {window(0ms)}).at("maintenance").empty());
}

BOOST_AUTO_TEST_CASE(calls_say_what_they_have_done) {
  BOOST_CHECK_EQUAL(line_of(plan_maintenance{window(90s)}),
                    "maintenance w begins in 90s, for 30m; agents: a1,a2");
  BOOST_CHECK_EQUAL(line_of(plan_maintenance{window(0s)}),
                    "maintenance w begins now, for 30m; agents: a1,a2");
  BOOST_CHECK_EQUAL(line_of(cancel_maintenance{"w"}), "maintenance w is called off");
  BOOST_CHECK_EQUAL(json_of(deactivate_agent{agent_id{"a1"}}).at("deactivated"), true);
  BOOST_CHECK_EQUAL(json_of(reactivate_agent{agent_id{"a1"}}).at("deactivated"), false);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
