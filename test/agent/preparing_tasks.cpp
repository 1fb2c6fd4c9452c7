// Tasks for which something is fetched before they begin.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "actors/agent/checkpoint_state.hpp"
#include "actors/agent/task_book.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const task_key key{framework_id{"f1"}, task_id{"t1"}};

struct fixture {
  /// Launched, and what it needs is being fetched.
  fixture() {
    task_info task;
    task.id = key.task;
    task.argv = {"true"};
    task.kill_grace = 3s;
    task.artifacts = {{"/a"}};
    book.launch(key.framework, task, {}, t0);
    BOOST_REQUIRE_EQUAL(effects(), "STAGING, start, STARTING");
    BOOST_REQUIRE(book.may_start(key, t0));
  }

  void kill() { book.kill({key.framework, key.task, std::nullopt}, t0); }

  /// The agent dies and comes back.
  void restart() {
    std::vector<checkpoint> changes;
    book.take_changes(changes);
    for (auto& x : changes)
      written.apply(std::move(x));
    book = entente::task_book{agent_id{"a1"}, 2};
    for (const auto& [which, task] : written.tasks)
      BOOST_REQUIRE(!book.recover(*task.launched, *task.progress, t0));
  }

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
    if (std::holds_alternative<recover_process>(effect))
      return "recover";
    auto* x = std::get_if<send_update>(&effect);
    if (!x)
      return "start";
    last = x->update;
    book.acknowledge({last.framework, last.agent, last.task, last.sequence}, t0);
    return std::string{to_string(last.state)};
  }

  entente::task_book book{agent_id{"a1"}, 2};
  checkpoint_state written;
  status_update last;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(preparing_tasks, fixture)

BOOST_AUTO_TEST_CASE(one_that_is_killed_is_told_at_once) {
  kill();
  BOOST_CHECK_EQUAL(effects(), "signal 15");
  book.start_failed(key, "it was told to end", t0);
  BOOST_CHECK_EQUAL(effects(), "KILLED");
  BOOST_CHECK(last.reason == task_reason::task_killed_during_launch);
  BOOST_CHECK(!book.next_deadline());
}

BOOST_AUTO_TEST_CASE(one_that_does_not_end_is_killed_after_its_grace_period) {
  kill();
  effects();
  book.expire(t0 + 3s);
  BOOST_CHECK_EQUAL(effects(), "signal 9");
}

BOOST_AUTO_TEST_CASE(one_that_begins_all_the_same_is_ended_as_others_are) {
  kill();
  effects();
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING, signal 15, KILLING");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_fetched_is_told) {
  book.start_failed(key, "no such file", t0);
  BOOST_CHECK_EQUAL(effects(), "FAILED");
  BOOST_CHECK(last.reason == task_reason::container_launch_failed);
  BOOST_CHECK_EQUAL(last.message, "no such file");
}

BOOST_AUTO_TEST_CASE(after_a_restart_it_runs_only_when_it_has_begun) {
  restart();
  BOOST_CHECK_EQUAL(effects(), "recover");
  book.recovered_preparing(key, t0);
  BOOST_CHECK_EQUAL(book.awaited(), 0u);
  BOOST_CHECK_EQUAL(effects(), "");
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING");
  BOOST_CHECK_EQUAL(book.running(), 1u);
}

BOOST_AUTO_TEST_CASE(after_a_restart_it_is_told_again_to_end) {
  kill();
  restart();
  effects();
  book.recovered_preparing(key, t0);
  BOOST_CHECK_EQUAL(effects(), "signal 15");
}

BOOST_AUTO_TEST_CASE(one_that_was_not_found_preparing_is_not_started_twice) {
  restart();
  effects();
  book.recovered_preparing(key, t0);
  book.never_started(key, t0);
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
