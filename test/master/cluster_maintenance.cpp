// Agents that are deactivated, and planned times without tasks.
#include "states_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : states_fixture {
  template <class Call>
  std::string change(const Call& call) {
    auto no = book.change(call);
    return no ? no->message : "";
  }
  template <class Call>
  std::string change(const Call& call, time_point now) {
    auto no = book.change(call, now);
    return no ? no->message : "";
  }
  std::string plan(const std::string& name, std::vector<agent_id> agents, time_point now = t0) {
    return change(plan_maintenance{{name, std::move(agents), 10min, 30min, 2min}}, now);
  }
  std::string cancel(const std::string& name, time_point now = t0) {
    return change(cancel_maintenance{name}, now);
  }
  /// As agents of a live cluster do.
  void keep_alive(time_point now) {
    for (const auto& [id, x] : agents)
      book.report(with(id, {}, x.life), now);
    book.take_effects();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_maintenance, fixture)

// -- deactivation -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_deactivated_agent_is_neither_offered_nor_asked) {
  offers();
  BOOST_CHECK_EQUAL(change(deactivate_agent{a1}), "");
  BOOST_CHECK_EQUAL(told<offer_rescinded>().size(), 1u);
  BOOST_CHECK(!offers().contains(a1));
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 2))), "a2:2");
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
  book.check();
}

BOOST_AUTO_TEST_CASE(what_runs_on_a_deactivated_agent_goes_on) {
  run_on(a1, "t");
  auto given = grant_to("c", {{a1, 1}});
  change(deactivate_agent{a1});
  BOOST_CHECK(book.take_effects().empty());
  BOOST_CHECK_EQUAL(task_state_of("t"), "RUNNING");
  launch(given.id, 0, task("u"));
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
  book.check();
}

BOOST_AUTO_TEST_CASE(a_reactivated_agent_is_used_again) {
  change(deactivate_agent{a1});
  BOOST_CHECK_EQUAL(change(reactivate_agent{a1}), "");
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK(offers().contains(a1));
  BOOST_CHECK_EQUAL(change(reactivate_agent{a1}), "agent \"a1\" is not deactivated");
  book.check();
}

BOOST_AUTO_TEST_CASE(deactivation_outlives_a_broken_connection_a_new_life_and_silence) {
  change(deactivate_agent{a1});
  disconnect(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "disconnected");
  report(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
  begin_anew(a1, false);
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
  lose(a1);
  begin_anew(a1, true);
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
  BOOST_CHECK(!offers().contains(a1));
  book.check();
}

BOOST_AUTO_TEST_CASE(an_agent_that_cannot_be_reached_may_be_deactivated) {
  lose(a1);
  BOOST_CHECK_EQUAL(change(deactivate_agent{a1}), "");
  back(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
}

BOOST_AUTO_TEST_CASE(draining_is_shown_before_deactivation) {
  change(deactivate_agent{a1});
  change(drain_agent{a1}, t0);
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  change(undrain_agent{a1});
  BOOST_CHECK_EQUAL(agent_state(a1), "deactivated");
  BOOST_CHECK(!offers().contains(a1));
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_for_deactivated_agents_says_so) {
  change(deactivate_agent{a1});
  change(deactivate_agent{a2});
  add_claim(claim_of("c", 1));
  BOOST_CHECK(rounds().empty());
  BOOST_CHECK_EQUAL(entry("c").reasons.at(1), "2 agents are deactivated");
  change(reactivate_agent{a2});
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a2:1");
}

BOOST_AUTO_TEST_CASE(agents_that_nobody_knows_are_refused_with_the_closest_known) {
  auto expected = "there is no agent \"a3\"; did you mean \"a1\"?";
  BOOST_CHECK_EQUAL(change(deactivate_agent{a3}), expected);
  BOOST_CHECK_EQUAL(change(reactivate_agent{a3}), expected);
  BOOST_CHECK_EQUAL(plan("w", {a1, a3}), expected);
  change(drain_agent{a1, {}, true}, t0);
  BOOST_CHECK_EQUAL(change(deactivate_agent{a1}), "agent \"a1\" is gone");
}

// -- maintenance windows ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(before_its_window_an_agent_is_used_as_ever) {
  BOOST_CHECK_EQUAL(plan("w", {a1}), "");
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK(offers().contains(a1));
  BOOST_CHECK_EQUAL(book.view({listing::agents}).maintenance.at(0).name, "w");
}

BOOST_AUTO_TEST_CASE(
  tasks_are_told_to_end_ahead_of_the_window_and_have_no_more_time_when_it_begins) {
  run_on(a1, "t");
  plan("w", {a1});
  keep_alive(t0 + 7min);
  report(a1, {}, {running("t", a1)}, 8, t0 + 7min);
  run_on(a1, "u");
  BOOST_REQUIRE(book.next_deadline());
  book.expire(t0 + 8min);
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 2u);
  BOOST_CHECK(!kills[0].grace);
  BOOST_CHECK_EQUAL(agent_state(a1, t0 + 8min), "draining");
  BOOST_CHECK(book.view({listing::agents}).agents.at(0).drain_left == 2min);
  update(f, "t", 2, task_state::killed);
  auto ends = told<status_update>();
  BOOST_REQUIRE_EQUAL(ends.size(), 1u);
  BOOST_CHECK(ends[0].reason == task_reason::agent_draining);
  report(a1, {}, {running("u", a1)}, 8, t0 + 9min);
  book.take_effects();
  book.expire(t0 + 10min);
  kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK_EQUAL(kills[0].task, task_id{"u"});
  BOOST_CHECK(kills[0].grace == 0ms);
  book.check();
}

BOOST_AUTO_TEST_CASE(when_its_window_has_ended_an_agent_is_used_again) {
  plan("w", {a1});
  for (auto at : {8min, 10min, 11min}) {
    keep_alive(t0 + at);
    book.expire(t0 + at);
    BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  }
  keep_alive(t0 + 40min);
  book.expire(t0 + 40min);
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK(offers(t0 + 40min).contains(a1));
  BOOST_CHECK(book.view({listing::agents}).maintenance.empty());
  book.check();
}

BOOST_AUTO_TEST_CASE(a_window_that_is_called_off_lets_its_agents_be_used) {
  plan("w", {a1});
  keep_alive(t0 + 8min);
  book.expire(t0 + 8min);
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  BOOST_CHECK_EQUAL(cancel("w"), "");
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(cancel("w"), "there is no maintenance window \"w\"");
  plan("winter", {a1});
  BOOST_CHECK_EQUAL(cancel("wintre"),
                    "there is no maintenance window \"wintre\"; did you mean \"winter\"?");
}

BOOST_AUTO_TEST_CASE(an_agent_that_was_drained_by_hand_as_well_stays_so_after_its_window) {
  plan("w", {a1, a2});
  change(drain_agent{a1}, t0);
  change(deactivate_agent{a2});
  keep_alive(t0 + 8min);
  book.expire(t0 + 8min);
  cancel("w");
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  BOOST_CHECK_EQUAL(agent_state(a2), "deactivated");
}

BOOST_AUTO_TEST_CASE(undraining_does_not_end_a_window) {
  plan("w", {a1});
  keep_alive(t0 + 8min);
  book.expire(t0 + 8min);
  BOOST_CHECK_EQUAL(change(undrain_agent{a1}),
                    "agent \"a1\" is not drained by hand, but for maintenance window \"w\"");
  change(drain_agent{a1}, t0 + 8min);
  BOOST_CHECK_EQUAL(change(undrain_agent{a1}), "");
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
}

BOOST_AUTO_TEST_CASE(an_agent_that_comes_during_its_window_is_drained) {
  run_on(a1, "t");
  plan("w", {a1});
  lose(a1);
  book.expire(t0 + 11min);
  auto x = with(a1, {running("t", a1)}, agents.at(a1).life);
  book.report(x, t0 + 12min);
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(kills[0].grace == 0ms);
  BOOST_CHECK_EQUAL(agent_state(a1, t0 + 12min), "draining");
  book.check();
}

BOOST_AUTO_TEST_CASE(slots_are_taken_back_ahead_of_a_window) {
  auto given = grant_to("c", {{a1, 1}, {a2, 1}});
  change(plan_maintenance{{"w", {a1}, 1min, 30min, 2min}}, t0);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_CHECK(std::get<agent_lost>(std::get<tell_framework>(effects[0]).message) ==
              (agent_lost{a1, {given.id}}));
  BOOST_CHECK(std::get<release>(std::get<tell_agent>(effects[1]).message) ==
              (release{given.id, {0}}));
  book.check();
}

BOOST_AUTO_TEST_CASE(windows_whose_times_are_wrong_are_refused) {
  auto no = book.change(plan_maintenance{{"w", {a1}, 0ms, 0ms, 0ms}}, t0);
  BOOST_REQUIRE(no);
  BOOST_CHECK_EQUAL(no->message, "a maintenance window must last some time");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
