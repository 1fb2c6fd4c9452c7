// What executors may use, and how they go on with another life of their agent.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "executor_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(executor_recovery, executor_fixture)

// -- limits -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(memory_is_never_taken_away_again) {
  run("a");
  launch("b");
  say("a", 1, task_state::finished);
  BOOST_CHECK_EQUAL(effects(),
                    "limit cpus:2;mem:200, run b, a FINISHED , answer a, limit cpus:1;mem:200");
}

BOOST_AUTO_TEST_CASE(a_task_without_a_limit_lifts_it) {
  run("a");
  book.launch(f1, info("b", "cpus:1"), t0);
  BOOST_CHECK_EQUAL(effects(), "limit cpus:2, run b");
}

// -- an earlier life ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_executor_of_an_earlier_life_goes_on_with_what_it_has) {
  book.recover(e, *info("a").executor, "token0", {}, true);
  book.recover(f1, info("a"), true, t0);
  book.recover(f1, info("b"), true, t0);
  book.recovered(t0);
  BOOST_CHECK(!join({"a"}));
  BOOST_CHECK_EQUAL(effects(), "run b");
}

BOOST_AUTO_TEST_CASE(an_executor_of_an_earlier_life_has_to_come_back_in_time) {
  book.recover(e, *info("a").executor, "token0", {}, true);
  book.recover(f1, info("a"), true, t0);
  book.recovered(t0);
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_REREGISTRATION_TIMEOUT, SIGKILL, answer a");
}

BOOST_AUTO_TEST_CASE(a_task_whose_executor_ended_meanwhile_is_reported_by_who_has_found_that) {
  book.recover(e, *info("a").executor, "token0", {}, false);
  book.recover(f1, info("a"), false, t0);
  book.recovered(t0);
  BOOST_CHECK_EQUAL(effects(), "");
  book.forget(key("a"), t0);
  BOOST_CHECK_EQUAL(effects(), "answer a, forget");
}

// Its task had been found with it, and would have been RUNNING for ever.
BOOST_AUTO_TEST_CASE(an_executor_that_ends_before_its_tasks_are_found_fails_them) {
  book.recover(e, *info("a").executor, "token0", {}, true);
  book.process_ended(e, "exit code 1", t0);
  BOOST_CHECK_EQUAL(effects(), "");
  book.recover(f1, info("a"), true, t0);
  book.recovered(t0);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_TERMINATED, answer a, forget");
}

BOOST_AUTO_TEST_CASE(a_task_whose_executor_nobody_knows_has_failed) {
  book.recover(f1, info("a"), true, t0);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_TERMINATED");
}

BOOST_AUTO_TEST_CASE(an_ended_executor_that_nobody_asks_for_is_forgotten) {
  book.recover(e, *info("a").executor, "token0", {}, false);
  book.recovered(t0);
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(effects(), "forget");
}

BOOST_AUTO_TEST_CASE(an_idle_executor_of_an_earlier_life_takes_new_tasks) {
  book.recover(e, *info("a").executor, "token0", info("a").limits, true);
  book.recovered(t0);
  launch("a");
  BOOST_CHECK(!join());
  BOOST_CHECK_EQUAL(effects(), "run a");
}

BOOST_AUTO_TEST_CASE(executors_without_tasks_are_told) {
  run("a");
  BOOST_CHECK(book.unused().empty());
  say("a", 1, task_state::finished);
  effects();
  BOOST_CHECK_EQUAL(book.unused().size(), 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
