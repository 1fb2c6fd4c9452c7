// The executors of an agent, and what they are told.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "executor_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(executor_book, executor_fixture)

// -- the usual life -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_first_task_starts_its_executor_and_waits_for_it) {
  launch("a");
  BOOST_CHECK_EQUAL(effects(), "start");
  BOOST_CHECK(!join());
  BOOST_CHECK_EQUAL(effects(), "run a");
}

BOOST_AUTO_TEST_CASE(later_tasks_are_given_to_the_same_executor) {
  run("a");
  launch("b");
  BOOST_CHECK_EQUAL(effects(), "limit cpus:2;mem:200, run b");
  BOOST_CHECK_EQUAL(tokens, 1);
}

BOOST_AUTO_TEST_CASE(updates_are_passed_on_and_answered_when_they_are_safe) {
  run("a");
  BOOST_CHECK_EQUAL(say("a", 1, task_state::running, "half"), "when safe");
  BOOST_CHECK_EQUAL(effects(), "a RUNNING ");
  BOOST_CHECK_EQUAL(last.data, "half");
  book.taken(key("a"));
  BOOST_CHECK_EQUAL(effects(), "answer a");
  BOOST_CHECK_EQUAL(say("a", 2, task_state::finished), "when safe");
  BOOST_CHECK_EQUAL(effects(), "a FINISHED , answer a");
}

BOOST_AUTO_TEST_CASE(an_executor_without_tasks_is_shut_down_after_a_while) {
  run("a");
  say("a", 1, task_state::finished);
  effects();
  BOOST_CHECK(book.next_deadline() == t0 + 5s);
  book.expire(t0 + 5s);
  BOOST_CHECK_EQUAL(effects(), "shutdown");
  book.process_ended(e, "exited with code 0", t0 + 6s);
  BOOST_CHECK_EQUAL(effects(), "forget");
  BOOST_CHECK_EQUAL(book.size(), 0u);
  BOOST_CHECK(!book.next_deadline());
}

BOOST_AUTO_TEST_CASE(one_that_does_not_shut_down_is_killed) {
  run("a");
  say("a", 1, task_state::finished);
  effects();
  book.expire(t0 + 5s);
  effects();
  book.expire(t0 + 9s);
  BOOST_CHECK_EQUAL(effects(), "SIGKILL");
}

BOOST_AUTO_TEST_CASE(a_task_in_time_keeps_an_idle_executor) {
  run("a");
  say("a", 1, task_state::finished);
  effects();
  launch("b", t0 + 4s);
  effects();
  book.expire(t0 + 60s);
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(a_task_that_comes_while_its_executor_shuts_down_waits_for_the_next) {
  run("a");
  say("a", 1, task_state::finished);
  effects();
  book.expire(t0 + 5s);
  effects();
  launch("b", t0 + 6s);
  BOOST_CHECK_EQUAL(effects(), "");
  book.process_ended(e, "exited with code 0", t0 + 7s);
  BOOST_CHECK_EQUAL(effects(), "forget, start");
  BOOST_CHECK_EQUAL(tokens, 2);
}

// -- what does not register -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(tasks_of_an_executor_that_does_not_register_fail_and_it_is_killed) {
  launch("a");
  launch("b");
  effects();
  book.expire(t0 + 60s);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_REGISTRATION_TIMEOUT, "
                               "b FAILED EXECUTOR_REGISTRATION_TIMEOUT, SIGKILL, answer a, "
                               "answer b");
  BOOST_CHECK(join());
  book.process_ended(e, "killed", t0 + 61s);
  BOOST_CHECK_EQUAL(effects(), "forget");
}

BOOST_AUTO_TEST_CASE(one_that_cannot_start_fails_its_tasks_with_the_reason) {
  launch("a");
  effects();
  book.process_ended(e, "no such file", t0, task_reason::container_launch_failed);
  BOOST_CHECK_EQUAL(effects(), "a FAILED CONTAINER_LAUNCH_FAILED, answer a, forget");
}

BOOST_AUTO_TEST_CASE(who_has_not_the_token_is_refused_in_the_same_words_as_who_is_unknown) {
  run("a");
  auto wrong = join({}, t0, "token2");
  auto unknown = book.registered({f1, executor_id{"e2"}, "token1", {}}, t0);
  BOOST_REQUIRE(wrong && unknown);
  BOOST_CHECK_EQUAL(*wrong, *unknown);
  executor_update x{f1, e1, "token", task_id{"a"}, 1, task_state::finished, {}, {}, {}};
  BOOST_CHECK(std::holds_alternative<std::string>(book.update(x)));
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(a_token_of_an_earlier_process_is_refused) {
  run("a");
  book.process_ended(e, "killed", t0);
  effects();
  launch("b");
  effects();
  BOOST_CHECK(join({}, t0, "token1"));
  BOOST_CHECK(!join());
}

// -- kills ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_that_waits_is_ended_at_once) {
  launch("a");
  effects();
  book.signal(key("a"), SIGTERM, t0);
  BOOST_CHECK_EQUAL(effects(), "a KILLED , answer a");
  BOOST_CHECK(!join());
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(the_executor_ends_what_it_has) {
  run("a");
  book.signal(key("a"), SIGTERM, t0);
  BOOST_CHECK_EQUAL(effects(), "kill a 3000");
  say("a", 1, task_state::killed);
  BOOST_CHECK_EQUAL(effects(), "a KILLED , answer a");
}

BOOST_AUTO_TEST_CASE(an_executor_that_does_not_end_a_task_is_killed_with_all_others) {
  run("a");
  launch("b");
  effects();
  book.signal(key("a"), SIGTERM, t0);
  book.signal(key("a"), SIGKILL, t0 + 3s);
  BOOST_CHECK_EQUAL(effects(), "kill a 3000, kill a 0");
  book.expire(t0 + 5s);
  BOOST_CHECK_EQUAL(effects(), "SIGKILL");
  book.process_ended(e, "killed by signal SIGKILL (9)", t0 + 5s);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_TERMINATED, b FAILED EXECUTOR_TERMINATED, "
                               "answer a, answer b, forget");
  BOOST_CHECK_EQUAL(last.message, "its executor has ended: it did not end task \"a\" when it was "
                                  "told to");
}

BOOST_AUTO_TEST_CASE(a_last_word_in_time_saves_the_executor) {
  run("a");
  book.signal(key("a"), SIGKILL, t0);
  say("a", 1, task_state::killed);
  effects();
  book.expire(t0 + 2s);
  BOOST_CHECK_EQUAL(effects(), "");
}

// -- connections and processes that are lost --------------------------------------------------

BOOST_AUTO_TEST_CASE(what_it_has_not_got_is_given_again_when_it_is_back) {
  run("a");
  launch("b");
  effects();
  book.connection_lost(e, t0);
  launch("c");
  BOOST_CHECK(!join({"a"}));
  BOOST_CHECK_EQUAL(effects(), "limit cpus:3;mem:300, run b, run c");
}

BOOST_AUTO_TEST_CASE(a_kill_is_said_again_when_it_is_back) {
  run("a");
  book.connection_lost(e, t0);
  book.signal(key("a"), SIGTERM, t0);
  BOOST_CHECK_EQUAL(effects(), "");
  join({"a"});
  BOOST_CHECK_EQUAL(effects(), "kill a 3000");
}

BOOST_AUTO_TEST_CASE(a_task_that_nobody_knows_is_ended) {
  run("a");
  book.connection_lost(e, t0);
  join({"a", "x"});
  BOOST_CHECK_EQUAL(effects(), "kill x 0");
}

BOOST_AUTO_TEST_CASE(one_that_does_not_come_back_loses_its_tasks) {
  run("a");
  book.connection_lost(e, t0);
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_REREGISTRATION_TIMEOUT, SIGKILL, answer a");
}

BOOST_AUTO_TEST_CASE(its_next_process_waits_until_the_ends_of_all_tasks_are_safe) {
  is_safe = false;
  run("a");
  book.process_ended(e, "killed", t0);
  launch("b");
  BOOST_CHECK_EQUAL(effects(), "a FAILED EXECUTOR_TERMINATED");
  book.forget(key("a"), t0);
  BOOST_CHECK_EQUAL(effects(), "answer a, forget, start");
}

BOOST_AUTO_TEST_CASE(a_report_that_is_repeated_is_passed_on_once) {
  run("a");
  say("a", 1, task_state::running);
  effects();
  BOOST_CHECK_EQUAL(say("a", 1, task_state::running), "when safe");
  book.taken(key("a"));
  BOOST_CHECK_EQUAL(say("a", 1, task_state::running), "now");
  BOOST_CHECK_EQUAL(effects(), "answer a");
}

// -- what it may not say ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(only_some_states_are_an_executors_to_say) {
  run("a");
  for (auto state : {task_state::staging, task_state::killing, task_state::lost, task_state::gone,
                     task_state::unknown})
    BOOST_CHECK_EQUAL(say("a", 1, state),
                      "an executor cannot say " + std::string{to_string(state)});
  BOOST_CHECK_EQUAL(say("a", 0, task_state::running), "updates of a task are counted from 1");
  BOOST_CHECK_EQUAL(say("a", 1, task_state::running, std::string(1024 * 1024 + 1, 'x')),
                    "the data is longer than 1 MB");
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(one_id_with_two_descriptions_is_an_error_of_the_task) {
  run("a");
  auto other = info("b");
  other.executor->argv = {"another"};
  book.launch(f1, other, t0);
  BOOST_CHECK_EQUAL(effects(), "b ERROR TASK_INVALID, answer b");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
