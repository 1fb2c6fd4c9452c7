// Agents that operators take out of use.
#include "states_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : states_fixture {
  std::string drain(const agent_id& agent, bool mark_gone = false,
                    std::optional<std::chrono::milliseconds> deadline = {}) {
    auto no = book.change(drain_agent{agent, deadline, mark_gone}, t0);
    return no ? no->message : "";
  }
  std::string undrain(const agent_id& agent) {
    auto no = book.change(undrain_agent{agent});
    return no ? no->message : "";
  }
  std::string refused_report(const agent_id& agent) {
    auto answer = book.report(agents.at(agent), t0);
    auto* no = std::get_if<refusal>(&answer);
    return no ? no->message : "";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_drain, fixture)

BOOST_AUTO_TEST_CASE(an_agent_that_drains_is_neither_offered_nor_asked) {
  offers();
  BOOST_CHECK_EQUAL(drain(a1), "");
  BOOST_CHECK_EQUAL(told<offer_rescinded>().size(), 1u);
  BOOST_CHECK(!offers().contains(a1));
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 2))), "a2:2");
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  book.check();
}

BOOST_AUTO_TEST_CASE(rounds_hear_that_an_agent_that_drains_is_lost) {
  round_for(claim_of("c", 8));
  drain(a1);
  BOOST_CHECK_EQUAL(told<tell_round>().at(0).message.agent, a1);
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_for_an_agent_that_drains_says_so) {
  drain(a1);
  add_claim(claim_of("c", 8));
  BOOST_CHECK(rounds().empty());
  BOOST_CHECK_EQUAL(entry("c").reasons.at(1), "1 agent is draining");
  undrain(a1);
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a1:4 a2:4");
}

BOOST_AUTO_TEST_CASE(tasks_of_an_agent_that_drains_are_killed_with_the_grace_that_they_want) {
  run_on(a1, "t");
  drain(a1);
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(!kills[0].grace);
  BOOST_CHECK_EQUAL(agent_state(a1), "draining");
  drain(a1);
  BOOST_CHECK(told<kill_task>().empty());
  update(f, "t", 2, task_state::killed);
  auto ends = told<status_update>();
  BOOST_REQUIRE_EQUAL(ends.size(), 1u);
  BOOST_CHECK(ends[0].reason == task_reason::agent_draining);
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
}

BOOST_AUTO_TEST_CASE(tasks_that_end_by_themselves_do_not_blame_the_drain) {
  run_on(a1, "t");
  drain(a1);
  book.take_effects();
  update(f, "t", 2, task_state::finished);
  BOOST_CHECK(told<status_update>().at(0).reason == task_reason::none);
}

BOOST_AUTO_TEST_CASE(when_the_deadline_is_over_tasks_have_no_more_time) {
  run_on(a1, "t");
  drain(a1, false, 20s);
  book.take_effects();
  book.is_now(t0 + 5s);
  BOOST_CHECK(book.view({listing::agents}).agents.at(0).drain_left == 15s);
  BOOST_CHECK(book.next_deadline() == t0 + 20s);
  book.expire(t0 + 20s);
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(kills[0].grace == 0ms);
}

BOOST_AUTO_TEST_CASE(a_kill_that_did_not_arrive_is_said_again) {
  run_on(a1, "t");
  drain(a1);
  book.take_effects();
  report(a1, {}, {running("t", a1)});
  BOOST_CHECK_EQUAL(told<kill_task>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(slots_of_an_agent_that_drains_are_taken_back) {
  auto given = grant_to("c", {{a1, 2}, {a2, 2}});
  drain(a1);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_CHECK(std::get<agent_lost>(std::get<tell_framework>(effects[0]).message) ==
              (agent_lost{a1, {given.id}}));
  BOOST_CHECK(std::get<release>(std::get<tell_agent>(effects[1]).message) ==
              (release{given.id, {0, 1}}));
  BOOST_CHECK_EQUAL(agent_state(a1), "draining");
  released_by(a1, given.id, {0, 1});
  BOOST_CHECK(told<grant_ended>().empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  BOOST_CHECK_EQUAL(state("c"), "granted");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
  subscribe_again({}, {given.id});
  BOOST_CHECK_EQUAL(told<agent_lost>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_grant_whose_only_agent_drains_ends) {
  auto given = grant_to("c", {{a1, 2}});
  drain(a1);
  released_by(a1, given.id, {0, 1});
  BOOST_CHECK_EQUAL(state("c"), "ended");
  BOOST_CHECK_EQUAL(summary().grants, 0u);
}

BOOST_AUTO_TEST_CASE(an_agent_drains_on_when_it_is_back) {
  drain(a1);
  disconnect(a1);
  report(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  begin_anew(a1, false);
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  BOOST_CHECK(!offers().contains(a1));
  book.check();
}

BOOST_AUTO_TEST_CASE(tasks_that_come_back_to_an_agent_that_drains_are_killed) {
  run_on(a1, "t");
  lose(a1);
  BOOST_CHECK_EQUAL(drain(a1), "");
  book.take_effects();
  back(a1, {running("t", a1)});
  BOOST_CHECK_EQUAL(told<kill_task>().size(), 1u);
  BOOST_CHECK_EQUAL(agent_state(a1), "draining");
}

BOOST_AUTO_TEST_CASE(an_agent_is_put_into_use_again) {
  drain(a1);
  BOOST_CHECK_EQUAL(undrain(a1), "");
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK(offers().contains(a1));
  BOOST_CHECK_EQUAL(undrain(a1), "agent \"a1\" is not drained");
}

BOOST_AUTO_TEST_CASE(unknown_agents_are_refused_with_their_name) {
  BOOST_CHECK_EQUAL(drain(a3), "there is no agent \"a3\"");
  BOOST_CHECK_EQUAL(undrain(a3), "there is no agent \"a3\"");
  book.remove_agent(a1, t0);
  BOOST_CHECK_EQUAL(drain(a1), "there is no agent \"a1\"");
}

// -- gone -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_is_marked_gone_is_so_once_it_is_drained) {
  run_on(a1, "t");
  drain(a1, true);
  BOOST_CHECK_EQUAL(agent_state(a1), "draining");
  update(f, "t", 2, task_state::killed);
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
  BOOST_CHECK_EQUAL(updates(), "t:KILLED");
  BOOST_CHECK_EQUAL(summary().agents, 1u);
  BOOST_CHECK_EQUAL(
    refused_report(a1),
    "an operator has said that agent a1 is gone: it may not come back under this id");
  BOOST_CHECK_EQUAL(drain(a1), "agent \"a1\" is gone");
  BOOST_CHECK_EQUAL(undrain(a1), "agent \"a1\" is gone");
}

BOOST_AUTO_TEST_CASE(an_empty_agent_that_is_marked_gone_is_so_at_once) {
  drain(a1, true);
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
}

BOOST_AUTO_TEST_CASE(an_unreachable_agent_that_is_marked_gone_takes_its_tasks_with_it) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  drain(a1, true);
  BOOST_CHECK_EQUAL(updates(), "t:GONE_BY_OPERATOR");
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
  BOOST_CHECK_EQUAL(summary().tasks_active, 0u);
}

BOOST_AUTO_TEST_CASE(an_agent_that_stays_away_while_it_is_to_be_gone_is_gone) {
  run_on(a1, "t");
  drain(a1, true);
  lose(a1);
  BOOST_CHECK_EQUAL(updates(), "t:GONE_BY_OPERATOR");
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
}

BOOST_AUTO_TEST_CASE(a_later_life_of_an_agent_that_is_to_be_gone_is_refused) {
  run_on(a1, "t");
  drain(a1, true);
  auto next = with(a1, {}, ++lives);
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(next, t0)));
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
