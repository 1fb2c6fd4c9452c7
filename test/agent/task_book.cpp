// A task's life from launch to its last acknowledged update.
#include "actors/agent/task_book.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};
const task_key key{f1, task_id{"t1"}};

constexpr runtime::exit_status code(int x) {
  return {.signaled = false, .code = x};
}
constexpr runtime::exit_status signal_of(int x) {
  return {.signaled = true, .code = x};
}

struct fixture {
  void launch(const task_key& which = key) {
    task_info task;
    task.id = which.task;
    task.argv = {"true"};
    task.kill_grace = 3s;
    book.launch(which.framework, task, {}, t0);
  }

  /// Launched, and its process runs.
  void run(const task_key& which = key) {
    launch(which);
    book.started(which, t0);
  }

  void kill(std::optional<std::chrono::milliseconds> grace, time_point now) {
    book.kill({f1, key.task, grace}, now);
  }

  /// What is to be done, as text: `start`, `signal 15`, `RUNNING`. Updates are acknowledged at
  /// once.
  std::string effects(time_point now = t0) {
    std::string result;
    for (auto next = book.take_effects(); !next.empty(); next = book.take_effects())
      for (const auto& effect : next)
        result += (result.empty() ? "" : ", ") + text_of(effect, now);
    return result;
  }

  std::string text_of(const agent_effect& effect, time_point now) {
    if (auto* x = std::get_if<signal_process>(&effect))
      return "signal " + std::to_string(x->signo);
    if (auto* x = std::get_if<send_update>(&effect)) {
      last = x->update;
      if (acknowledges)
        book.acknowledge({last.framework, last.agent, last.task, last.sequence}, now);
      return std::string{to_string(last.state)};
    }
    return "start";
  }

  bool acknowledges = true;
  status_update last;
  entente::task_book book{agent_id{"a1"}, 2};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(task_book, fixture)

// -- the usual life ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_that_exits_with_zero_finishes) {
  launch();
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING");
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING");
  BOOST_CHECK_EQUAL(book.running(), 1u);
  book.exited(key, code(0), t0);
  BOOST_CHECK_EQUAL(effects(), "FINISHED");
  BOOST_CHECK_EQUAL(book.running(), 0u);
  BOOST_CHECK_EQUAL(last.exit_code.value(), 0);
  BOOST_CHECK_EQUAL(last.agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(last.sequence, 4u);
}

// What was found before there was a master would wait for its next repetition.
BOOST_AUTO_TEST_CASE(a_master_that_comes_is_told_at_once_what_none_has_acknowledged) {
  run();
  effects();
  acknowledges = false;
  book.exited(key, code(0), t0);
  BOOST_CHECK_EQUAL(effects(), "FINISHED");
  book.tell_again(t0);
  BOOST_CHECK_EQUAL(effects(), "FINISHED");
  book.acknowledge({last.framework, last.agent, last.task, last.sequence}, t0);
  book.tell_again(t0);
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(another_exit_code_is_a_failure_that_names_it) {
  run();
  book.exited(key, code(3), t0);
  effects();
  BOOST_CHECK(last.state == task_state::failed);
  BOOST_CHECK(last.reason == task_reason::command_executor_failed);
  BOOST_CHECK_EQUAL(last.exit_code.value(), 3);
  BOOST_CHECK(!last.signal);
  BOOST_CHECK_EQUAL(last.message, "exited with code 3");
}

BOOST_AUTO_TEST_CASE(a_signal_that_nobody_here_sent_is_a_failure) {
  run();
  book.exited(key, signal_of(SIGKILL), t0);
  effects();
  BOOST_CHECK(last.state == task_state::failed);
  BOOST_CHECK_EQUAL(last.signal.value(), SIGKILL);
  BOOST_CHECK(!last.exit_code);
}

BOOST_AUTO_TEST_CASE(what_cannot_start_has_failed_with_the_reason) {
  launch();
  book.start_failed(key, "no such command", t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING, FAILED");
  BOOST_CHECK(last.reason == task_reason::container_launch_failed);
  BOOST_CHECK_EQUAL(last.message, "no such command");
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

BOOST_AUTO_TEST_CASE(a_repeated_launch_starts_once) {
  launch();
  launch();
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING");
  book.started(key, t0);
  launch();
  BOOST_CHECK_EQUAL(effects(), "RUNNING");
}

BOOST_AUTO_TEST_CASE(a_launch_that_is_repeated_after_the_end_starts_nothing) {
  run();
  book.exited(key, code(0), t0);
  effects();
  launch();
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(an_exit_before_the_start_is_told_ends_the_task) {
  launch();
  book.exited(key, code(0), t0);
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING, FINISHED");
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

BOOST_AUTO_TEST_CASE(a_task_ends_once) {
  run();
  book.exited(key, code(0), t0);
  book.exited(key, code(1), t0);
  book.start_failed(key, "late", t0);
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING, RUNNING, FINISHED");
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

BOOST_AUTO_TEST_CASE(unknown_tasks_do_nothing) {
  book.started(key, t0);
  book.start_failed(key, "", t0);
  book.exited(key, code(0), t0);
  book.acknowledge({f1, agent_id{"a1"}, key.task, 1}, t0);
  kill(1s, t0);
  BOOST_CHECK_EQUAL(effects(), "");
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

// -- kill -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_kill_asks_first_and_forces_after_the_grace) {
  run();
  effects();
  kill(std::nullopt, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15");
  BOOST_CHECK(book.next_deadline() == t0 + 3s);
  book.expire(t0 + 2999ms);
  BOOST_CHECK_EQUAL(effects(), "");
  book.expire(t0 + 3s);
  BOOST_CHECK_EQUAL(effects(), "signal 9");
  book.expire(t0 + 4s);
  BOOST_CHECK_EQUAL(effects(), "");
  book.exited(key, signal_of(SIGKILL), t0 + 4s);
  BOOST_CHECK_EQUAL(effects(), "KILLED");
}

BOOST_AUTO_TEST_CASE(a_killed_task_is_killed_even_if_it_exits_with_zero) {
  run();
  kill(1s, t0);
  book.exited(key, code(0), t0);
  effects();
  BOOST_CHECK(last.state == task_state::killed);
  BOOST_CHECK_EQUAL(last.exit_code.value(), 0);
}

BOOST_AUTO_TEST_CASE(a_second_kill_shortens_the_grace) {
  run();
  effects();
  kill(std::nullopt, t0);
  kill(100ms, t0 + 1s);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15");
  BOOST_CHECK(book.next_deadline() == t0 + 1100ms);
}

BOOST_AUTO_TEST_CASE(a_second_kill_never_prolongs_the_grace) {
  run();
  effects();
  kill(std::nullopt, t0);
  kill(1h, t0 + 1s);
  effects();
  BOOST_CHECK(book.next_deadline() == t0 + 3s);
}

BOOST_AUTO_TEST_CASE(a_kill_during_the_start_takes_effect_after_it) {
  launch();
  kill(1s, t0);
  kill(2s, t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING");
  book.started(key, t0 + 5s);
  BOOST_CHECK_EQUAL(effects(), "RUNNING, signal 15, KILLING");
  BOOST_CHECK(book.next_deadline() == t0 + 6s);
}

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_end_and_cannot_start_has_failed) {
  launch();
  kill(1s, t0);
  book.start_failed(key, "no such command", t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start, STARTING, FAILED");
  BOOST_CHECK(!book.next_deadline());
}

BOOST_AUTO_TEST_CASE(an_ended_task_is_not_killed) {
  run();
  acknowledges = false;
  book.exited(key, code(0), t0);
  effects();
  kill(1s, t0);
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(a_shutdown_ends_the_tasks_of_one_framework) {
  const task_key other{framework_id{"f2"}, key.task};
  run();
  run(other);
  effects();
  book.shutdown(f1, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15");
  book.exited(key, signal_of(SIGTERM), t0);
  effects();
  BOOST_CHECK(last.reason == task_reason::framework_removed);
  BOOST_CHECK(book.find(other) == entente::task_book::whereabouts::here);
}

// -- the agent's end --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stop_ends_all_tasks_with_its_own_grace) {
  run();
  run({framework_id{"f2"}, key.task});
  effects();
  book.stop(1s, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15, KILLING, signal 15");
  BOOST_CHECK(book.next_deadline() == t0 + 1s);
}

BOOST_AUTO_TEST_CASE(a_stop_shortens_the_grace_of_a_kill) {
  run();
  effects();
  kill(std::nullopt, t0);
  book.stop(1s, t0);
  effects();
  BOOST_CHECK(book.next_deadline() == t0 + 1s);
}

BOOST_AUTO_TEST_CASE(nothing_starts_after_a_stop) {
  book.stop(1s, t0);
  launch();
  BOOST_CHECK_EQUAL(effects(), "STAGING, STARTING, FAILED");
  BOOST_CHECK_EQUAL(last.message, "the agent is stopping");
}

// -- updates ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(updates_wait_for_each_other) {
  acknowledges = false;
  run();
  book.exited(key, code(0), t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING, start");
  acknowledges = true;
  book.acknowledge({f1, agent_id{"a1"}, key.task, 1}, t0);
  BOOST_CHECK_EQUAL(effects(), "STARTING, RUNNING, FINISHED");
}

BOOST_AUTO_TEST_CASE(an_update_is_repeated_until_acknowledged) {
  acknowledges = false;
  launch();
  effects();
  book.expire(t0 + 5s);
  BOOST_CHECK_EQUAL(effects(), "STAGING");
  book.expire(t0 + 15s);
  BOOST_CHECK_EQUAL(effects(), "STAGING");
  acknowledges = true;
  book.expire(t0 + 35s);
  BOOST_CHECK_EQUAL(effects(t0 + 35s), "STAGING, STARTING");
  BOOST_CHECK(!book.next_deadline());
}

BOOST_AUTO_TEST_CASE(an_ended_task_is_remembered_for_a_while) {
  using enum entente::task_book::whereabouts;
  BOOST_CHECK(book.find(key) == unknown);
  run();
  BOOST_CHECK(book.find(key) == here);
  book.exited(key, code(0), t0);
  BOOST_CHECK(book.find(key) == ended);
  effects();
  BOOST_CHECK(book.find(key) == ended);
  for (const auto* other : {"t2", "t3"}) {
    launch({f1, task_id{other}});
    book.start_failed({f1, task_id{other}}, "", t0);
    effects();
  }
  BOOST_CHECK(book.find(key) == unknown);
}

BOOST_AUTO_TEST_CASE(a_task_told_to_end_before_its_process_was_started_is_over_without_one) {
  launch();
  book.kill({key.framework, key.task, std::nullopt}, t0);
  BOOST_CHECK(!book.may_start(key, t0));
  BOOST_CHECK(book.all_ended());
  BOOST_CHECK(book.entries().at(0).last.state == task_state::killed);
  BOOST_CHECK(book.entries().at(0).last.reason == task_reason::task_killed_during_launch);
}

BOOST_AUTO_TEST_CASE(a_task_over_its_memory_has_failed_unless_it_was_told_to_end) {
  launch();
  BOOST_CHECK(book.may_start(key, t0));
  book.started(key, t0);
  book.over_limit(key, {true, 9, false}, task_reason::container_limitation_memory, "64 MB", t0);
  BOOST_CHECK(book.entries().at(0).last.state == task_state::failed);
  BOOST_CHECK(book.entries().at(0).last.reason == task_reason::container_limitation_memory);
  BOOST_CHECK_EQUAL(book.entries().at(0).last.message, "killed by signal SIGKILL (9); 64 MB");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
