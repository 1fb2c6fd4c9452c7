// Tasks that start together or not at all, and end together, on their agent.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <map>
#include <string>

#include "actors/agent/agent_book.hpp"
#include "actors/agent/checkpoint_state.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};

constexpr runtime::exit_status code(int x) {
  return {.signaled = false, .code = x};
}
constexpr runtime::exit_status signal_of(int x) {
  return {.signaled = true, .code = x};
}

task_key key(const std::string& id) {
  return {f1, task_id{id}};
}

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

task_info member(const std::string& id, std::string_view limits = "cpus:1") {
  task_info x;
  x.id = task_id{id};
  x.argv = {"true"};
  x.limits = parse(limits);
  x.group = "g";
  return x;
}

struct fixture {
  static agent_info info() {
    agent_info x;
    x.id = agent_id{"a1"};
    x.total = parse("cpus:4;mem:1000");
    return x;
  }

  void launch(std::vector<task_info> tasks) { book.launch({f1, std::move(tasks)}, t0); }

  /// Launched, and their processes run.
  void run(const std::vector<std::string>& ids) {
    std::vector<task_info> tasks;
    for (const auto& id : ids)
      tasks.push_back(member(id));
    launch(std::move(tasks));
    for (const auto& id : ids)
      book.started(key(id), t0);
    look();
  }

  /// What is to be done, as `start a, KILLING b, signal 15 b`. Updates are acknowledged at once.
  std::string look() {
    std::string text;
    auto add = [&](const std::string& x) { text += (text.empty() ? "" : ", ") + x; };
    for (auto next = book.take_effects(); !next.empty(); next = book.take_effects())
      for (const auto& effect : next) {
        if (const auto* x = std::get_if<send_update>(&effect)) {
          add(std::string{to_string(x->update.state)} + ' ' + x->update.task.str());
          last[x->update.task.str()] = x->update;
          book.acknowledge({f1, x->update.agent, x->update.task, x->update.sequence}, t0);
        } else if (const auto* y = std::get_if<signal_process>(&effect)) {
          add("signal " + std::to_string(y->signo) + ' ' + y->key.task.str());
        } else if (const auto* z = std::get_if<start_process>(&effect)) {
          add("start " + z->key.task.str());
        }
      }
    return text;
  }

  void write() {
    for (auto& x : book.take_changes())
      written.apply(std::move(x));
  }

  /// The agent dies after it has written everything down; a new one reads it.
  void restart() {
    write();
    auto next = agent_book::recover({info(), 2, {}}, written, t0);
    BOOST_REQUIRE(std::holds_alternative<agent_book>(next));
    book = std::get<agent_book>(std::move(next));
  }

  std::string state_of(const std::string& id) { return std::string{to_string(last[id].state)}; }

  entente::agent_book book{info(), 1};
  checkpoint_state written;
  std::map<std::string, status_update> last;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tasks_of_a_group, fixture)

// -- starting -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_group_starts_as_a_whole) {
  launch({member("a"), member("b")});
  auto effects = look();
  BOOST_CHECK(effects.find("start a") != effects.npos);
  BOOST_CHECK(effects.find("start b") != effects.npos);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:2;mem:1000"));
}

BOOST_AUTO_TEST_CASE(a_group_that_does_not_fit_takes_nothing) {
  launch({member("a", "cpus:3"), member("b", "cpus:2")});
  BOOST_CHECK_EQUAL(look(), "DROPPED a, DROPPED b");
  BOOST_CHECK(last["a"].message.starts_with("task \"b\" of its group: "));
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4;mem:1000"));
  book.accounts().check();
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_leaves_others_of_the_call_alone) {
  auto own = member("own");
  own.group.clear();
  launch({member("a", "cpus:3"), own, member("b", "cpus:2")});
  look();
  BOOST_CHECK_EQUAL(state_of("own"), "STARTING");
}

BOOST_AUTO_TEST_CASE(a_repeated_launch_of_a_group_changes_nothing) {
  run({"a", "b"});
  launch({member("a"), member("b")});
  BOOST_CHECK_EQUAL(look(), "");
  book.exited(key("a"), code(0), t0);
  look();
  launch({member("a"), member("b")});
  BOOST_CHECK_EQUAL(look(), "LOST a");  // Its end was acknowledged: there is no such task any more.
}

BOOST_AUTO_TEST_CASE(a_group_of_the_same_name_has_to_wait_until_the_first_has_ended) {
  run({"a", "b"});
  launch({member("c")});
  BOOST_CHECK_EQUAL(look(), "DROPPED c");
  book.exited(key("a"), code(0), t0);
  book.exited(key("b"), code(0), t0);
  look();
  launch({member("d")});
  look();
  BOOST_CHECK_EQUAL(state_of("d"), "STARTING");
}

BOOST_AUTO_TEST_CASE(when_one_cannot_start_the_others_end) {
  launch({member("a"), member("b"), member("c")});
  look();
  book.started(key("a"), t0);
  look();
  book.start_failed(key("b"), "no such command", t0);
  BOOST_CHECK_EQUAL(look(), "KILLING a, signal 15 a, FAILED b");
  BOOST_CHECK(!book.may_start(key("c"), t0));
  BOOST_CHECK_EQUAL(look(), "KILLED c");
  BOOST_CHECK(last["c"].reason == task_reason::task_killed_during_launch);
  book.exited(key("a"), signal_of(SIGTERM), t0);
  look();
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4;mem:1000"));
}

// -- ending -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(when_one_fails_the_others_are_killed_and_say_why) {
  run({"a", "b"});
  book.exited(key("a"), code(3), t0);
  BOOST_CHECK_EQUAL(look(), "KILLING b, signal 15 b, FAILED a");
  auto why = std::string{"task \"a\" of its group has ended: FAILED (exited with code 3)"};
  BOOST_CHECK_EQUAL(last["b"].message, why);
  BOOST_CHECK(last["b"].reason == task_reason::task_group_invalid);
  book.exited(key("b"), signal_of(SIGTERM), t0);
  BOOST_CHECK_EQUAL(look(), "KILLED b");
  BOOST_CHECK(last["b"].message.starts_with(why + "; "));
  BOOST_CHECK(last["b"].reason == task_reason::task_group_invalid);
}

BOOST_AUTO_TEST_CASE(when_one_finishes_the_others_go_on) {
  run({"a", "b"});
  book.exited(key("a"), code(0), t0);
  BOOST_CHECK_EQUAL(look(), "FINISHED a");
  book.exited(key("b"), code(0), t0);
  BOOST_CHECK_EQUAL(look(), "FINISHED b");
}

BOOST_AUTO_TEST_CASE(a_kill_of_one_kills_all) {
  run({"a", "b"});
  book.kill({f1, task_id{"a"}, {}}, t0);
  BOOST_CHECK_EQUAL(look(), "KILLING a, signal 15 a, KILLING b, signal 15 b");
  BOOST_CHECK_EQUAL(last["b"].message, "task \"a\" of its group was told to end");
  BOOST_CHECK(last["b"].reason == task_reason::none);
  book.kill({f1, task_id{"a"}, {}}, t0);
  BOOST_CHECK_EQUAL(look(), "");
  book.exited(key("a"), signal_of(SIGTERM), t0);
  book.exited(key("b"), signal_of(SIGTERM), t0);
  BOOST_CHECK_EQUAL(look(), "KILLED a, KILLED b");
}

BOOST_AUTO_TEST_CASE(a_kill_with_less_time_holds_for_all) {
  run({"a", "b"});
  book.kill({f1, task_id{"a"}, {}}, t0);
  look();
  book.kill({f1, task_id{"a"}, 0ms}, t0);
  book.expire(t0);
  BOOST_CHECK_EQUAL(look(), "signal 9 a, signal 9 b");
}

BOOST_AUTO_TEST_CASE(a_kill_of_one_that_has_ended_kills_nobody) {
  run({"a", "b"});
  book.exited(key("a"), code(0), t0);
  book.kill({f1, task_id{"a"}, {}}, t0);
  BOOST_CHECK_EQUAL(look(), "FINISHED a");
}

BOOST_AUTO_TEST_CASE(groups_of_other_names_and_frameworks_are_left_alone) {
  run({"a"});
  auto other = member("o");
  other.group = "h";
  auto own = member("own");
  own.group.clear();
  launch({other, own});
  book.launch({framework_id{"f2"}, {member("x")}}, t0);
  book.started({framework_id{"f2"}, task_id{"x"}}, t0);
  book.started(key("o"), t0);
  look();
  book.exited(key("a"), code(1), t0);
  BOOST_CHECK_EQUAL(look(), "FAILED a");
}

BOOST_AUTO_TEST_CASE(tasks_without_a_group_end_alone) {
  auto a = member("a");
  auto b = member("b");
  a.group.clear();
  b.group.clear();
  launch({a, b});
  look();
  book.start_failed(key("a"), "no such command", t0);
  BOOST_CHECK_EQUAL(look(), "FAILED a");
}

// -- over the lives of an agent ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_group_is_one_in_the_next_life_too) {
  run({"a", "b"});
  restart();
  book.recovered_running(key("a"), t0);
  book.recovered_running(key("b"), t0);
  look();
  book.exited(key("a"), code(3), t0);
  BOOST_CHECK_EQUAL(look(), "KILLING b, signal 15 b, FAILED a");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_found_at_the_start_ends_the_others) {
  run({"a", "b"});
  restart();
  look();
  book.exited(key("a"), code(3), t0);
  BOOST_CHECK_EQUAL(look(), "FAILED a");
  book.recovered_running(key("b"), t0);
  BOOST_CHECK_EQUAL(look(), "KILLING b, signal 15 b");
}

BOOST_AUTO_TEST_CASE(what_a_group_was_killed_for_is_said_in_the_next_life) {
  run({"a", "b"});
  book.exited(key("a"), code(3), t0);
  look();
  restart();
  book.recovered_running(key("b"), t0);
  look();
  book.exited(key("b"), signal_of(SIGKILL), t0);
  BOOST_CHECK_EQUAL(look(), "KILLED b");
  BOOST_CHECK(last["b"].reason == task_reason::task_group_invalid);
  BOOST_CHECK(last["b"].message.starts_with("task \"a\" of its group has ended: FAILED"));
}

BOOST_AUTO_TEST_CASE(a_launch_that_is_repeated_to_the_next_life_changes_nothing) {
  run({"a", "b"});
  restart();
  book.recovered_running(key("a"), t0);
  book.recovered_running(key("b"), t0);
  look();
  launch({member("a"), member("b")});
  BOOST_CHECK_EQUAL(look(), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
