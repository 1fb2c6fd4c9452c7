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

BOOST_AUTO_TEST_CASE(a_deadline_that_passes_while_the_agent_is_away_is_said_when_it_is_back) {
  run_on(a1, "t");
  drain(a1, false, 20s);
  update(f, "t", 2, task_state::killing);
  disconnect(a1);
  book.expire(t0 + 20s);
  book.take_effects();
  auto killing = running("t", a1);
  killing.last.state = task_state::killing;
  report(a1, {}, {killing}, 8, t0 + 25s);
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(kills[0].grace == 0ms);
}

BOOST_AUTO_TEST_CASE(kills_of_a_drain_that_nobody_has_heard_end_with_it) {
  run_on(a1, "t");
  disconnect(a1);
  drain(a1);
  undrain(a1);
  book.take_effects();
  report(a1, {}, {running("t", a1)});
  BOOST_CHECK(told<kill_task>().empty());
  book.check();
}

BOOST_AUTO_TEST_CASE(so_do_those_for_tasks_that_cannot_be_reached) {
  run_on(a1, "t");
  disconnect(a1);
  drain(a1);
  lose(a1);
  undrain(a1);
  back(a1, {running("t", a1)});
  book.take_effects();
  back(a1, {running("t", a1)});
  BOOST_CHECK(told<kill_task>().empty());
}

BOOST_AUTO_TEST_CASE(kills_that_were_told_or_that_others_want_outlive_a_drain) {
  run_on(a1, "t1");
  drain(a1);
  disconnect(a1);
  undrain(a1);
  run_on(a2, "t2");
  disconnect(a2);
  drain(a2);
  BOOST_CHECK(!book.kill({f, task_id{"t2"}, {}}));
  undrain(a2);
  book.take_effects();
  report(a1, {}, {running("t1", a1)});
  BOOST_CHECK_EQUAL(told<kill_task>().size(), 1u);
  report(a2, {}, {running("t2", a2)});
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
  BOOST_CHECK_EQUAL(drain(agent_id{"b7"}), "there is no agent \"b7\"");
  BOOST_CHECK_EQUAL(undrain(agent_id{"b7"}), "there is no agent \"b7\"");
  BOOST_CHECK_EQUAL(drain(a3), "there is no agent \"a3\"; did you mean \"a1\"?");
  book.remove_agent(a1, t0);
  BOOST_CHECK_EQUAL(drain(a1), "there is no agent \"a1\"; did you mean \"a2\"?");
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

BOOST_AUTO_TEST_CASE(one_that_is_marked_gone_is_so_with_its_last_slot) {
  auto given = grant_to("c", {{a1, 2}, {a2, 1}});
  drain(a1, true);
  released_by(a1, given.id, {0});
  BOOST_CHECK_EQUAL(agent_state(a1), "draining");
  released_by(a1, given.id, {1});
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
  book.check();
}

BOOST_AUTO_TEST_CASE(one_that_is_marked_gone_stays_until_the_ends_of_its_tasks_are_told) {
  auto given = grant_to("c", {{a1, 1}});
  launch(given.id, 0, task("t"));
  update(f, "t", 1, task_state::running);
  drain(a1, true);
  released_by(a1, given.id, {0});
  BOOST_CHECK_EQUAL(agent_state(a1), "drained");
  book.take_effects();
  update(f, "t", 2, task_state::killed);
  BOOST_CHECK_EQUAL(updates(), "t:KILLED");
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
}

BOOST_AUTO_TEST_CASE(slots_that_a_report_has_no_more_make_one_that_is_marked_gone_so) {
  grant_to("c1", {{a1, 1}});
  grant_to("c2", {{a1, 1}});
  drain(a1, true);
  report(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
  BOOST_CHECK_EQUAL(summary().grants, 0u);
  book.check();
}

BOOST_AUTO_TEST_CASE(what_one_that_is_gone_still_has_is_ended_before_it_is_refused) {
  auto given = grant_to("c", {{a1, 1}});
  run_on(a1, "t");
  lose(a1);
  drain(a1, true);
  book.take_effects();
  auto answer = back(a1, {running("t", a1)}, {part_of(given, f, a1)});
  BOOST_REQUIRE_EQUAL(answer.abandon.size(), 1u);
  BOOST_CHECK_EQUAL(answer.abandon[0].task, task_id{"t"});
  BOOST_CHECK_EQUAL(list(answer.release), given.id.str() + ":");
  BOOST_CHECK(answer.again_in < 1s);
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
  auto next = with(a1, {running("t", a1)}, ++lives, true);
  auto later = book.report(next, t0 + away);
  BOOST_CHECK_EQUAL(std::get<agent_registered>(later).abandon.size(), 1u);
  agents.at(a1).life = next.life;
  BOOST_CHECK(refused_report(a1) != "");
  BOOST_CHECK(told<status_update>().empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "gone");
}

BOOST_AUTO_TEST_CASE(one_that_is_gone_may_tell_how_its_tasks_have_ended) {
  run_on(a1, "t");
  drain(a1, true);
  update(f, "t", 2, task_state::killed);
  book.take_effects();
  auto ended = running("t", a1);
  ended.last.state = task_state::killed;
  ended.last.sequence = 2;
  auto answer = back(a1, {ended});
  BOOST_CHECK(answer.abandon.empty());
  update(f, "t", 2, task_state::killed);
  BOOST_CHECK_EQUAL(updates(), "t:KILLED");
  book.acknowledged({f, a1, task_id{"t"}, 2});
  BOOST_CHECK_EQUAL(told<acknowledge>().size(), 1u);
  BOOST_CHECK(refused_report(a1) != "");
}

BOOST_AUTO_TEST_CASE(of_an_agent_that_was_forgotten_the_drain_is_too) {
  drain(a1);
  book.remove_agent(a1, t0);
  for (auto i = 0; i < 20'000; ++i) {
    agent_id id{"b" + std::to_string(i)};
    add_agent(id);
    book.remove_agent(id, t0);
  }
  add_agent(a1);
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
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
