// Who is offered what, and that nothing is lost or made.
#include "actors/allocator/fair_allocator.hpp"

#include <set>

#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

allocator_options with_min_offer(std::string_view least) {
  allocator_options x;
  x.min_offer = parse(least);
  return x;
}

const account mine{f1, "*"};
const account yours{f2, "*"};

/// With one agent.
struct fixture : allocator_fixture {
  fixture() { add_agent(a1, "cpus:4;mem:1024"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fair_allocator, fixture)

// -- offers -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_frameworks_nothing_is_planned) {
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(all_that_is_free_is_planned_for_one) {
  revive(f1);
  turns();
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  BOOST_CHECK((last[0] == offer_plan{mine, a1, parse("cpus:4;mem:1024"), {}}));
}

BOOST_AUTO_TEST_CASE(ports_and_sets_are_offered_with_the_scalars) {
  add_agent(a2, "cpus:1;ports:[1-9];disks:{sda}");
  revive(f1);
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:4;mem:1024 f1:cpus:1;ports:[1-9];disks:{sda}");
}

BOOST_AUTO_TEST_CASE(what_is_planned_is_not_planned_again) {
  revive(f1);
  BOOST_CHECK_EQUAL(turns(), "f1:a1");
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(nothing_is_planned_when_nothing_has_changed) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
  BOOST_CHECK_EQUAL(turns(t0 + 4s), "");
}

BOOST_AUTO_TEST_CASE(an_agent_that_came_while_nobody_wanted_it_is_planned_later) {
  turns();
  add_agent(a2, "cpus:1");
  turns();
  revive(f1);
  BOOST_CHECK_EQUAL(turns(), "f1:a1 f1:a2");
}

BOOST_AUTO_TEST_CASE(what_comes_back_is_planned_at_the_next_call) {
  revive(f1);
  turns();
  book.give_back(mine, a1, parse("cpus:1"));
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:1");
}

BOOST_AUTO_TEST_CASE(only_agents_that_have_changed_are_planned) {
  add_agent(a2, "cpus:4");
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  add_agent(a3, "cpus:1");
  BOOST_CHECK_EQUAL(turns(), "f1:a3");
}

BOOST_AUTO_TEST_CASE(the_smallest_share_is_served_agent_by_agent) {
  add_agent(a2, "cpus:1;mem:10");
  add_agent(a3, "cpus:1;mem:10");
  revive(f1);
  revive(f2);
  BOOST_CHECK_EQUAL(turns(), "f1:a1 f2:a2 f2:a3");
}

BOOST_AUTO_TEST_CASE(frameworks_of_equal_shares_take_turns) {
  revive(f1);
  revive(f2);
  for (const auto* expected : {"f1:a1", "f2:a1", "f1:a1", "f2:a1"}) {
    BOOST_CHECK_EQUAL(turns(), expected);
    give_back_all();
  }
}

BOOST_AUTO_TEST_CASE(who_keeps_every_offer_and_uses_none_is_not_first_forever) {
  add_agent(a2, "cpus:4;mem:1024");
  revive(f1);
  revive(f2);
  std::set<std::string> seen;
  for (int i = 0; i < 4; ++i) {
    turns();
    // f1 hoards until its offers time out, f2 answers at once.
    for (const auto& x : last)
      if (x.to.framework == f2) {
        seen.insert(x.agent.str());
        book.give_back(x.to, x.agent, x.available, t0 + 5s);
      }
    for (const auto& x : last)
      if (x.to.framework == f1)
        book.give_back(x.to, x.agent, x.available);
  }
  BOOST_CHECK_EQUAL(seen.size(), 2u);
}

BOOST_AUTO_TEST_CASE(suppressing_and_reviving_brings_nobody_to_the_front) {
  revive(f1);
  revive(f2);
  revive(f3);
  for (const auto* expected : {"f1:a1", "f2:a1", "f3:a1", "f2:a1", "f3:a1"}) {
    BOOST_CHECK_EQUAL(turns(), expected);
    give_back_all();
    book.suppress(f1, {"*"});
    revive(f1);
  }
}

BOOST_AUTO_TEST_CASE(what_is_left_after_a_task_goes_to_who_has_less) {
  revive(f1);
  turns();
  book.give_back(mine, a1, parse("cpus:3;mem:1000"));
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:3;mem:1000");
}

// -- least offers -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_too_little_is_not_offered) {
  allocator_fixture x{with_min_offer("cpus:0.5;mem:100")};
  x.add_agent(a1, "cpus:0.4;mem:99;disk:1000");
  x.revive(f1);
  BOOST_CHECK_EQUAL(x.turns(), "");
}

BOOST_AUTO_TEST_CASE(enough_of_one_scalar_is_enough) {
  allocator_fixture x{with_min_offer("cpus:0.5;mem:100")};
  x.add_agent(a1, "cpus:0.1;mem:100");
  x.revive(f1);
  BOOST_CHECK_EQUAL(x.offers(), "f1:cpus:0.1;mem:100");
}

BOOST_AUTO_TEST_CASE(too_little_becomes_enough_when_more_comes_back) {
  allocator_fixture x{with_min_offer("cpus:1")};
  x.add_agent(a1, "cpus:4");
  x.revive(f1);
  x.turns();
  x.book.give_back(mine, a1, parse("cpus:0.6"));
  BOOST_CHECK_EQUAL(x.offers(), "");
  x.book.give_back(mine, a1, parse("cpus:0.6"));
  BOOST_CHECK_EQUAL(x.offers(), "f1:cpus:1.2");
}

// -- agents -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_removed_agent_takes_back_nothing) {
  revive(f1);
  turns();
  book.remove_agent(a1);
  BOOST_CHECK_EQUAL(charged("*"), resources{});
  give_back_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_back_has_its_total_and_no_filters) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  add_agent(a1, "cpus:2");
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:2");
}

BOOST_AUTO_TEST_CASE(what_an_earlier_life_had_is_not_given_back_to_a_later_one) {
  revive(f1);
  turns();
  auto earlier = last;
  book.hold(a1, parse("cpus:1"));
  add_agent(a1, "cpus:4");
  book.take({f2, "*"}, a1, parse("cpus:4"));
  book.give_back(mine, a1, earlier[0].available);
  book.unhold(a1, parse("cpus:1"));
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(unknown_ids_do_nothing) {
  revive(f1);
  book.remove_agent(a2);
  book.suppress(f2, {"*", "eng"});
  book.take(mine, a2, parse("cpus:1"));
  book.give_back(mine, a2, parse("cpus:1"), t0 + 5s);
  book.give_back({f2, "eng"}, a1, parse("cpus:1"), t0 + 5s);
  book.hold(a2, parse("cpus:1"));
  book.unhold(a2, parse("cpus:1"));
  book.unexpect({f2, "eng"}, parse("cpus:1"));
  BOOST_CHECK(book.reserve(a2, "eng", parse("cpus:1")));
  BOOST_CHECK(book.unreserve(a2, "eng", parse("cpus:1")));
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:4;mem:1024");
  BOOST_CHECK(!book.tree().find_role("eng"));
}

// -- the books ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_taken_is_charged_and_not_offered) {
  book.take({f2, "eng"}, a1, parse("cpus:3"));
  revive(f1);
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:1;mem:1024");
  BOOST_CHECK_EQUAL(charged("eng"), parse("cpus:3"));
}

BOOST_AUTO_TEST_CASE(nobody_gives_back_more_than_it_has) {
  book.take(mine, a1, parse("cpus:1"));
  book.take({f2, "*"}, a1, parse("cpus:3"));
  book.give_back(mine, a1, parse("cpus:4;mem:10"));
  revive(f3);
  BOOST_CHECK_EQUAL(offers(), "f3:cpus:1;mem:1024");
}

BOOST_AUTO_TEST_CASE(ports_alone_are_taken_and_given_back_too) {
  add_agent(a2, "cpus:1;ports:[1-9]");
  book.take(mine, a2, parse("ports:[1-3]"));
  BOOST_CHECK(!book.tree().find_role("*"));
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:4;mem:1024 f2:cpus:1;ports:[4-9]");
  book.give_back(mine, a2, parse("ports:[1-3]"));
  BOOST_CHECK_EQUAL(offers(), "f2:ports:[1-3]");
}

BOOST_AUTO_TEST_CASE(an_agent_may_give_more_than_it_has) {
  book.take(mine, a1, parse("cpus:6"));
  revive(f2);
  BOOST_CHECK_EQUAL(offers(), "f2:mem:1024");
  book.give_back(mine, a1, parse("cpus:3"));
  BOOST_CHECK_EQUAL(offers(), "f2:cpus:1");
}

BOOST_AUTO_TEST_CASE(what_a_round_holds_is_charged_to_nobody_and_not_offered) {
  revive(f1);
  book.hold(a1, parse("cpus:3"));
  BOOST_CHECK_EQUAL(charged("*"), resources{});
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:1;mem:1024");
  book.unhold(a1, parse("cpus:3"));
  BOOST_CHECK_EQUAL(offers(), "f1:cpus:3");
}

BOOST_AUTO_TEST_CASE(what_a_round_is_to_get_counts_for_its_share) {
  book.expect(mine, parse("cpus:3"));
  revive(f1);
  revive(f2);
  BOOST_CHECK_EQUAL(turns(), "f2:a1");
  give_back_all(t0 + 5s);
  book.unexpect(mine, parse("cpus:3"));
  BOOST_CHECK_EQUAL(charged("*"), resources{});
}

// -- set aside ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(nothing_of_agents_set_aside_is_planned) {
  add_agent(a2, "cpus:1");
  revive(f1);
  book.set_aside({a1});
  BOOST_CHECK_EQUAL(turns(), "f1:a2");
  book.set_aside({a2});
  BOOST_CHECK_EQUAL(turns(), "f1:a1");
}

BOOST_AUTO_TEST_CASE(what_came_back_while_an_agent_was_aside_is_planned_afterwards) {
  revive(f1);
  turns();
  book.set_aside({a1});
  give_back_all();
  BOOST_CHECK_EQUAL(turns(), "");
  book.set_aside({});
  BOOST_CHECK_EQUAL(turns(), "f1:a1");
}

BOOST_AUTO_TEST_CASE(an_agent_that_comes_later_may_be_aside_already) {
  book.set_aside({a1, a2});
  add_agent(a2, "cpus:1");
  revive(f1);
  BOOST_CHECK_EQUAL(turns(), "");
  book.set_aside({a1});
  BOOST_CHECK_EQUAL(turns(), "f1:a2");
}

BOOST_AUTO_TEST_CASE(a_filter_that_ends_while_an_agent_is_aside_is_over_afterwards) {
  revive(f1);
  turns();
  give_back_all(t0 + 5s);
  book.set_aside({a1});
  BOOST_CHECK_EQUAL(turns(t0 + 5s), "");
  book.set_aside({});
  BOOST_CHECK_EQUAL(turns(t0 + 5s), "f1:a1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
