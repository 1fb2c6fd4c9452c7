// What executors say of their tasks, and what becomes of it.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "actors/agent/task_book.hpp"
#include "actors/agent/task_runner.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};
const task_key key{f1, task_id{"t1"}};

struct fixture {
  fixture() {
    task_info task;
    task.id = key.task;
    task.executor.emplace().id = executor_id{"e1"};
    book.launch(f1, task, {}, t0);
    book.may_start(key, t0);
    effects();
  }

  void say(task_state state, const std::string& data = {}) {
    book.reported(key, {state, {}, data, {}, {}}, t0);
  }

  /// What is to be done, as text. Updates are acknowledged at once.
  std::string effects() {
    std::string result;
    for (auto next = book.take_effects(); !next.empty(); next = book.take_effects())
      for (const auto& effect : next)
        result += (result.empty() ? "" : ", ") + text_of(effect);
    return result;
  }

  std::string text_of(const agent_effect& effect) {
    if (auto* x = std::get_if<signal_process>(&effect))
      return "signal " + std::to_string(x->signo);
    auto* x = std::get_if<send_update>(&effect);
    if (!x)
      return "start";
    last = x->update;
    book.acknowledge({last.framework, last.agent, last.task, last.sequence}, t0);
    return std::string{to_string(last.state)};
  }

  status_update last;
  entente::task_book book{agent_id{"a1"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(task_book_reports, fixture)

BOOST_AUTO_TEST_CASE(a_task_goes_through_what_its_executor_says) {
  say(task_state::running);
  BOOST_CHECK_EQUAL(book.running(), 1u);
  say(task_state::running, "half");
  say(task_state::finished, "all");
  BOOST_CHECK_EQUAL(effects(), "RUNNING, RUNNING, FINISHED");
  BOOST_CHECK_EQUAL(last.data, "all");
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_deaf_scheduler_is_bounded_in_bytes) {
  say(task_state::running);
  for (char x = 'a'; x <= 'z'; ++x)
    say(task_state::running, std::string(300'000, x));
  say(task_state::finished, "all");
  BOOST_CHECK_EQUAL(effects(), "RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, FINISHED");
}

BOOST_AUTO_TEST_CASE(what_is_said_again_is_dropped) {
  say(task_state::starting);
  say(task_state::running, "half");
  say(task_state::running, "half");
  BOOST_CHECK_EQUAL(effects(), "RUNNING");
}

BOOST_AUTO_TEST_CASE(a_task_that_runs_does_not_start_any_more) {
  say(task_state::running);
  say(task_state::starting, "late");
  BOOST_CHECK_EQUAL(effects(), "RUNNING");
}

BOOST_AUTO_TEST_CASE(a_kill_reaches_an_executor_that_has_said_nothing_yet) {
  book.kill({f1, key.task, 3s}, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15");
  book.expire(t0 + 3s);
  BOOST_CHECK_EQUAL(effects(), "signal 9");
}

BOOST_AUTO_TEST_CASE(after_a_kill_only_the_end_counts) {
  say(task_state::running);
  book.kill({f1, key.task, 3s}, t0);
  say(task_state::running, "half");
  say(task_state::failed, "all");
  BOOST_CHECK_EQUAL(effects(), "RUNNING, signal 15, KILLING, KILLED");
  BOOST_CHECK_EQUAL(last.data, "all");
}

BOOST_AUTO_TEST_CASE(what_finished_before_the_kill_reached_it_has_finished) {
  book.kill({f1, key.task, 3s}, t0);
  say(task_state::finished);
  BOOST_CHECK_EQUAL(effects(), "KILLING, signal 15, FINISHED");
}

BOOST_AUTO_TEST_CASE(a_scheduler_that_does_not_listen_gets_the_end_and_not_everything) {
  for (auto i = 0; i < 1000; ++i)
    say(task_state::running, std::to_string(i));
  say(task_state::finished);
  effects();
  BOOST_CHECK(last.state == task_state::finished);
  BOOST_CHECK_LT(last.sequence, 110u);
}

BOOST_AUTO_TEST_CASE(the_agent_can_end_a_task_instead_of_its_executor) {
  book.reported(
    key, {task_state::failed, "gone", {}, {}, task_reason::executor_registration_timeout}, t0);
  BOOST_CHECK_EQUAL(effects(), "FAILED");
  BOOST_CHECK(last.reason == task_reason::executor_registration_timeout);
}

BOOST_AUTO_TEST_CASE(an_end_is_taken_once) {
  say(task_state::failed);
  say(task_state::finished);
  say(task_state::running);
  BOOST_CHECK_EQUAL(effects(), "FAILED");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
