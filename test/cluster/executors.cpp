// Frameworks' own executors as real processes: what runs in them, and what becomes of it when
// something dies.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <string>

#include "executors_fixture.hpp"

using namespace entente::test;
using namespace std::chrono_literals;
using entente::task_reason;
using entente::task_state;

namespace {

using fixture = with_scheduler<cluster>;
using hosts_fixture = with_scheduler<hosts>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(executors, fixture)

BOOST_AUTO_TEST_CASE(tasks_of_one_executor_run_in_one_process) {
  for (const auto* id : {"a", "b", "c"})
    launch(waiting(id));
  for (const auto* id : {"a", "b", "c"})
    BOOST_CHECK(is(id, task_state::running));
  BOOST_CHECK_EQUAL(executors().size(), 1u);
  go();
  for (const auto* id : {"a", "b", "c"})
    BOOST_CHECK(end_of(id).state == task_state::finished);
}

BOOST_AUTO_TEST_CASE(what_it_says_comes_in_order_and_once) {
  launch(task("a", {"count", "20"}));
  BOOST_CHECK_EQUAL(end_of("a").data, "20");
  BOOST_CHECK_EQUAL(data_of("a"), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 ");
}

BOOST_AUTO_TEST_CASE(one_task_is_killed_and_the_others_go_on) {
  launch(waiting("a"));
  launch(waiting("b"));
  BOOST_REQUIRE(is("b", task_state::running));
  kill(waiting("a"));
  BOOST_CHECK(end_of("a").state == task_state::killed);
  go();
  BOOST_CHECK(end_of("b").state == task_state::finished);
}

BOOST_AUTO_TEST_CASE(a_kill_ends_also_where_the_executor_does_not_end_the_task) {
  launch(task("stubborn", {"hang"}));
  launch(waiting("b"));
  BOOST_REQUIRE(is("b", task_state::running));
  kill(task("stubborn", {}));
  BOOST_CHECK(end_of("stubborn").state == task_state::killed);
  auto other = end_of("b");
  BOOST_CHECK(other.reason == task_reason::executor_terminated);
  BOOST_CHECK_MESSAGE(mentions(other.message, "did not end task \"stubborn\""), other.message);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(an_executor_that_does_not_register_is_killed) {
  auto mute = task("a", {});
  mute.argv = {"wait"};
  mute.executor->argv = {"sleep", "600"};
  mute.executor->registration_timeout = 200ms;
  launch(mute);
  auto end = end_of("a");
  BOOST_CHECK(end.state == task_state::failed);
  BOOST_CHECK(end.reason == task_reason::executor_registration_timeout);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(one_that_cannot_start_fails_its_task_with_the_reason) {
  auto x = waiting("a");
  x.executor->argv = {"no-such-program"};
  launch(x);
  auto end = end_of("a");
  BOOST_CHECK(end.reason == task_reason::container_launch_failed);
  BOOST_CHECK_MESSAGE(mentions(end.message, "no-such-program"), end.message);
}

BOOST_AUTO_TEST_CASE(one_with_a_wrong_token_is_refused_and_ends) {
  auto x = waiting("a");
  x.executor->argv = {"sh", "-c", "ENTENTE_EXECUTOR_TOKEN=guessed exec " + x.executor->argv[0]};
  launch(x);
  auto end = end_of("a");
  BOOST_CHECK(end.reason == task_reason::executor_terminated);
  BOOST_CHECK_MESSAGE(mentions(end.message, "exited with code 0"), end.message);
}

BOOST_AUTO_TEST_CASE(tasks_end_with_an_executor_that_is_killed) {
  launch(waiting("a"));
  launch(waiting("b"));
  BOOST_REQUIRE(is("a", task_state::running) && is("b", task_state::running));
  ::kill(executors().at(0), SIGKILL);
  for (const auto* id : {"a", "b"}) {
    auto end = end_of(id);
    BOOST_CHECK(end.state == task_state::failed);
    BOOST_CHECK(end.reason == task_reason::executor_terminated);
    BOOST_CHECK_MESSAGE(mentions(end.message, "SIGKILL"), end.message);
  }
  launch(waiting("c"));
  BOOST_CHECK(is("c", task_state::running));
}

BOOST_AUTO_TEST_CASE(an_executor_without_tasks_ends_and_is_started_again_for_another) {
  launch(task("a", {"count", "1"}));
  end_of("a");
  auto id = wait_for_task("a", "FINISHED").at("id").get<std::string>();
  BOOST_CHECK(becomes_empty());
  BOOST_CHECK(mentions(entente({"logs", id}).out, "the executor ends"));
  launch(task("b", {"count", "1"}));
  BOOST_CHECK(end_of("b").state == task_state::finished);
}

BOOST_AUTO_TEST_CASE(the_output_of_a_task_is_its_executors) {
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  auto id = wait_for_task("a", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK(eventually([&] { return mentions(entente({"logs", id}).out, "task a begins"); }));
}

BOOST_FIXTURE_TEST_CASE(the_output_of_an_ended_task_is_there_in_the_next_life_of_the_agent,
                        hosts_fixture) {
  launch(task("a", {"count", "1"}));
  end_of("a");
  auto id = wait_for_task("a", "FINISHED").at("id").get<std::string>();
  auto said = [&] { return entente({"logs", id}).out; };
  BOOST_CHECK(eventually([&] { return mentions(said(), "task a begins"); }));
  for (auto i = 0; i < 2; ++i) {
    kill_agent(1);
    start_agent(1);
    wait_for_agents(1);
    BOOST_CHECK_MESSAGE(mentions(said(), "task a begins"), entente({"logs", id}));
  }
}

BOOST_FIXTURE_TEST_CASE(executors_and_their_tasks_outlive_the_agent, hosts_fixture) {
  launch(waiting("a"));
  launch(waiting("b"));
  launch(task("stubborn", {"hang"}));
  BOOST_REQUIRE(is("a", task_state::running) && is("b", task_state::running));
  BOOST_REQUIRE(is("stubborn", task_state::running));
  auto before = executors();
  kill_agent(1);
  start_agent(1);
  wait_for_agents(1);
  launch(waiting("late"));
  BOOST_CHECK(is("late", task_state::running));
  BOOST_CHECK(executors() == before);
  go();
  for (const auto* id : {"a", "b", "late"}) {
    BOOST_CHECK(end_of(id).state == task_state::finished);
    BOOST_CHECK_EQUAL(ends_of(id), 1u);
  }
  kill(task("stubborn", {}));
  BOOST_CHECK(end_of("stubborn").state == task_state::killed);
}

BOOST_FIXTURE_TEST_CASE(what_is_said_while_the_agent_dies_comes_once, hosts_fixture) {
  launch(task("a", {"count", "60"}));
  BOOST_REQUIRE(eventually([this] { return !data_of("a").empty(); }));
  kill_agent(1);
  start_agent(1);
  BOOST_CHECK(end_of("a").state == task_state::finished);
  std::string all;
  for (auto i = 1; i <= 60; ++i)
    all += std::to_string(i) + ' ';
  BOOST_CHECK_EQUAL(data_of("a"), all);
}

BOOST_FIXTURE_TEST_CASE(what_ends_without_an_agent_is_told_to_the_next_once, hosts_fixture) {
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  kill_agent(1);
  go();
  start_agent(1);
  BOOST_CHECK(end_of("a").state == task_state::finished);
  launch(task("b", {"count", "3"}));
  BOOST_CHECK(end_of("b").state == task_state::finished);
  BOOST_CHECK_EQUAL(ends_of("a"), 1u);
}

BOOST_FIXTURE_TEST_CASE(an_executor_that_dies_without_an_agent_has_ended, hosts_fixture) {
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  kill_agent(1);
  ::kill(executors().at(0), SIGKILL);
  BOOST_CHECK(eventually([this] { return executors().empty(); }));
  start_agent(1);
  BOOST_CHECK(end_of("a").reason == task_reason::executor_terminated);
  launch(task("b", {"count", "3"}));
  BOOST_CHECK(end_of("b").state == task_state::finished);
}

BOOST_FIXTURE_TEST_CASE(an_executor_whose_agent_does_not_come_back_ends_by_itself, hosts_fixture) {
  auto x = waiting("a");
  x.executor->env["ENTENTE_EXECUTOR_PATIENCE"] = "200ms";
  launch(x);
  BOOST_REQUIRE(is("a", task_state::running));
  kill_agent(1);
  BOOST_CHECK(eventually([this] { return executors().empty(); }));
  start_agent(1);
  BOOST_CHECK(end_of("a").reason == task_reason::executor_terminated);
}

BOOST_FIXTURE_TEST_CASE(a_kill_reaches_tasks_of_an_executor_that_is_stopped, fixture) {
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  ::kill(executors().at(0), SIGSTOP);
  kill(waiting("a"));
  BOOST_CHECK(end_of("a").state == task_state::killed);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(executors_end_with_the_cluster_that_is_killed) {
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  server().signal(SIGKILL);
  server().wait();
  BOOST_CHECK(eventually([this] { return executors().empty(); }));
}

BOOST_FIXTURE_TEST_CASE(an_agent_that_is_to_kill_its_tasks_kills_their_executors, hosts_fixture) {
  kill_agent(1);
  start_agent(1, {"--kill-tasks"});
  wait_for_agents(1);
  launch(waiting("a"));
  BOOST_REQUIRE(is("a", task_state::running));
  agent(1).signal(SIGTERM);
  BOOST_CHECK_EQUAL(agent(1).wait().code, 0);
  BOOST_CHECK(eventually([this] { return executors().empty(); }));
}

BOOST_AUTO_TEST_SUITE_END()
