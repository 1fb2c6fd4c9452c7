// What an agent that stops still promises and still gives back.
#include "actors/agent/agent_book.hpp"

#include "ledger_fixture.hpp"

namespace entente::test {

namespace {

/// An agent of four cpus that holds two slots for the first round.
struct fixture {
  fixture() { BOOST_REQUIRE_EQUAL(ask(r1).slots, 2u); }

  bid ask(const round_id& round) { return book.answer(ledger_fixture::slots(2, round), 0, t0); }

  confirmed confirm(const round_id& round) {
    entente::confirm x;
    x.round = round;
    x.framework = f1;
    x.slots = 2;
    x.members = {{agent_id{"a1"}, 2}};
    return book.answer(x, t0);
  }

  entente::agent_book book{{agent_id{"a1"}, "", "", parse("cpus:4"), {}}, 1};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_stopping, fixture)

BOOST_AUTO_TEST_CASE(an_agent_that_is_stopping_holds_nothing_new) {
  book.stop(1s, t0);
  auto answer = ask(r2);
  BOOST_CHECK(answer.refusal == bid_refusal::draining);
  BOOST_CHECK_EQUAL(answer.round, r2);
  BOOST_CHECK_EQUAL(answer.agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(answer.slots, 0u);
  BOOST_CHECK_EQUAL(book.accounts().sums().held, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_stopping_confirms_nothing_that_it_holds) {
  book.stop(1s, t0);
  auto answer = confirm(r1);
  BOOST_CHECK(answer.refusal == bid_refusal::draining);
  BOOST_CHECK_EQUAL(answer.round, r1);
  BOOST_CHECK(book.report().parts.empty());
}

BOOST_AUTO_TEST_CASE(a_part_from_before_the_stop_is_reported_and_can_be_given_back) {
  BOOST_REQUIRE(confirm(r1).refusal == bid_refusal::none);
  book.stop(1s, t0);
  BOOST_CHECK_EQUAL(book.report().parts.size(), 1u);
  book.give_back({r1, {}}, t0);
  BOOST_CHECK_EQUAL(book.take_released().size(), 1u);
  BOOST_CHECK(book.report().parts.empty());
}

// The agent says it all at once when it leaves, though it says one after the other before.
BOOST_AUTO_TEST_CASE(what_is_not_acknowledged_is_known_in_order) {
  launch_tasks call{f1, {{}}, {}, {}, "*"};
  call.tasks[0].id = task_id{"t"};
  call.tasks[0].argv = {"true"};
  book.launch(call, t0);
  task_key key{f1, task_id{"t"}};
  BOOST_REQUIRE(book.may_start(key, t0));
  book.started(key, t0);
  book.stop(1s, t0);
  auto updates = book.tasks().unacknowledged();
  BOOST_REQUIRE_EQUAL(updates.size(), 4u);
  for (std::size_t i = 0; i < updates.size(); ++i)
    BOOST_CHECK_EQUAL(updates[i].sequence, i + 1);
  BOOST_CHECK(updates[2].state == task_state::running);
  BOOST_CHECK(updates[3].state == task_state::killing);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
