// What an agent promises to rounds, and that it is never more than it has.
#include "ledger_fixture.hpp"

#include <limits>

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(ledger, ledger_fixture)

// -- holds ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_hold_takes_what_was_asked_for) {
  auto x = hold(3);
  BOOST_CHECK_EQUAL(x.round, r1);
  BOOST_CHECK_EQUAL(x.agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(x.slots, 3u);
  BOOST_CHECK_EQUAL(x.score, 0u);
  BOOST_CHECK(x.refusal == none);
  BOOST_CHECK_EQUAL(sums(), "cpus:3, , cpus:1;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(fewer_slots_are_held_if_no_more_fit) {
  BOOST_CHECK_EQUAL(hold(9).slots, 4u);
}

BOOST_AUTO_TEST_CASE(an_agent_without_room_refuses_at_once) {
  hold(4);
  auto x = hold(1, r2);
  BOOST_CHECK_EQUAL(x.slots, 0u);
  BOOST_CHECK(x.refusal == bid_refusal::no_room);
}

BOOST_AUTO_TEST_CASE(a_round_without_room_may_ask_again) {
  hold(4);
  hold(1, r2);
  release();
  BOOST_CHECK_EQUAL(hold(1, r2).slots, 1u);
}

BOOST_AUTO_TEST_CASE(a_round_that_asks_twice_holds_once_and_hears_the_same) {
  auto first = hold_with_ports(2, 1);
  auto revision = book.revision();
  BOOST_CHECK(hold_with_ports(2, 1) == first);
  BOOST_CHECK(hold_with_ports(4, 0) == first);
  BOOST_CHECK_EQUAL(book.revision(), revision);
  BOOST_CHECK_EQUAL(book.sums().held, parse("cpus:2;ports:[31000-31001]"));
}

BOOST_AUTO_TEST_CASE(asking_twice_does_not_prolong_the_lease) {
  hold(2);
  hold(2, r1, t0 + 1s);
  BOOST_CHECK(book.next_deadline() == t0 + 2s);
}

BOOST_AUTO_TEST_CASE(an_expired_hold_frees_its_slots) {
  hold(4);
  book.expire(t0 + 2s);
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
  BOOST_CHECK(!book.next_deadline());
  BOOST_CHECK_EQUAL(told(), "");
}

BOOST_AUTO_TEST_CASE(a_hold_lives_until_its_lease_is_over) {
  hold(4);
  book.expire(t0 + 1999ms);
  BOOST_CHECK_EQUAL(book.sums().held, parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(an_expired_hold_is_no_obstacle_even_before_it_was_looked_for) {
  hold(4);
  BOOST_CHECK_EQUAL(hold(4, r2, t0 + 2s).slots, 4u);
}

BOOST_AUTO_TEST_CASE(a_round_whose_hold_has_expired_gets_no_other) {
  hold(1);
  BOOST_CHECK(hold(1, r1, t0 + 2s).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_slot_without_limits_is_refused) {
  auto x = slots(1);
  x.limits = {};
  x.ports = 1;
  BOOST_CHECK(book.hold(x, t0).refusal == bid_refusal::no_room);
}

BOOST_AUTO_TEST_CASE(no_slots_are_refused) {
  BOOST_CHECK(hold(0).refusal == bid_refusal::no_room);
}

BOOST_AUTO_TEST_CASE(what_the_agent_does_not_have_is_refused) {
  auto x = slots(1);
  x.limits = parse("cpus:1;gpus:1");
  BOOST_CHECK(book.hold(x, t0).refusal == bid_refusal::no_room);
}

BOOST_AUTO_TEST_CASE(extreme_wishes_do_not_overflow) {
  entente::ledger large{agent_id{"a1"}, parse("cpus:1000000000000")};
  auto x = slots(std::numeric_limits<std::uint32_t>::max());
  x.limits = parse("cpus:0.001");
  x.lease = std::chrono::milliseconds::max();
  BOOST_CHECK_EQUAL(large.hold(x, t0).slots, max_claim_slots);
  BOOST_CHECK(large.next_deadline() == t0 + 1h);
  x.round = r2;
  x.ports = std::numeric_limits<std::uint32_t>::max();
  BOOST_CHECK(large.hold(x, t0).refusal == bid_refusal::no_ports);
  x.round = r3;
  x.ports = 0;
  x.limits.set_milli("cpus", std::numeric_limits<std::int64_t>::max());
  BOOST_CHECK(large.hold(x, t0).refusal == bid_refusal::no_room);
}

BOOST_AUTO_TEST_CASE(a_lease_below_zero_is_over_at_once) {
  auto x = slots(1);
  x.lease = std::chrono::milliseconds::min();
  book.hold(x, t0);
  book.expire(t0);
  BOOST_CHECK_EQUAL(book.sums().held, resources{});
}

BOOST_AUTO_TEST_CASE(a_slot_that_names_items_is_there_once) {
  auto x = slots(2);
  x.limits = parse("cpus:1;ports:[31001]");
  BOOST_CHECK_EQUAL(book.hold(x, t0).slots, 1u);
  BOOST_CHECK(confirm(1).refusal == none);
  BOOST_CHECK_EQUAL(sums(), ", cpus:1;ports:[31001], cpus:3;ports:[31000,31002-31005]");
  release();
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
}

// -- ports ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_slot_gets_the_smallest_free_ports) {
  BOOST_CHECK_EQUAL(list(hold_with_ports(1, 1).ports), "31000");
  BOOST_CHECK_EQUAL(list(hold_with_ports(2, 2, r2).ports), "31001,31002,31003,31004");
  release();
  BOOST_CHECK_EQUAL(list(hold_with_ports(1, 2, r3).ports), "31000,31005");
  BOOST_CHECK_EQUAL(sums(), "cpus:3;ports:[31000-31005], , cpus:1");
}

BOOST_AUTO_TEST_CASE(ports_limit_how_many_slots_are_held) {
  auto x = hold_with_ports(4, 4);
  BOOST_CHECK_EQUAL(x.slots, 1u);
  BOOST_CHECK_EQUAL(list(x.ports), "31000,31001,31002,31003");
  BOOST_CHECK_EQUAL(sums(), "cpus:1;ports:[31000-31003], , cpus:3;ports:[31004-31005]");
}

BOOST_AUTO_TEST_CASE(a_slot_that_fits_but_for_its_ports_is_refused_for_them) {
  BOOST_CHECK(hold_with_ports(1, 7).refusal == bid_refusal::no_ports);
}

BOOST_AUTO_TEST_CASE(ports_that_the_limits_name_are_not_given_again) {
  auto x = slots(2);
  x.limits = parse("cpus:1;ports:[31000]");
  x.ports = 1;
  BOOST_CHECK_EQUAL(list(book.hold(x, t0).ports), "31001");
  BOOST_CHECK_EQUAL(sums(), "cpus:1;ports:[31000-31001], , cpus:3;ports:[31002-31005]");
}

BOOST_AUTO_TEST_CASE(the_ports_of_slots_that_are_not_confirmed_are_free) {
  hold_with_ports(2, 2);
  confirm(1);
  BOOST_CHECK_EQUAL(list(book.parts().at(0).slots.at(0).ports), "31000,31001");
  BOOST_CHECK_EQUAL(sums(), ", cpus:1;ports:[31000-31001], cpus:3;ports:[31002-31005]");
}

// -- confirm ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_confirm_keeps_the_first_slots_and_frees_the_others) {
  hold(3);
  auto x = confirm(2);
  BOOST_CHECK(x == (confirmed{r1, agent_id{"a1"}, none, book.revision()}));
  BOOST_CHECK_EQUAL(sums(), ", cpus:2, cpus:2;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_part_tells_all_of_its_grant) {
  hold_with_ports(2, 1);
  confirm(2);
  grant_part expected;
  expected.round = r1;
  expected.framework = f1;
  expected.claim = claim_id{"c1"};
  expected.slot_class = "small";
  expected.limits = parse("cpus:1");
  expected.slots = {{0, {31000}, false}, {1, {31001}, false}};
  expected.members = {{agent_id{"a1"}, 2}, {agent_id{"a2"}, 7}};
  expected.role = "eng/ads";
  expected.preemptible = true;
  BOOST_CHECK(book.parts() == std::vector{expected});
}

BOOST_AUTO_TEST_CASE(a_hold_that_is_confirmed_twice_is_allocated_once) {
  hold(2);
  auto first = confirm(2);
  hold(1, r2);
  BOOST_CHECK(confirm(2) == first);
  BOOST_CHECK_EQUAL(book.sums().allocated, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(a_confirm_after_the_lease_is_stale) {
  hold(2);
  BOOST_CHECK(confirm(2, r1, t0 + 2s).refusal == stale);
  BOOST_CHECK_EQUAL(sums(), ", , cpus:4;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_confirm_in_the_last_moment_counts) {
  hold(2);
  BOOST_CHECK(confirm(2, r1, t0 + 1999ms).refusal == none);
  book.expire(t0 + 3s);
  BOOST_CHECK_EQUAL(sums(), ", cpus:2, cpus:2;ports:[31000-31005]");
}

BOOST_AUTO_TEST_CASE(a_confirm_of_more_than_is_held_is_stale) {
  hold(2);
  BOOST_CHECK(confirm(3).refusal == stale);
  BOOST_CHECK(confirm(0).refusal == stale);
  BOOST_CHECK_EQUAL(sums(), "cpus:2, , cpus:2;ports:[31000-31005]");
  confirm(1);
  BOOST_CHECK(confirm(2).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_confirm_of_an_unknown_round_is_stale) {
  BOOST_CHECK(confirm(1).refusal == stale);
}

BOOST_AUTO_TEST_CASE(a_solicit_of_a_round_that_is_confirmed_is_stale) {
  grant(1);
  BOOST_CHECK(hold(1).refusal == stale);
}

// -- revisions --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_change_counts_and_nothing_else_does) {
  auto before = book.revision();
  auto changes = [&] {
    auto last = std::exchange(before, book.revision());
    return last != before;
  };
  hold(2);
  BOOST_CHECK(changes());
  hold(1, r2);
  BOOST_CHECK(changes());
  confirm(3);
  BOOST_CHECK(!changes());
  confirm(2);
  BOOST_CHECK(changes());
  confirm(2);
  BOOST_CHECK(!changes());
  run(task1, 0);
  BOOST_CHECK(changes());
  run(task1, 0);
  BOOST_CHECK(!changes());
  release({0});
  BOOST_CHECK(changes());
  release({0});
  BOOST_CHECK(!changes());
  book.free(task1, t0);
  BOOST_CHECK(changes());
  book.expire(t0 + 1s);
  BOOST_CHECK(!changes());
  book.expire(t0 + 2s);
  BOOST_CHECK(changes());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
