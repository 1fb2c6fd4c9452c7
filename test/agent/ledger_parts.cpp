// What becomes of the slots of grants, and of tasks in and outside of them.
#include "ledger_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(ledger_parts, ledger_fixture)

// -- release ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_released_hold_is_free_and_nobody_is_told) {
  hold(2);
  BOOST_CHECK_EQUAL(release(), 0u);
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
  BOOST_CHECK_EQUAL(told(), "");
}

BOOST_AUTO_TEST_CASE(a_solicit_and_a_confirm_after_the_release_are_stale) {
  hold(2);
  release();
  BOOST_CHECK(hold(2).refusal == stale);
  BOOST_CHECK(confirm(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_release_that_overtakes_its_solicit_wins) {
  release();
  BOOST_CHECK(hold(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_released_part_is_free_and_the_master_is_told) {
  grant(2);
  release();
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
  auto words = book.take_released();
  BOOST_REQUIRE_EQUAL(words.size(), 1u);
  BOOST_CHECK(words[0] == (released{agent_id{"a1"}, r1, {0, 1}, book.revision()}));
  BOOST_CHECK_EQUAL(told(), "");
  BOOST_CHECK(hold(1).refusal == stale);
  BOOST_CHECK(confirm(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(some_slots_of_a_part_can_be_released) {
  grant(3);
  release({0, 2});
  BOOST_CHECK_EQUAL(told(), "r1:0,2");
  BOOST_CHECK_EQUAL(book.parts().at(0).slots.at(0).index, 1u);
  BOOST_CHECK_EQUAL(sums(), ", cpus:1, cpus:3;ports:[31000-31005]");
  BOOST_CHECK(confirm(3).refusal == none);
  release({1});
  BOOST_CHECK(book.parts().empty());
}

BOOST_AUTO_TEST_CASE(slots_that_are_not_there_are_reported_as_released) {
  grant(1);
  release({5, 7, 5});
  BOOST_CHECK_EQUAL(told(), "r1:5,7");
  BOOST_CHECK_EQUAL(book.parts().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_release_that_comes_twice_is_answered_twice) {
  grant(2);
  release();
  release();
  release({1});
  BOOST_CHECK_EQUAL(told(), "r1:0,1 r1: r1:1");
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(slots_named_in_the_release_of_a_hold_are_answered) {
  hold(2);
  release({0});
  auto words = book.take_released();
  BOOST_REQUIRE_EQUAL(words.size(), 1u);
  BOOST_CHECK_EQUAL(list(words[0].slots), "0");
  BOOST_CHECK_EQUAL(words[0].revision, book.revision());
  BOOST_CHECK_EQUAL(book.sums().held, resources{});
}

BOOST_AUTO_TEST_CASE(a_slot_with_a_task_is_free_when_the_task_has_ended) {
  grant(2);
  run(task1, 0);
  BOOST_CHECK(book.release({r1, {}}, t0) == std::vector{task1});
  BOOST_CHECK_EQUAL(told(), "r1:1");
  BOOST_CHECK(book.parts().at(0).slots == (std::vector<held_slot>{{0, {}, true}}));
  BOOST_CHECK_EQUAL(sums(), ", cpus:1, cpus:3;ports:[31000-31005]");
  book.free(task1, t0);
  auto words = book.take_released();
  BOOST_REQUIRE_EQUAL(words.size(), 1u);
  BOOST_CHECK(words[0] == (released{agent_id{"a1"}, r1, {0}, book.revision()}));
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_slot_is_free_only_after_the_last_of_its_tasks) {
  grant(1);
  run(task1, 0, "cpus:0.5");
  run(task2, 0, "cpus:0.5");
  BOOST_CHECK_EQUAL(release(), 2u);
  BOOST_CHECK_EQUAL(release(), 2u);
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(told(), "");
  book.free(task2, t0);
  BOOST_CHECK_EQUAL(told(), "r1:0");
}

BOOST_AUTO_TEST_CASE(a_part_that_is_on_its_way_out_is_not_confirmed_again) {
  grant(1);
  run(task1, 0);
  release();
  BOOST_CHECK(confirm(1).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_framework_that_is_gone_loses_holds_and_parts) {
  hold(1);
  grant(1, r2);
  run(task1, 0, "cpus:1", r2);
  grant(1, r3);
  book.hold(slots(1, round_id{"r4"}, f2), t0);
  BOOST_CHECK(book.release_all(f1, t0) == std::vector{task1});
  BOOST_CHECK_EQUAL(told(), "r3:0");
  BOOST_CHECK_EQUAL(sums(), "cpus:1, cpus:1, cpus:2;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(nothing_is_said_of_the_expired_holds_of_a_framework_that_is_gone) {
  hold(1);
  book.release_all(f1, t0 + 2s);
  BOOST_CHECK_EQUAL(told(), "");
}

BOOST_AUTO_TEST_CASE(only_the_newest_ended_rounds_are_remembered) {
  for (const auto* round : {"e1", "e2", "e3", "e2", "e4"})
    release({}, round_id{round});
  BOOST_CHECK(hold(1, round_id{"e1"}).refusal == none);
  BOOST_CHECK(hold(1, round_id{"e2"}).refusal == stale);
  BOOST_CHECK(hold(1, round_id{"e4"}).refusal == stale);
}

// -- tasks ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_outside_of_grants_takes_its_limits) {
  BOOST_CHECK_EQUAL(allocate(task1, "cpus:3;ports:[31002]"), "");
  BOOST_CHECK_EQUAL(sums(), ", cpus:3;ports:[31002], cpus:1;ports:[31000-31001,31003-31005]");
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_task_that_does_not_fit_is_told_what_is_short) {
  hold(3);
  BOOST_CHECK_EQUAL(allocate(task1, "cpus:2;ports:[31000]"),
                    "it wants cpus:2, the agent has cpus:1 free");
  BOOST_CHECK_EQUAL(allocate(task1, "cpus:1;gpus:1"), "it wants gpus:1, the agent has none free");
  BOOST_CHECK_EQUAL(allocate(task1, "cpus:1;ports:[30999-31001]"),
                    "it wants ports:[30999-31001], the agent has ports:[31000-31001] free");
  BOOST_CHECK_EQUAL(allocate(task1, "disks:{sda}"),
                    "it wants disks:{sda}, the agent has none free");
  BOOST_CHECK_EQUAL(sums(), "cpus:3, , cpus:1;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_task_is_there_once) {
  grant(1);
  allocate(task1, "cpus:1");
  BOOST_CHECK_EQUAL(allocate(task1, "cpus:1"), "a task of this id is here already");
  BOOST_CHECK_EQUAL(run(task1, 0), "a task of this id is here already");
  BOOST_CHECK_EQUAL(allocate({f2, task1.task}, "cpus:1"), "");
}

BOOST_AUTO_TEST_CASE(a_task_that_is_freed_twice_gives_back_once) {
  allocate(task1, "cpus:1");
  allocate(task2, "cpus:1");
  book.free(task1, t0);
  auto revision = book.revision();
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(book.revision(), revision);
  BOOST_CHECK_EQUAL(book.sums().allocated, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_task_in_a_slot_takes_nothing_more_of_the_agent) {
  grant(1);
  BOOST_CHECK_EQUAL(run(task1, 0), "");
  BOOST_CHECK_EQUAL(sums(), ", cpus:1, cpus:3;ports:[31000-31005]");
  BOOST_CHECK(book.parts().at(0).used);
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(sums(), ", cpus:1, cpus:3;ports:[31000-31005]");
  BOOST_CHECK(book.parts().at(0).used);
}

BOOST_AUTO_TEST_CASE(a_slot_takes_tasks_as_long_as_they_fit) {
  grant(2);
  BOOST_CHECK_EQUAL(run(task1, 0, "cpus:0.7"), "");
  BOOST_CHECK_EQUAL(run(task2, 0, "cpus:0.4"), "it wants cpus:0.4, the slot has cpus:0.3 free");
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(run(task2, 0, "cpus:1"), "");
  book.check();
}

BOOST_AUTO_TEST_CASE(a_task_may_name_the_ports_of_its_slot_and_no_others) {
  hold_with_ports(2, 1);
  confirm(2);
  BOOST_CHECK_EQUAL(run(task1, 0, "cpus:1;ports:[31001]"),
                    "it wants ports:[31001], the slot has none free");
  BOOST_CHECK_EQUAL(run(task1, 1, "cpus:1;ports:[31001]"), "");
}

BOOST_AUTO_TEST_CASE(a_task_for_a_slot_that_is_not_there_is_refused) {
  grant(1);
  BOOST_CHECK_EQUAL(run(task1, 0, "cpus:1", r2), "the grant has no slots here");
  BOOST_CHECK_EQUAL(run(task1, 1), "the grant has no slot 1 here");
  BOOST_CHECK_EQUAL(run({f2, task1.task}, 0), "the grant is of another framework");
  run(task1, 0, "cpus:0.5");
  release();
  BOOST_CHECK_EQUAL(run(task2, 0, "cpus:0.5"), "slot 0 of the grant is being given back");
}

BOOST_AUTO_TEST_CASE(a_task_does_not_run_on_a_hold) {
  hold(1);
  BOOST_CHECK_EQUAL(run(task1, 0), "the grant has no slots here");
}

BOOST_AUTO_TEST_CASE(slots_and_tasks_outside_of_grants_count_as_used) {
  grant(2);
  run(task1, 0);
  allocate(task2, "cpus:1");
  hold(1, r2);
  BOOST_CHECK_EQUAL(book.used_by(f1), 3u);
  BOOST_CHECK_EQUAL(book.used_by(f2), 0u);
}

// -- time -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_part_that_nobody_uses_ends) {
  grant(2);
  BOOST_CHECK(book.next_deadline() == t0 + 60s);
  book.expire(t0 + 59'999ms);
  BOOST_CHECK_EQUAL(told(), "");
  book.expire(t0 + 60s);
  BOOST_CHECK_EQUAL(told(), "r1:0,1");
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
  BOOST_CHECK(confirm(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_part_with_tasks_does_not_end) {
  grant(2);
  run(task1, 0);
  BOOST_CHECK(!book.next_deadline());
  book.expire(t0 + 1h);
  BOOST_CHECK_EQUAL(book.parts().size(), 1u);
}

BOOST_AUTO_TEST_CASE(the_clock_starts_again_with_the_last_task) {
  grant(2);
  run(task1, 0);
  run(task2, 1);
  book.free(task1, t0 + 100s);
  BOOST_CHECK(!book.next_deadline());
  book.free(task2, t0 + 200s);
  BOOST_CHECK(book.next_deadline() == t0 + 260s);
}

BOOST_AUTO_TEST_CASE(a_master_that_knows_the_parts_renews_them) {
  grant(1);
  grant(1, r2);
  run(task1, 0);
  auto revision = book.revision();
  book.vouch(t0 + 30s);
  BOOST_CHECK(book.next_deadline() == t0 + 90s);
  BOOST_CHECK_EQUAL(book.revision(), revision);
  book.expire(t0 + 90s);
  BOOST_CHECK_EQUAL(told(), "r2:0");
}

BOOST_AUTO_TEST_CASE(the_nearest_of_all_deadlines_is_next) {
  grant(1);
  hold(1, r2, t0 + 1s);
  BOOST_CHECK(book.next_deadline() == t0 + 3s);
  book.vouch(t0);
  book.expire(t0 + 3s);
  BOOST_CHECK(book.next_deadline() == t0 + 60s);
}

BOOST_AUTO_TEST_CASE(extreme_timeouts_do_not_overflow) {
  hold(1);
  entente::confirm x;
  x.round = r1;
  x.slots = 1;
  x.unused_timeout = std::chrono::milliseconds::max();
  book.confirm(x, t0);
  BOOST_CHECK(book.next_deadline() == t0 + 24h * 365);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
