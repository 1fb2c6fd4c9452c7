// Agents that come and go.
#include "cluster_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_agents, cluster_fixture)

// -- registration ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_without_an_id_is_refused) {
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(register_agent{}, t0)));
}

BOOST_AUTO_TEST_CASE(a_framework_needs_a_name_and_a_role) {
  framework_info info;
  BOOST_CHECK(std::holds_alternative<refusal>(book.add_framework(info)));
  info.name = "test";
  info.role = "";
  BOOST_CHECK(std::holds_alternative<refusal>(book.add_framework(info)));
}

BOOST_AUTO_TEST_CASE(frameworks_get_ids_that_differ) {
  auto first = add_framework();
  BOOST_CHECK(first);
  BOOST_CHECK_NE(first, add_framework());
}

BOOST_AUTO_TEST_CASE(an_agent_that_starts_anew_loses_its_tasks_and_is_offered_whole) {
  auto f = run("t");
  offers();
  add_agent(a1);
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::lost);
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_report_of_an_earlier_life_is_refused_and_changes_nothing) {
  auto earlier = agents.at(a1);
  add_agent(a1);
  auto before = book.version();
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(earlier, t0)));
  BOOST_CHECK_EQUAL(book.version(), before);
  BOOST_CHECK(std::holds_alternative<agent_registered>(book.report(agents.at(a1), t0)));
  BOOST_CHECK_EQUAL(book.version(), before);
}

BOOST_AUTO_TEST_CASE(a_report_of_a_life_before_one_that_was_lost_is_refused) {
  auto earlier = agents.at(a1);
  add_agent(a1);
  book.remove_agent(a1, t0);
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(earlier, t0)));
  BOOST_CHECK_EQUAL(summary().agents, 0u);
}

// -- an agent that goes ----------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_offers_of_a_lost_agent_are_rescinded) {
  add_framework();
  auto id = offers().at(a1).id;
  book.remove_agent(a1, t0);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 3u);
  BOOST_CHECK_EQUAL(std::get<offer_rescinded>(std::get<tell_framework>(effects[0]).message).offer,
                    id);
  BOOST_CHECK_EQUAL(std::get<agent_lost>(std::get<tell_framework>(effects[1]).message).agent, a1);
  BOOST_CHECK(offers().empty());
}

BOOST_AUTO_TEST_CASE(the_tasks_of_a_lost_agent_are_lost) {
  add_agent(a2);
  auto f = add_framework();
  auto made = offers();
  accept(f, {made.at(a1).id}, {task("t1")});
  accept(f, {made.at(a2).id}, {task("t2")});
  book.take_effects();
  book.remove_agent(a1, t0);
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK_EQUAL(updates[0].task, task_id{"t1"});
  BOOST_CHECK(updates[0].state == task_state::lost);
  BOOST_CHECK(updates[0].reason == task_reason::agent_removed);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  BOOST_CHECK_EQUAL(summary().tasks_failed, 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_is_lost_once) {
  run("t");
  book.remove_agent(a1, t0);
  book.take_effects();
  book.remove_agent(a1, t0);
  BOOST_CHECK(book.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(what_an_agent_says_of_a_lost_task_comes_too_late) {
  auto f = run("t");
  add_agent(a1);
  book.take_effects();
  update(f, "t", 3, task_state::finished);
  BOOST_CHECK(told<status_update>().empty());
  update(f, "t", 3, task_state::finished);
  BOOST_CHECK_EQUAL(told<acknowledge>().at(0).sequence, 3u);
  BOOST_CHECK_EQUAL(summary().tasks_finished, 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
