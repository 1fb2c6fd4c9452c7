// In order, one at a time, until acknowledged.
#include "actors/agent/update_stream.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

status_update in(task_state state) {
  status_update result;
  result.state = state;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(update_stream)

BOOST_AUTO_TEST_CASE(the_first_update_is_sent_at_once_as_number_one) {
  entente::update_stream stream;
  auto sent = stream.push(in(task_state::staging), t0);
  BOOST_REQUIRE(sent);
  BOOST_CHECK_EQUAL(sent->sequence, 1u);
}

BOOST_AUTO_TEST_CASE(the_next_waits_for_the_acknowledgement) {
  entente::update_stream stream;
  stream.push(in(task_state::staging), t0);
  BOOST_CHECK(!stream.push(in(task_state::running), t0));
  auto next = stream.acknowledge(1, t0);
  BOOST_REQUIRE(next);
  BOOST_CHECK(next->state == task_state::running);
  BOOST_CHECK_EQUAL(next->sequence, 2u);
  BOOST_CHECK(!stream.acknowledge(2, t0));
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_of_something_else_changes_nothing) {
  entente::update_stream stream;
  stream.push(in(task_state::staging), t0);
  stream.push(in(task_state::running), t0);
  BOOST_CHECK(!stream.acknowledge(0, t0));
  BOOST_CHECK(!stream.acknowledge(2, t0));
  BOOST_CHECK(stream.acknowledge(1, t0));
  BOOST_CHECK(!stream.acknowledge(1, t0));
  BOOST_CHECK(stream.next_deadline());
}

BOOST_AUTO_TEST_CASE(what_is_not_acknowledged_is_repeated_with_growing_pauses) {
  entente::update_stream stream;
  stream.push(in(task_state::staging), t0);
  auto now = t0;
  for (auto pause : {5s, 10s, 20s, 40s, 60s, 60s}) {
    BOOST_CHECK(stream.next_deadline() == now + pause);
    BOOST_CHECK(!stream.repeat(now + pause - 1ms));
    now += pause;
    auto again = stream.repeat(now);
    BOOST_REQUIRE(again);
    BOOST_CHECK_EQUAL(again->sequence, 1u);
  }
}

BOOST_AUTO_TEST_CASE(the_next_update_starts_with_a_short_pause) {
  entente::update_stream stream;
  stream.push(in(task_state::staging), t0);
  stream.push(in(task_state::running), t0);
  stream.repeat(t0 + 5s);
  stream.acknowledge(1, t0 + 6s);
  BOOST_CHECK(stream.next_deadline() == t0 + 11s);
}

BOOST_AUTO_TEST_CASE(it_is_done_when_the_terminal_update_is_acknowledged) {
  entente::update_stream stream;
  stream.push(in(task_state::running), t0);
  stream.acknowledge(1, t0);
  BOOST_CHECK(!stream.done());
  BOOST_CHECK(!stream.next_deadline());
  stream.push(in(task_state::finished), t0);
  BOOST_CHECK(!stream.done());
  stream.acknowledge(2, t0);
  BOOST_CHECK(stream.done());
  BOOST_CHECK(!stream.repeat(t0 + 1h));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
