// Updates, acknowledgements and kills.
#include "cluster_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_tasks, cluster_fixture)

// -- updates ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_update_reaches_the_framework_and_the_listing) {
  auto f = run("t");
  update(f, "t", 1, task_state::running);
  BOOST_CHECK_EQUAL(told<status_update>().size(), 1u);
  BOOST_CHECK(book.view({listing::tasks}).tasks.at(0).last.state == task_state::running);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_reaches_the_agent) {
  auto f = run("t");
  book.acknowledged({f, a1, task_id{"t"}, 1});
  BOOST_CHECK_EQUAL(told<acknowledge>().at(0).sequence, 1u);
  book.acknowledged({f, a2, task_id{"t"}, 1});
  BOOST_CHECK(book.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(a_repeated_terminal_update_is_passed_on_and_counted_once) {
  auto f = run("t");
  update(f, "t", 1, task_state::finished);
  update(f, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(told<status_update>().size(), 2u);
  BOOST_CHECK_EQUAL(summary().tasks_finished, 1u);
  BOOST_CHECK_EQUAL(allocated(), resources{});
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(an_older_update_does_not_turn_a_state_back) {
  auto f = run("t");
  update(f, "t", 3, task_state::running);
  update(f, "t", 2, task_state::starting);
  BOOST_CHECK(book.find_task(f, task_id{"t"})->last.state == task_state::running);
  update(f, "t", 4, task_state::failed);
  update(f, "t", 3, task_state::running);
  BOOST_CHECK(book.find_task(f, task_id{"t"})->last.state == task_state::failed);
  BOOST_CHECK_EQUAL(summary().tasks_failed, 1u);
}

BOOST_AUTO_TEST_CASE(the_update_of_another_agent_ends_nothing) {
  add_agent(a2);
  auto f = run("t");
  update(f, "t", 9, task_state::finished, a2);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(the_master_acknowledges_when_nobody_else_can) {
  update(framework_id{"gone"}, "t", 7, task_state::running);
  auto acknowledged = told<acknowledge>();
  BOOST_REQUIRE_EQUAL(acknowledged.size(), 1u);
  BOOST_CHECK_EQUAL(acknowledged[0].sequence, 7u);
}

BOOST_AUTO_TEST_CASE(an_update_for_a_disconnected_framework_stays_unacknowledged) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  book.take_effects();
  update(f, "t", 1, task_state::finished);
  BOOST_CHECK(book.take_effects().empty());
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

// -- kill ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_kill_reaches_the_agent) {
  auto f = run("t");
  BOOST_CHECK(!book.kill({f, task_id{"t"}, 1s}));
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(kills[0].grace == 1s);
}

BOOST_AUTO_TEST_CASE(an_operator_kills_without_naming_the_framework) {
  auto f = run("t");
  BOOST_CHECK(!book.kill({{}, task_id{"t"}, {}}));
  BOOST_CHECK_EQUAL(told<kill_task>().at(0).framework, f);
}

BOOST_AUTO_TEST_CASE(a_framework_kills_its_own_tasks_only) {
  run("t");
  BOOST_CHECK(book.kill({add_framework(), task_id{"t"}, {}}));
  BOOST_CHECK(told<kill_task>().empty());
}

BOOST_AUTO_TEST_CASE(a_kill_of_what_is_unknown_or_has_ended_is_refused) {
  auto f = run("t");
  BOOST_CHECK_EQUAL(book.kill({f, task_id{"x"}, {}})->message,
                    "no task \"x\" of framework " + f.str());
  update(f, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(book.kill({f, task_id{"t"}, {}})->message, "task \"t\" has ended: FINISHED");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
