// What health checks do to a task: its updates, and its end.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "actors/agent/task_book.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};
const task_key key{f1, task_id{"t1"}};
constexpr auto reason = task_reason::task_health_check_status_updated;
constexpr auto why = "its health check has failed 3 times one after the other: no answer";

struct fixture {
  void launch() {
    task_info task;
    task.id = key.task;
    task.argv = {"true"};
    task.kill_grace = 3s;
    task.health.emplace();
    book.launch(f1, task, {}, t0);
  }

  void run() {
    launch();
    book.started(key, t0);
    effects();
  }

  /// What is to be done, as text; updates are acknowledged at once.
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
    if (acknowledges)
      acknowledge();
    return std::string{to_string(last.state)} + ' ' + std::string{to_string(last.health)};
  }

  void acknowledge() { book.acknowledge({f1, last.agent, key.task, last.sequence}, t0); }

  /// The book of the agent's next life.
  task_book next_life() {
    std::vector<checkpoint> written;
    book.add_checkpoints(written);
    task_book result{agent_id{"a1"}};
    BOOST_REQUIRE(!result.recover(std::get<task_launched>(written.at(0)),
                                  std::get<task_progress>(written.at(1)), t0));
    return result;
  }

  bool acknowledges = true;
  status_update last;
  task_book book{agent_id{"a1"}};
};

constexpr runtime::exit_status sigterm{.signaled = true, .code = SIGTERM};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(unhealthy_tasks, fixture)

BOOST_AUTO_TEST_CASE(a_change_of_health_is_an_update_of_a_running_task) {
  run();
  BOOST_CHECK(last.health == task_health::unknown);
  book.health_changed(key, task_health::healthy, "answered", t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING healthy");
  BOOST_CHECK(last.reason == reason);
  BOOST_CHECK_EQUAL(last.message, "answered");
  book.health_changed(key, task_health::unhealthy, "no answer", t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING unhealthy");
  BOOST_CHECK_EQUAL(book.running(), 1u);
}

BOOST_AUTO_TEST_CASE(what_was_said_before_is_not_said_again) {
  run();
  book.health_changed(key, task_health::healthy, "", t0);
  book.health_changed(key, task_health::healthy, "", t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING healthy");
}

BOOST_AUTO_TEST_CASE(a_task_is_as_well_as_it_was_until_it_ends) {
  run();
  book.health_changed(key, task_health::healthy, "", t0);
  book.kill({f1, key.task, std::nullopt}, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING healthy, signal 15, KILLING healthy");
  book.exited(key, sigterm, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLED ");
  BOOST_CHECK(last.reason == task_reason::none);
}

BOOST_AUTO_TEST_CASE(an_unhealthy_task_is_killed_with_its_grace_and_says_why) {
  run();
  book.kill_unhealthy(key, why, t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING unhealthy, signal 15, KILLING unhealthy");
  BOOST_CHECK_EQUAL(last.message, why);
  BOOST_CHECK(book.next_deadline() == t0 + 3s);
  book.exited(key, sigterm, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLED unhealthy");
  BOOST_CHECK(last.reason == reason);
  BOOST_CHECK_EQUAL(last.message, std::string{why} + "; killed by signal SIGTERM (15)");
  BOOST_CHECK_EQUAL(last.signal.value(), SIGTERM);
}

BOOST_AUTO_TEST_CASE(one_that_was_called_unhealthy_before_says_at_its_end_how_often) {
  run();
  book.health_changed(key, task_health::unhealthy, "no answer", t0);
  book.kill_unhealthy(key, why, t0);
  book.exited(key, {.signaled = false, .code = 0}, t0);
  effects();
  BOOST_CHECK(last.state == task_state::killed);
  BOOST_CHECK_EQUAL(last.message, std::string{why} + "; exited with code 0");
}

BOOST_AUTO_TEST_CASE(the_end_is_told_by_the_next_life_of_the_agent_too) {
  run();
  book.kill_unhealthy(key, why, t0);
  effects();
  auto book_then = next_life();
  std::swap(book, book_then);
  book.take_effects();
  book.recovered_running(key, t0);
  BOOST_CHECK_EQUAL(effects(), "signal 15");
  book.exited(key, sigterm, t0);
  BOOST_CHECK_EQUAL(effects(), "KILLED unhealthy");
  BOOST_CHECK_EQUAL(last.message, std::string{why} + "; killed by signal SIGTERM (15)");
}

BOOST_AUTO_TEST_CASE(a_task_that_is_found_running_says_only_what_is_new) {
  run();
  book.health_changed(key, task_health::healthy, "", t0);
  effects();
  auto book_then = next_life();
  std::swap(book, book_then);
  book.recovered_running(key, t0);
  book.health_changed(key, task_health::healthy, "", t0);
  book.take_effects();
  book.health_changed(key, task_health::unhealthy, "", t0);
  BOOST_CHECK_EQUAL(effects(), "RUNNING unhealthy");
}

BOOST_AUTO_TEST_CASE(of_a_task_that_does_not_run_no_health_is_told) {
  book.health_changed(key, task_health::healthy, "", t0);
  book.kill_unhealthy(key, why, t0);
  launch();
  effects();
  book.health_changed(key, task_health::healthy, "", t0);
  book.kill_unhealthy(key, why, t0);
  BOOST_CHECK_EQUAL(effects(), "");
}

BOOST_AUTO_TEST_CASE(of_a_task_that_was_told_to_end_no_health_is_told) {
  run();
  book.kill({f1, key.task, std::nullopt}, t0);
  effects();
  book.health_changed(key, task_health::unhealthy, "", t0);
  book.kill_unhealthy(key, why, t0);
  BOOST_CHECK_EQUAL(effects(), "");
  book.exited(key, sigterm, t0);
  effects();
  BOOST_CHECK(last.reason == task_reason::none);
  BOOST_CHECK_EQUAL(last.message, "killed by signal SIGTERM (15)");
}

BOOST_AUTO_TEST_CASE(of_health_that_changes_quicker_than_it_is_acknowledged_the_newest_is_told) {
  run();
  acknowledges = false;
  for (auto i = 0; i <= 1'000; ++i)
    book.health_changed(key, i % 2 == 0 ? task_health::healthy : task_health::unhealthy,
                        std::to_string(i), t0);
  acknowledges = true;
  effects();
  acknowledge();
  std::size_t updates = 0;
  for (auto text = effects(); !text.empty(); text = effects())
    updates += static_cast<std::size_t>(std::count(text.begin(), text.end(), 'R'));
  BOOST_CHECK_LT(updates, 20u);
  BOOST_CHECK_EQUAL(last.message, "1000");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
