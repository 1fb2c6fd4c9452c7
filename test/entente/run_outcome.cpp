// What a task's end means for the exit code.
#include "apps/entente/run_outcome.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "updates.hpp"

namespace entente::test {

namespace {

/// Whether the user is told of it, with the task's name and what has happened.
bool tells(const run_result& x, const std::string& what) {
  return x.message.starts_with("task t ") && x.message.find(what) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_outcome)

BOOST_AUTO_TEST_CASE(a_task_that_finishes_is_0_and_no_words) {
  auto x = outcome_of(exited("t", 0), false);
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(x.message, "");
}

BOOST_AUTO_TEST_CASE(an_exit_code_is_passed_on_without_words) {
  for (auto code : {1, 2, 75, 127, 255}) {
    auto x = outcome_of(exited("t", code), false);
    BOOST_CHECK_EQUAL(x.code, code);
    BOOST_CHECK_EQUAL(x.message, "");
  }
}

BOOST_AUTO_TEST_CASE(an_exit_that_a_limit_or_a_full_disk_had_a_part_in_is_remarked_on) {
  auto over = exited("t", 5);
  over.reason = task_reason::container_limitation_memory;
  over.message = "exited with code 5; it had all the memory that it may have, 64 MB";
  BOOST_CHECK_EQUAL(remark_on(over), "task t FAILED: " + over.message);
  auto lossy = exited("t", 0);
  lossy.message = "exited with code 0; 9 bytes of its output were lost: they could not be written";
  BOOST_CHECK_EQUAL(remark_on(lossy), "task t FINISHED: " + lossy.message);
}

BOOST_AUTO_TEST_CASE(an_exit_that_says_it_all_is_not_remarked_on) {
  auto plain = exited("t", 3);
  plain.message = "exited with code 3";
  BOOST_CHECK_EQUAL(remark_on(plain), "");
  auto signaled = died("t", SIGKILL, task_state::failed);  // of which the outcome speaks
  BOOST_CHECK_EQUAL(remark_on(signaled), "");
}

BOOST_AUTO_TEST_CASE(a_signal_is_128_and_its_number_and_told) {
  auto x = outcome_of(died("t", SIGSEGV, task_state::failed), false);
  BOOST_CHECK_EQUAL(x.code, 128 + SIGSEGV);
  BOOST_CHECK(tells(x, "FAILED"));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_killed_is_told) {
  auto x = outcome_of(died("t", SIGTERM, task_state::killed), false);
  BOOST_CHECK_EQUAL(x.code, 128 + SIGTERM);
  BOOST_CHECK(tells(x, "KILLED"));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_killed_and_exits_well_has_not_ended_well) {
  auto update = exited("t", 0);
  update.state = task_state::killed;
  auto x = outcome_of(update, false);
  BOOST_CHECK_EQUAL(x.code, 1);
  BOOST_CHECK(tells(x, "KILLED"));
}

BOOST_AUTO_TEST_CASE(a_command_that_cannot_start_is_127_and_told) {
  auto update = test::update("t", task_state::failed);
  update.reason = task_reason::container_launch_failed;
  update.message = "cannot start \"x\"";
  auto x = outcome_of(update, false);
  BOOST_CHECK_EQUAL(x.code, 127);
  BOOST_CHECK(tells(x, "cannot start \"x\""));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_lost_or_was_never_tried_is_1_and_told) {
  for (auto state : {task_state::lost, task_state::dropped, task_state::error}) {
    auto x = outcome_of(update("t", state), false);
    BOOST_CHECK_EQUAL(x.code, 1);
    BOOST_CHECK(tells(x, std::string{to_string(state)}));
  }
}

BOOST_AUTO_TEST_CASE(an_interrupt_is_130_without_words_however_the_task_ends) {
  for (const auto& last : {exited("t", 0), exited("t", 3), update("t", task_state::lost),
                           died("t", SIGTERM, task_state::killed)}) {
    auto x = outcome_of(last, true);
    BOOST_CHECK_EQUAL(x.code, 130);
    BOOST_CHECK_EQUAL(x.message, "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
