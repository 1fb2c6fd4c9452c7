// An agent that goes on where an earlier life of it has ended.
#include <boost/test/unit_test.hpp>

#include "actors/agent/agent_book.hpp"
#include "ledger_fixture.hpp"

namespace entente::test {

namespace {

const task_key t1{f1, task_id{"t1"}};

struct fixture {
  static agent_info info() {
    return {agent_id{"a1"}, "", "", parse("cpus:4"), {{"rack", "r1"}}, {}};
  }

  /// Makes a part of two slots.
  confirmed grant() {
    BOOST_REQUIRE_EQUAL(book.answer(ledger_fixture::slots(2), 0, t0).slots, 2u);
    return confirm();
  }

  confirmed confirm() {
    entente::confirm x;
    x.round = r1;
    x.framework = f1;
    x.slots = 2;
    return book.answer(x, t0);
  }

  void launch(const grant_id& on) {
    launch_tasks call;
    call.framework = f1;
    call.grant = on;
    call.tasks.resize(1);
    call.tasks[0].id = t1.task;
    call.tasks[0].limits = parse("cpus:1");
    if (on)
      call.slots = {0};
    book.launch(call, t0);
  }

  void write() {
    for (auto& x : book.take_changes())
      written.apply(std::move(x));
  }

  /// What is wrong with going on from what was written; empty if nothing.
  std::string recover(agent_info now_is = info()) {
    auto made = agent_book::recover({std::move(now_is), 2, "boot2"}, written, t0);
    if (auto* problem = std::get_if<std::string>(&made))
      return *problem;
    book = std::move(std::get<agent_book>(made));
    return "";
  }

  void restart() {
    write();
    BOOST_REQUIRE_EQUAL(recover(), "");
  }

  std::size_t count_starts() {
    std::size_t count = 0;
    for (const auto& effect : book.take_effects())
      count += std::holds_alternative<start_process>(effect) ? 1 : 0;
    return count;
  }

  agent_book book{info(), 1, "boot1"};
  checkpoint_state written;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_recovery, fixture)

BOOST_AUTO_TEST_CASE(an_agent_writes_itself_down_first) {
  auto changes = book.take_changes();
  BOOST_REQUIRE_EQUAL(changes.size(), 1u);
  BOOST_CHECK(std::get<agent_checkpoint>(changes[0]) == (agent_checkpoint{info(), 1, "boot1"}));
  BOOST_CHECK(book.take_changes().empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_has_recovered_writes_down_what_it_is_now) {
  restart();
  write();
  BOOST_CHECK(written.agent == (agent_checkpoint{info(), 2, "boot2"}));
}

BOOST_AUTO_TEST_CASE(the_report_says_whether_the_agent_has_recovered) {
  BOOST_CHECK(!book.report().recovered);
  grant();
  launch(r1);
  auto before = book.report();
  restart();
  auto after = book.report();
  BOOST_CHECK(after.recovered);
  BOOST_CHECK_EQUAL(after.life, 2u);
  BOOST_CHECK_GT(after.revision, before.revision);
  BOOST_CHECK(after.tasks == before.tasks);
  BOOST_CHECK(after.parts == before.parts);
}

BOOST_AUTO_TEST_CASE(a_hold_of_the_earlier_life_is_not_confirmed) {
  book.answer(ledger_fixture::slots(2), 0, t0);
  restart();
  BOOST_CHECK(confirm().refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_confirm_that_is_repeated_after_the_restart_has_the_same_answer) {
  auto first = grant();
  restart();
  BOOST_CHECK(confirm() == first);
}

BOOST_AUTO_TEST_CASE(a_task_keeps_its_room_until_it_is_known_to_be_gone) {
  launch({});
  restart();
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:3"));
  book.recovered_running(t1, t0);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:3"));
  book.exited(t1, {}, t0);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(a_lost_task_leaves_its_slot) {
  grant();
  launch(r1);
  book.started(t1, t0);
  restart();
  book.lost(t1, "gone", t0);
  book.give_back({r1, {}}, t0);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_never_started_starts_in_its_slot) {
  grant();
  launch(r1);
  book.take_effects();
  restart();
  BOOST_CHECK_EQUAL(count_starts(), 0u);
  book.never_started(t1, t0);
  BOOST_CHECK_EQUAL(count_starts(), 1u);
  book.start_failed(t1, "no such command", t0);
  book.give_back({r1, {}}, t0);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_not_started_after_all_leaves_its_room) {
  launch({});
  book.kill({f1, t1.task, std::nullopt}, t0);
  restart();
  book.never_started(t1, t0);
  BOOST_CHECK_EQUAL(count_starts(), 0u);
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_has_got_more_goes_on) {
  launch({});
  write();
  auto more = info();
  more.total = parse("cpus:8;gpus:1");
  BOOST_CHECK_EQUAL(recover(more), "");
  BOOST_CHECK_EQUAL(book.accounts().free(), parse("cpus:7;gpus:1"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_has_got_less_does_not_go_on) {
  write();
  auto less = info();
  less.total = parse("cpus:2");
  BOOST_CHECK(recover(less).starts_with("the agent's resources were cpus:4 and are cpus:2"));
}

BOOST_AUTO_TEST_CASE(checkpoints_of_nobody_are_refused) {
  BOOST_CHECK_EQUAL(recover(), "they do not say which agent they are of");
}

BOOST_AUTO_TEST_CASE(half_a_task_is_refused) {
  launch({});
  write();
  written.tasks.at(t1).launched.reset();
  BOOST_CHECK_EQUAL(recover(), "task t1 of f1: one of its two checkpoints is missing");
}

BOOST_AUTO_TEST_CASE(what_does_not_add_up_is_refused) {
  grant();
  write();
  written.parts.at(r1).part.slots.clear();
  BOOST_CHECK_EQUAL(recover(), "r1 has a part without slots");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
