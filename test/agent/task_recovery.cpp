// Tasks that outlive their agent: what is written down of them, and how they go on.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "actors/agent/checkpoint_state.hpp"
#include "actors/agent/task_book.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};
const task_key key{f1, task_id{"t1"}};

constexpr runtime::exit_status code(int x) {
  return {.signaled = false, .code = x};
}

struct fixture {
  void launch(const task_key& which = key) {
    task_info task;
    task.id = which.task;
    task.argv = {"true"};
    task.kill_grace = 3s;
    book.launch(which.framework, task, {}, t0);
  }

  void run(const task_key& which = key) {
    launch(which);
    book.started(which, t0);
  }

  void acknowledge(std::uint64_t sequence) {
    book.acknowledge({f1, agent_id{"a1"}, key.task, sequence}, t0);
  }

  void kill(std::optional<std::chrono::milliseconds> grace = {}) {
    book.kill({f1, key.task, grace}, t0);
  }

  /// Writes down what has changed. @returns how many checkpoints that were.
  std::size_t write() {
    std::vector<checkpoint> changes;
    book.take_changes(changes);
    auto count = changes.size();
    for (auto& x : changes)
      written.apply(std::move(x));
    return count;
  }

  /// The agent dies after it has written everything down; a new one reads it. All that was told to
  /// somebody is acknowledged from now on.
  void restart(time_point now = t0) {
    write();
    restart_from_disk(now);
  }

  void restart_from_disk(time_point now = t0) {
    book = entente::task_book{agent_id{"a1"}, 2};
    for (const auto& [which, task] : written.tasks)
      BOOST_REQUIRE(!book.recover(*task.launched, *task.progress, now));
    for (const auto& which : written.forgotten)
      book.recover(task_forgotten{which.framework, which.task});
  }

  /// As text: `recover`, `start`, `signal 15`, `RUNNING 3`; updates are acknowledged at once.
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
    if (auto* x = std::get_if<send_update>(&effect)) {
      last = x->update;
      if (acknowledges)
        book.acknowledge({last.framework, last.agent, last.task, last.sequence}, t0);
      return std::string{to_string(last.state)} + ' ' + std::to_string(last.sequence);
    }
    return std::holds_alternative<recover_process>(effect) ? "recover" : "start";
  }

  bool acknowledges = true;
  status_update last;
  checkpoint_state written;
  entente::task_book book{agent_id{"a1"}, 2};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(task_recovery, fixture)

// -- a task that runs -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_that_runs_on_is_asked_for_and_nothing_is_said_of_it) {
  run();
  effects();
  restart();
  BOOST_CHECK_EQUAL(effects(), "recover");
  BOOST_CHECK_EQUAL(book.awaited(), 1u);
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "");
  BOOST_CHECK_EQUAL(book.running(), 1u);
  BOOST_CHECK_EQUAL(book.awaited(), 0u);
  book.exited(key, code(0), t0);
  BOOST_CHECK_EQUAL(effects(), "FINISHED 4");
}

BOOST_AUTO_TEST_CASE(a_task_that_has_ended_meanwhile_is_reported_with_its_status) {
  run();
  effects();
  restart();
  book.exited(key, code(3), t0);
  BOOST_CHECK_EQUAL(effects(), "recover, FAILED 4");
  BOOST_CHECK_EQUAL(last.exit_code.value(), 3);
  BOOST_CHECK_EQUAL(book.awaited(), 0u);
  BOOST_CHECK_EQUAL(book.running(), 0u);
}

BOOST_AUTO_TEST_CASE(a_task_of_which_nobody_knows_has_failed) {
  run();
  effects();
  restart();
  book.lost(key, "the machine was restarted", t0);
  BOOST_CHECK_EQUAL(effects(), "recover, FAILED 4");
  BOOST_CHECK(last.reason == task_reason::executor_terminated);
  BOOST_CHECK_EQUAL(last.message, "the machine was restarted");
}

BOOST_AUTO_TEST_CASE(only_the_first_answer_counts) {
  run();
  effects();
  restart();
  book.recovered_running(key, t0);
  book.recovered_running(key, t0);
  book.never_started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover");
  BOOST_CHECK_EQUAL(book.running(), 1u);
}

BOOST_AUTO_TEST_CASE(a_task_may_be_lost_while_its_agent_lives) {
  run();
  kill();
  run({f1, task_id{"t2"}});
  effects();
  book.lost({f1, task_id{"t2"}}, "its supervisor is gone", t0);
  BOOST_CHECK_EQUAL(effects(), "FAILED 4");
  book.lost(key, "its supervisor is gone", t0);
  BOOST_CHECK_EQUAL(effects(), "KILLED 5");
  BOOST_CHECK_EQUAL(book.running(), 0u);
  BOOST_CHECK(!book.next_deadline());
}

BOOST_AUTO_TEST_CASE(a_task_that_this_life_has_launched_is_not_asked_for) {
  launch();
  book.never_started(key, t0);
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "STAGING 1, start, STARTING 2");
}

// -- a start that was interrupted -------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_that_was_never_started_is_started) {
  launch();
  effects();
  restart();
  book.never_started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover, start");
  book.started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING 3");
}

BOOST_AUTO_TEST_CASE(running_is_said_once_for_each_start) {
  launch();
  write();
  book.started(key, t0);  // Not written down, so nobody was told.
  restart_from_disk();
  effects();
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING 3");
  restart();
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover");
}

BOOST_AUTO_TEST_CASE(what_was_started_is_not_started_again_whatever_the_runner_says) {
  run();
  effects();
  restart();
  book.never_started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover, FAILED 4");
  BOOST_CHECK(last.reason == task_reason::executor_terminated);
}

BOOST_AUTO_TEST_CASE(a_launch_that_is_repeated_after_the_restart_starts_nothing) {
  run();
  effects();
  restart();
  launch();
  BOOST_CHECK_EQUAL(effects(), "recover");
}

BOOST_AUTO_TEST_CASE(
  a_launch_of_a_forgotten_task_that_is_repeated_after_the_restart_starts_nothing) {
  run();
  book.exited(key, code(0), t0);
  effects();
  restart();
  launch();
  BOOST_CHECK_EQUAL(effects(), "");
  BOOST_CHECK(book.find(key) == entente::task_book::whereabouts::ended);
}

BOOST_AUTO_TEST_CASE(so_many_forgotten_tasks_are_remembered_as_without_a_restart) {
  using enum entente::task_book::whereabouts;
  for (const auto* name : {"t3", "t2", "t1"}) {
    launch({f1, task_id{name}});
    book.abandon({f1, task_id{name}}, t0);
    book.start_failed({f1, task_id{name}}, "", t0);
  }
  restart();
  BOOST_CHECK(book.find({f1, task_id{"t3"}}) == unknown);
  BOOST_CHECK(book.find({f1, task_id{"t2"}}) == ended);
  BOOST_CHECK(book.find(key) == ended);
}

// -- kill -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_end_is_told_again_with_its_grace_from_now) {
  run();
  kill();
  effects();
  restart(t0 + 1h);
  book.recovered_running(key, t0 + 1h);
  BOOST_CHECK_EQUAL(effects(), "recover, signal 15");
  BOOST_CHECK(book.next_deadline() == t0 + 1h + 3s);
  book.expire(t0 + 1h + 3s);
  BOOST_CHECK_EQUAL(effects(), "signal 9");
  book.exited(key, code(0), t0 + 1h + 3s);
  BOOST_CHECK_EQUAL(effects(), "KILLED 5");
}

BOOST_AUTO_TEST_CASE(a_grace_that_was_shortened_stays_short) {
  run();
  kill();
  kill(100ms);
  effects();
  restart();
  book.recovered_running(key, t0);
  BOOST_CHECK(book.next_deadline() == t0 + 100ms);
}

BOOST_AUTO_TEST_CASE(a_kill_while_it_is_not_known_what_runs_takes_effect_then) {
  run();
  effects();
  restart();
  kill();
  BOOST_CHECK_EQUAL(effects(), "recover");
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLING 4, signal 15");
}

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_end_and_is_lost_is_killed) {
  run();
  book.shutdown(f1, t0);
  effects();
  restart();
  book.lost(key, "gone", t0);
  BOOST_CHECK_EQUAL(effects(), "recover, KILLED 5");
  BOOST_CHECK(last.reason == task_reason::framework_removed);
}

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_end_before_it_was_started_is_not_started) {
  launch();
  kill();
  effects();
  restart();
  book.never_started(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover, KILLED 3");
  BOOST_CHECK(last.reason == task_reason::task_killed_during_launch);
}

BOOST_AUTO_TEST_CASE(an_abandoned_task_is_ended_and_nothing_is_said_of_it) {
  run();
  effects();
  book.abandon(key, t0);
  restart();
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "recover, signal 15");
  book.exited(key, code(0), t0);
  BOOST_CHECK_EQUAL(effects(), "");
  BOOST_CHECK(book.entries().empty());
}

// -- updates ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_was_not_acknowledged_is_sent_again_at_once_and_in_order) {
  acknowledges = false;
  run();
  book.exited(key, code(0), t0);
  effects();
  acknowledge(1);
  restart(t0 + 1h);
  BOOST_CHECK_EQUAL(effects(), "STARTING 2");
  BOOST_CHECK(book.next_deadline() == t0 + 1h + 5s);
  acknowledges = true;
  acknowledge(2);
  BOOST_CHECK_EQUAL(effects(), "RUNNING 3, FINISHED 4");
  BOOST_CHECK(book.entries().empty());
}

BOOST_AUTO_TEST_CASE(the_newest_update_is_known_when_all_are_acknowledged) {
  run();
  effects();
  auto before = book.entries();
  restart();
  BOOST_CHECK(book.entries() == before);
  BOOST_CHECK(book.entries().at(0).last.state == task_state::running);
}

// -- what is written ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_is_written_once_and_its_progress_when_it_changes) {
  run({f1, task_id{"other"}});
  run();
  BOOST_CHECK_EQUAL(write(), 4u);
  BOOST_CHECK_EQUAL(write(), 0u);
  acknowledge(1);
  BOOST_CHECK_EQUAL(write(), 1u);
  acknowledge(1);
  book.expire(t0 + 1h);
  BOOST_CHECK_EQUAL(write(), 0u);
}

BOOST_AUTO_TEST_CASE(all_that_is_kept_is_what_all_changes_come_to) {
  run({f1, task_id{"other"}});
  write();
  run();
  kill();
  write();
  checkpoint_state all;
  std::vector<checkpoint> checkpoints;
  book.add_checkpoints(checkpoints);
  for (auto& x : checkpoints)
    all.apply(std::move(x));
  BOOST_CHECK(all == written);
}

// -- what contradicts itself ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(updates_that_contradict_each_other_are_refused) {
  acknowledges = false;
  run();
  book.exited(key, code(0), t0);
  write();
  const auto& task = written.tasks.at(key);
  auto problem = [&](auto change) {
    auto progress = *task.progress;
    change(progress);
    return entente::task_book{agent_id{"a1"}}.recover(*task.launched, progress, t0).value_or("");
  };
  BOOST_CHECK_EQUAL(problem([](auto&) {}), "");
  BOOST_CHECK_EQUAL(problem([](auto& x) { x.waiting.erase(x.waiting.begin() + 1); }),
                    "update 2 is missing");
  BOOST_CHECK_EQUAL(problem([](auto& x) { x.waiting.pop_back(); }),
                    "its newest update is not the last that waits");
  BOOST_CHECK_EQUAL(problem([](auto& x) { x.last.sequence = x.waiting.back().sequence = 3; }),
                    "its updates are miscounted");
  BOOST_CHECK_EQUAL(problem([](auto& x) { x.waiting.clear(), x.last.sequence = 0; }),
                    "its updates are miscounted");
  BOOST_CHECK_EQUAL(problem([](auto& x) { x.waiting.at(0).state = task_state::killed; }),
                    "it goes on after its end");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
