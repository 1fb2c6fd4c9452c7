// Grants: what runs in them, and how they end.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

/// Two agents; a grant of two slots on the first and one on the second.
struct fixture : claims_fixture {
  fixture() {
    add_agent(a2);
    given = grant_to("c", {{a1, 2}, {a2, 1}});
  }

  /// Nothing is booked for anybody, and everything can be offered.
  void check_all_is_free() {
    BOOST_CHECK_EQUAL(allocated() + held(), resources{});
    BOOST_CHECK_EQUAL(summary().grants, 0u);
    add_framework();
    offers();
    BOOST_CHECK_EQUAL(offered(), summary().total);
  }

  std::string refusal_of(std::uint32_t rank, const task_info& what) {
    book.take_effects();
    launch(given.id, rank, what);
    auto updates = told<status_update>();
    BOOST_REQUIRE_EQUAL(updates.size(), 1u);
    BOOST_CHECK(updates[0].state == task_state::error);
    return updates[0].message;
  }

  grant given;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_grants, fixture)

// -- tasks --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(tasks_are_launched_in_the_slots_of_their_ranks) {
  book.launch({f, given.id, {{1, task("t1")}, {2, task("t2")}}}, t0);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  auto& first = std::get<tell_agent>(effects[0]);
  auto& second = std::get<tell_agent>(effects[1]);
  BOOST_CHECK_EQUAL(first.agent, a1);
  BOOST_CHECK(std::get<launch_tasks>(first.message) ==
              (launch_tasks{f, {task("t1")}, given.id, {1}}));
  BOOST_CHECK_EQUAL(second.agent, a2);
  BOOST_CHECK(std::get<launch_tasks>(second.message) ==
              (launch_tasks{f, {task("t2")}, given.id, {0}}));
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
}

BOOST_AUTO_TEST_CASE(a_slot_takes_tasks_until_it_is_full_and_again_when_one_has_ended) {
  launch(given.id, 0, task("t1", "cpus:0.5"));
  launch(given.id, 0, task("t2", "cpus:0.5"));
  BOOST_CHECK_EQUAL(refusal_of(0, task("t3", "cpus:0.1")),
                    "it wants cpus:0.1, the slot has nothing left");
  update(f, "t1", 1, task_state::finished);
  launch(given.id, 0, task("t4", "cpus:0.5"));
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_task_that_is_larger_than_its_slot_is_an_error) {
  BOOST_CHECK_EQUAL(refusal_of(0, task("t", "cpus:2")),
                    "it wants cpus:2, the slot has cpus:1 left");
}

BOOST_AUTO_TEST_CASE(a_rank_that_the_grant_does_not_have_is_an_error) {
  BOOST_CHECK_EQUAL(refusal_of(3, task("t")), "the grant has no slot 3");
}

BOOST_AUTO_TEST_CASE(a_slot_that_was_given_back_runs_nothing) {
  give_back(given.id, {1});
  BOOST_CHECK_EQUAL(refusal_of(1, task("t")), "slot 1 was given back or lost");
}

BOOST_AUTO_TEST_CASE(a_task_may_name_the_ports_of_its_slot) {
  add_agent(a3, "cpus:1;ports:[31000-31000]");
  auto x = claim_of("ports", 1);
  x.ports = 1;
  auto plan = round_for(x);
  auto outcome = granted(plan.id, {{a3, 1}});
  outcome.parts[0].ports[0] = {31000};
  book.round_ended(outcome, t0);
  book.take_effects();
  launch(plan.id, 0, task("t", "cpus:1;ports:[31000-31000]"));
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_repeated_launch_neither_launches_nor_drops) {
  launch(given.id, 0, task("t"));
  book.take_effects();
  launch(given.id, 0, task("t"));
  BOOST_CHECK(book.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(tasks_for_a_grant_of_somebody_else_are_dropped) {
  f = add_framework();
  launch(given.id, 0, task("t"));
  BOOST_CHECK(told<status_update>().at(0).state == task_state::dropped);
}

BOOST_AUTO_TEST_CASE(tasks_for_a_grant_that_is_over_are_dropped) {
  give_back(given.id);
  released_by(a1, given.id);
  released_by(a2, given.id);
  book.take_effects();
  launch(given.id, 0, task("t"));
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::dropped);
  BOOST_CHECK(updates[0].reason == task_reason::invalid_offers);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_task_leaves_its_slot_to_the_framework) {
  launch(given.id, 0, task("t"));
  update(f, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
  BOOST_CHECK_EQUAL(state("c"), "granted");
}

// -- giving back ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(slots_are_given_back_by_rank_and_are_free_when_their_agents_say_so) {
  give_back(given.id, {1, 2, 99});
  BOOST_CHECK_EQUAL(list(told<release>()), given.id.str() + ":1 " + given.id.str() + ":0");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
  released_by(a1, given.id, {1});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
  released_by(a2, given.id, {0});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  BOOST_CHECK(told<grant_ended>().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_that_is_given_back_whole_ends_its_claim) {
  give_back(given.id);
  BOOST_CHECK_EQUAL(list(told<release>()), given.id.str() + ":0,1 " + given.id.str() + ":0");
  released_by(a1, given.id, {0, 1});
  released_by(a2, given.id, {0});
  BOOST_CHECK_EQUAL(state("c"), "ended");
  BOOST_CHECK(told<grant_ended>().empty());
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(what_is_given_back_twice_is_asked_for_once) {
  give_back(given.id);
  book.take_effects();
  give_back(given.id);
  BOOST_CHECK(told<release>().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_of_somebody_else_is_not_given_back) {
  f = add_framework();
  give_back(given.id);
  BOOST_CHECK(told<release>().empty());
}

BOOST_AUTO_TEST_CASE(slots_that_are_said_free_twice_are_booked_free_once) {
  give_back(given.id);
  for (auto i = 0; i < 2; ++i)
    released_by(a1, given.id, {0});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_takes_its_slots_back_ends_the_whole_grant) {
  released_by(a2, given.id, {0});
  BOOST_CHECK_EQUAL(told<grant_ended>().at(0).message, "agent a2 has taken its slots back");
  released_by(a1, given.id, {0, 1});
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_free_before_its_task_has_ended_is_booked_free_once) {
  launch(given.id, 0, task("t"));
  give_back(given.id);
  released_by(a1, given.id);
  released_by(a2, given.id);
  BOOST_CHECK_EQUAL(allocated(), resources{});
  update(f, "t", 1, task_state::killed);
  BOOST_CHECK_EQUAL(state("c"), "ended");
  check_all_is_free();
}

// -- unused grants ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_grant_that_is_not_used_ends) {
  BOOST_CHECK(book.next_deadline() == t0 + 60s);
  book.expire(t0 + 60s);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 3u);
  auto& told = std::get<grant_ended>(std::get<tell_framework>(effects[2]).message);
  BOOST_CHECK_EQUAL(told.grant, given.id);
  BOOST_CHECK_EQUAL(told.message, "it was not used for 1m");
  released_by(a1, given.id);
  released_by(a2, given.id);
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(a_grant_with_a_task_does_not_end_and_its_time_begins_anew_afterwards) {
  launch(given.id, 0, task("t"));
  book.expire(t0 + 100s);
  BOOST_CHECK(told<grant_ended>().empty());
  status_update end{f, a1, task_id{"t"}, 1, task_state::finished, {}, {}, {}, {}};
  book.update_task(end, t0 + 100s);
  BOOST_CHECK(book.next_deadline() == t0 + 160s);
  book.expire(t0 + 160s);
  BOOST_CHECK_EQUAL(told<grant_ended>().size(), 1u);
}

// -- agents and frameworks that go ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_is_told_which_grants_have_lost_slots) {
  auto other = grant_to("other", {{a2, 1}});
  book.remove_agent(a1, t0);
  auto news = told<agent_lost>();
  BOOST_REQUIRE_EQUAL(news.size(), 1u);
  BOOST_CHECK(news[0] == (agent_lost{a1, {given.id}}));
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(the_slots_that_are_left_of_a_grant_can_be_used_and_given_back) {
  book.remove_agent(a1, t0);
  BOOST_CHECK_EQUAL(refusal_of(0, task("t")), "slot 0 was given back or lost");
  launch(given.id, 2, task("t"));
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
  give_back(given.id);
  released_by(a2, given.id);
  update(f, "t", 1, task_state::killed, a2);
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(a_grant_that_has_lost_all_its_agents_is_over) {
  launch(given.id, 0, task("t"));
  book.remove_agent(a1, t0);
  book.remove_agent(a2, t0);
  BOOST_CHECK_EQUAL(told<status_update>().size(), 1u);
  BOOST_CHECK_EQUAL(state("c"), "ended");
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(what_a_lost_agent_says_of_a_grant_comes_too_late) {
  add_agent(a1);
  book.take_effects();
  released_by(a1, given.id);
  BOOST_CHECK(book.take_effects().empty());
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_framework_that_goes_gives_everything_back) {
  launch(given.id, 0, task("t"));
  book.take_effects();
  book.remove_framework(f);
  BOOST_CHECK_EQUAL(told<shutdown_framework>().size(), 2u);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
  update(f, "t", 1, task_state::killed);
  released_by(a1, given.id);
  released_by(a2, given.id);
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(a_framework_that_went_and_whose_agents_went_too_is_forgotten) {
  launch(given.id, 0, task("t"));
  book.remove_framework(f);
  book.remove_agent(a2, t0);
  book.remove_agent(a1, t0);
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
  check_all_is_free();
}

BOOST_AUTO_TEST_CASE(a_detached_framework_lives_as_long_as_its_grant) {
  framework_info info;
  info.name = "detached";
  info.detached = true;
  f = std::get<subscribed>(book.add_framework(info)).framework;
  auto mine = grant_to("mine", {{a2, 1}});
  launch(mine.id, 0, task("t"));
  book.disconnect_framework(f, t0);
  update(f, "t", 1, task_state::finished, a2);
  BOOST_CHECK_EQUAL(state("mine"), "granted");
  book.expire(t0 + 60s);
  released_by(a2, mine.id);
  BOOST_CHECK_EQUAL(state("mine"), "ended");
  BOOST_CHECK_EQUAL(book.view({listing::frameworks}).frameworks.size(), 1u);
}

// -- ports --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_port_that_was_given_anew_before_its_release_was_heard_stays_booked) {
  auto first = round_for(claim_of("c1", 1));
  auto outcome = granted(first.id, {{a1, 1}});
  outcome.parts[0].ports = {{31000}};
  book.round_ended(outcome, t0);
  auto second = round_for(claim_of("c2", 1));
  outcome.id = second.id;
  book.round_ended(outcome, t0);
  released_by(a1, first.id, {0});
  auto agents = book.view({listing::agents}).agents;
  BOOST_CHECK(agents.at(0).allocated.contains(parse("ports:[31000]")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
