// Parts that outlive their agent.
#include "ledger_fixture.hpp"

#include "actors/agent/checkpoint_state.hpp"

namespace entente::test {

namespace {

struct fixture : ledger_fixture {
  /// Writes down what has changed. @returns how many checkpoints that were.
  std::size_t write() {
    std::vector<checkpoint> changes;
    book.take_changes(changes);
    auto count = changes.size();
    for (auto& x : changes)
      written.apply(std::move(x));
    return count;
  }

  /// What is wrong with going on from what was written; empty if nothing.
  std::string restart(const std::vector<task_allocation>& tasks = {}, time_point now = t0,
                      std::string_view capacity = "cpus:4;ports:[31000-31005]") {
    write();
    book = entente::ledger{agent_id{"a1"}, parse(capacity), 3};
    return book.recover(written.parts, tasks, written.revision, now).value_or("");
  }

  checkpoint_state written;
};

const task_allocation in_slot_0{task1, parse("cpus:1"), r1, 0};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_recovery, fixture)

BOOST_AUTO_TEST_CASE(a_part_is_what_it_was) {
  BOOST_REQUIRE_EQUAL(hold_with_ports(2, 2).slots, 2u);
  auto first = confirm(2);
  auto before = book.parts();
  auto sums_before = sums();
  BOOST_CHECK_EQUAL(restart(), "");
  BOOST_CHECK(book.parts() == before);
  BOOST_CHECK_EQUAL(sums(), sums_before);
  BOOST_CHECK(confirm(2) == first);
  BOOST_CHECK(confirm(3).refusal == stale);
}

BOOST_AUTO_TEST_CASE(holds_are_gone) {
  hold(2);
  BOOST_CHECK_EQUAL(restart(), "");
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
  BOOST_CHECK(confirm(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(an_unused_part_has_its_whole_time_again) {
  grant(1);
  BOOST_CHECK_EQUAL(restart({}, t0 + 59s), "");
  BOOST_CHECK(book.next_deadline() == t0 + 119s);
  book.expire(t0 + 119s);
  BOOST_CHECK_EQUAL(told(), "r1:0");
}

BOOST_AUTO_TEST_CASE(tasks_are_where_they_were) {
  grant(2);
  run(task1, 0);
  allocate(task2, "cpus:2");
  auto sums_before = sums();
  BOOST_CHECK_EQUAL(restart({in_slot_0, {task2, parse("cpus:2"), {}, 0}}), "");
  BOOST_CHECK_EQUAL(sums(), sums_before);
  BOOST_CHECK(!book.next_deadline());
  BOOST_CHECK_EQUAL(run({f1, task_id{"t3"}}, 0, "cpus:0.1"),
                    "it wants cpus:0.1, the slot has none free");
  book.free(task1, t0);
  book.free(task2, t0);
  BOOST_CHECK_EQUAL(sums(), ", cpus:2, cpus:2;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_being_given_back_is_free_after_its_task) {
  grant(2);
  run(task1, 0);
  release();
  told();
  BOOST_CHECK_EQUAL(restart({in_slot_0}), "");
  BOOST_CHECK_EQUAL(run(task2, 0, "cpus:0"), "slot 0 of the grant is being given back");
  book.free(task1, t0);
  BOOST_CHECK_EQUAL(told(), "r1:0");
  BOOST_CHECK(book.parts().empty());
}

BOOST_AUTO_TEST_CASE(a_part_that_has_ended_stays_so) {
  grant(1);
  write();
  release();
  BOOST_CHECK_EQUAL(restart(), "");
  BOOST_CHECK(book.parts().empty());
}

BOOST_AUTO_TEST_CASE(the_agent_may_have_got_more) {
  grant(2);
  BOOST_CHECK_EQUAL(restart({}, t0, "cpus:8;ports:[31000-31005]"), "");
  BOOST_CHECK_EQUAL(sums(), ", cpus:2, cpus:6;ports:[31000-31005]");
}

// -- what is written ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_revision_never_goes_back_and_a_hold_costs_no_write) {
  grant(1);
  BOOST_CHECK_EQUAL(write(), 2u);
  for (int i = 0; i < 1000; ++i) {
    hold(1, r2, t0);
    book.release({r2, {}}, t0);
    hold(1, round_id{"h" + std::to_string(i)}, t0);
    book.release({round_id{"h" + std::to_string(i)}, {}}, t0);
  }
  BOOST_CHECK_EQUAL(write(), 0u);
  auto told_last = book.revision();
  for (int life = 0; life < 3; ++life) {
    BOOST_CHECK_EQUAL(restart(), "");
    BOOST_CHECK_GT(book.revision(), told_last);
    told_last = book.revision();
  }
}

BOOST_AUTO_TEST_CASE(a_ceiling_is_written_before_the_revision_passes_it) {
  for (int i = 0; i < 100'000; ++i) {
    round_id round{"h" + std::to_string(i)};
    book.hold(slots(1, round), t0);
    book.release({round, {}}, t0);
    write();
    BOOST_REQUIRE_LE(book.revision(), written.revision);
  }
}

BOOST_AUTO_TEST_CASE(only_what_has_changed_is_written) {
  grant(1);
  grant(1, r2);
  BOOST_CHECK_EQUAL(write(), 3u);
  run(task1, 0);
  BOOST_CHECK_EQUAL(write(), 1u);
  run(task2, 0, "cpus:0");
  book.free(task1, t0);
  book.vouch(t0 + 1s);
  BOOST_CHECK_EQUAL(write(), 0u);
  release({}, r2);
  BOOST_CHECK_EQUAL(write(), 1u);
}

// -- what contradicts itself ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(parts_that_do_not_fit_are_refused) {
  hold_with_ports(2, 1);
  confirm(2);
  BOOST_CHECK_EQUAL(restart({}, t0, "cpus:1;ports:[31000-31005]"),
                    "part r1: slot 1 takes cpus:1;ports:[31001], the agent has "
                    "ports:[31001-31005] free");
}

BOOST_AUTO_TEST_CASE(a_port_in_two_parts_is_refused) {
  hold_with_ports(1, 1);
  confirm(1);
  write();
  auto twin = written.parts.at(r1);
  twin.part.round = r2;
  written.apply(twin);
  BOOST_CHECK(restart().starts_with("part r2: slot 0 takes cpus:1;ports:[31000]"));
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_there_twice_is_refused) {
  grant(1);
  write();
  auto& part = written.parts.at(r1).part;
  part.slots.push_back(part.slots.at(0));
  BOOST_CHECK_EQUAL(restart(), "part r1: slot 0 is there twice");
}

BOOST_AUTO_TEST_CASE(a_task_without_its_part_is_refused) {
  BOOST_CHECK_EQUAL(restart({in_slot_0}), "task t1 of f1: the grant has no slots here");
}

BOOST_AUTO_TEST_CASE(tasks_that_do_not_fit_are_refused) {
  grant(1);
  BOOST_CHECK_EQUAL(restart({in_slot_0, {task2, parse("cpus:1"), r1, 0}}),
                    "task t2 of f1: it wants cpus:1, the slot has none free");
  BOOST_CHECK_EQUAL(restart({{task2, parse("cpus:4"), {}, 0}}),
                    "task t2 of f1: it wants cpus:4, the agent has cpus:3 free");
}

BOOST_AUTO_TEST_CASE(a_part_without_slots_or_with_one_kept_for_nobody_is_a_broken_book) {
  grant(1);
  write();
  written.parts.at(r1).part.slots.at(0).releasing = true;
  BOOST_CHECK_THROW(restart(), ledger_error);
  written.parts.at(r1).part.slots.clear();
  BOOST_CHECK_THROW(restart(), ledger_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
