// Agents whose connection breaks, that come back, or that cannot be reached.
#include "states_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_states, states_fixture)

// -- disconnected ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_disconnected_agent_keeps_its_tasks_and_is_not_offered) {
  run_on(a1, "t");
  disconnect(a1);
  BOOST_CHECK(effects_of_break.empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "disconnected");
  BOOST_CHECK_EQUAL(task_state_of("t"), "RUNNING");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  auto made = offers();
  BOOST_CHECK(!made.contains(a1));
  BOOST_CHECK(made.contains(a2));
  book.check();
}

BOOST_AUTO_TEST_CASE(offers_of_a_disconnected_agent_are_rescinded) {
  auto id = offers().at(a1).id;
  disconnect(a1);
  BOOST_REQUIRE_EQUAL(effects_of_break.size(), 1u);
  BOOST_CHECK_EQUAL(
    std::get<offer_rescinded>(std::get<tell_framework>(effects_of_break[0]).message).offer, id);
}

BOOST_AUTO_TEST_CASE(rounds_hear_that_a_disconnected_agent_is_lost) {
  auto plan = round_for(claim_of("c", 8));
  disconnect(a1);
  BOOST_REQUIRE_EQUAL(effects_of_break.size(), 1u);
  BOOST_CHECK_EQUAL(std::get<tell_round>(effects_of_break[0]).message.agent, a1);
  BOOST_CHECK_EQUAL(held(), parse("cpus:4"));
  book.check();
}

BOOST_AUTO_TEST_CASE(what_a_disconnected_agent_confirmed_too_late_is_given_back) {
  auto plan = round_for(claim_of("c", 2));
  disconnect(a1);
  book.round_ended(granted(plan.id, {{a1, 2}}), t0);
  BOOST_CHECK(told<claim_granted>().empty());
  auto answer = report(
    a1,
    {part_of({plan.id, claim_id{"c"}, "small", parse("cpus:1"), {{a1, "", 0, {}}, {a1, "", 1, {}}}},
             f, a1)});
  BOOST_CHECK_EQUAL(list(answer.release), plan.id.str() + ":");
}

BOOST_AUTO_TEST_CASE(rounds_do_not_ask_a_disconnected_agent) {
  disconnect(a1);
  BOOST_CHECK_EQUAL(asked(round_for(claim_of("c", 2))), "a2:2");
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_for_a_disconnected_agent_says_so_and_is_not_refused) {
  disconnect(a1);
  add_claim(claim_of("c", 8));
  BOOST_CHECK(rounds().empty());
  BOOST_CHECK_EQUAL(state("c"), "waiting");
  BOOST_CHECK_EQUAL(entry("c").reasons.at(1), "1 agent is disconnected");
  report(a1);
  BOOST_CHECK_EQUAL(asked(rounds().at(0)), "a1:4 a2:4");
}

BOOST_AUTO_TEST_CASE(nothing_of_a_disconnected_agent_is_free_in_the_pool) {
  auto small = [&] { return book.view({listing::pool}).pool.at(0); };
  BOOST_CHECK_EQUAL(small().free, 8u);
  disconnect(a1);
  BOOST_CHECK_EQUAL(small().free, 4u);
  BOOST_CHECK_EQUAL(small().total, 8u);
}

BOOST_AUTO_TEST_CASE(a_connection_breaks_once) {
  disconnect(a1);
  disconnect(a1, t0 + 1s);
  BOOST_CHECK(book.next_deadline() == t0 + away);
}

// -- back in time ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_is_back_in_the_same_life_goes_on_as_before) {
  run_on(a1, "t");
  disconnect(a1);
  auto answer = report(a1, {}, {running("t", a1)});
  BOOST_CHECK(answer.release.empty() && answer.abandon.empty());
  BOOST_CHECK(told<status_update>().empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:3;mem:1024"));
  book.check();
}

BOOST_AUTO_TEST_CASE(a_grant_survives_that_its_agent_is_away_for_a_while) {
  auto given = grant_to("c", {{a1, 2}, {a2, 2}});
  disconnect(a1);
  report(a1, {part_of(given, f, a1)});
  BOOST_CHECK_EQUAL(state("c"), "granted");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:4"));
  BOOST_CHECK(told<agent_lost>().empty());
}

BOOST_AUTO_TEST_CASE(a_later_life_that_has_recovered_goes_on_as_before) {
  auto given = grant_to("c", {{a1, 2}});
  run_on(a1, "t");
  begin_anew(a1, true, {running("t", a1)}, {part_of(given, f, a1)});
  BOOST_CHECK(told<status_update>().empty());
  BOOST_CHECK_EQUAL(task_state_of("t"), "RUNNING");
  BOOST_CHECK_EQUAL(state("c"), "granted");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
  book.check();
}

BOOST_AUTO_TEST_CASE(rounds_hear_that_a_recovered_agent_has_lost_its_holds) {
  round_for(claim_of("c", 8));
  begin_anew(a1, true);
  BOOST_CHECK_EQUAL(told<tell_round>().size(), 1u);
  BOOST_CHECK_EQUAL(held(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(reports_of_a_life_before_one_that_has_recovered_are_refused) {
  auto earlier = agents.at(a1);
  begin_anew(a1, true);
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(earlier, t0)));
}

BOOST_AUTO_TEST_CASE(a_recovered_agent_may_have_more_than_before) {
  agents.at(a1).info.total = parse("cpus:6;mem:1024");
  agents.at(a1).info.attributes["rack"] = "r1";
  begin_anew(a1, true);
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:6;mem:1024"));
  BOOST_CHECK_EQUAL(offered(), parse("cpus:10;mem:2048"));
  book.check();
}

BOOST_AUTO_TEST_CASE(a_launch_that_no_life_of_the_agent_has_heard_is_said_again) {
  accept(f, {offers().at(a1).id}, {task("t")});
  disconnect(a1);
  begin_anew(a1, true);
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_task_that_a_recovered_agent_does_not_have_is_gone) {
  run_on(a1, "t");
  begin_anew(a1, true);
  BOOST_CHECK_EQUAL(updates(), "t:GONE");
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(a_part_that_a_recovered_agent_does_not_have_ends_the_grant) {
  grant_to("c", {{a1, 2}});
  auto x = with(a1, {}, ++lives, true);
  x.revision = 1;  // It counts anew.
  book.report(x, t0);
  BOOST_CHECK_EQUAL(told<grant_ended>().size(), 1u);
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(a_later_life_without_memory_has_lost_everything) {
  auto other = add_aware(false);
  run_on(a1, "t1");
  run_for(other, a1, "t2");
  begin_anew(a1, false);
  BOOST_CHECK_EQUAL(updates(), "t1:GONE t2:LOST");
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

// -- unreachable ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_stays_away_is_unreachable_and_so_are_its_tasks) {
  auto other = add_aware(false);
  run_on(a1, "t1");
  run_for(other, a1, "t2");
  lose(a1);
  BOOST_CHECK_EQUAL(updates(), "t1:UNREACHABLE t2:LOST");
  BOOST_CHECK_EQUAL(agent_state(a1), "unreachable");
  BOOST_CHECK_EQUAL(task_state_of("t1"), "UNREACHABLE");
  BOOST_CHECK_EQUAL(summary().agents, 1u);
  BOOST_CHECK_EQUAL(summary().tasks_active, 1u);
  BOOST_CHECK_EQUAL(summary().tasks_failed, 1u);
  BOOST_CHECK_EQUAL(allocated(), resources{});
  book.check();
}

BOOST_AUTO_TEST_CASE(one_that_is_silent_is_unreachable_although_its_connection_stands) {
  run_on(a1, "t1");
  book.expire(t0 + away);
  BOOST_CHECK_EQUAL(updates(), "t1:UNREACHABLE");
  BOOST_CHECK_EQUAL(agent_state(a1), "unreachable");
}

BOOST_AUTO_TEST_CASE(tasks_that_are_reachable_again_are_told_so_once) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  auto answer = back(a1, {running("t", a1)});
  BOOST_CHECK(answer.abandon.empty());
  auto told_now = told<status_update>();
  BOOST_REQUIRE_EQUAL(told_now.size(), 1u);
  BOOST_CHECK(told_now[0].state == task_state::running);
  BOOST_CHECK(told_now[0].reason == task_reason::agent_reregistered);
  BOOST_CHECK_EQUAL(told_now[0].sequence, 0u);
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  back(a1, {running("t", a1)});
  BOOST_CHECK(told<status_update>().empty());
  book.check();
}

BOOST_AUTO_TEST_CASE(a_later_life_that_has_recovered_brings_unreachable_tasks_back_too) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  begin_anew(a1, true, {running("t", a1)});
  BOOST_CHECK_EQUAL(updates(), "t:RUNNING");
}

BOOST_AUTO_TEST_CASE(what_comes_back_without_memory_has_no_unreachable_tasks) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  begin_anew(a1, false);
  BOOST_CHECK_EQUAL(updates(), "t:GONE");
  BOOST_CHECK_EQUAL(task_state_of("t"), "GONE");
  BOOST_CHECK_EQUAL(summary().tasks_active, 0u);
}

BOOST_AUTO_TEST_CASE(tasks_that_were_told_lost_are_ended_before_their_agent_is_taken_in) {
  auto other = add_aware(false);
  run_for(other, a1, "t1");
  run_on(a1, "t2");
  lose(a1);
  book.take_effects();
  auto lost = running("t1", a1);
  lost.framework = other;
  auto answer = back(a1, {lost, running("t2", a1)});
  BOOST_REQUIRE_EQUAL(answer.abandon.size(), 1u);
  BOOST_CHECK_EQUAL(answer.abandon[0].task, task_id{"t1"});
  BOOST_CHECK(answer.again_in < 1s);
  BOOST_CHECK_EQUAL(agent_state(a1), "unreachable");
  BOOST_CHECK(told<status_update>().empty());
  back(a1, {running("t2", a1)});
  BOOST_CHECK_EQUAL(updates(), "t2:RUNNING");
}

BOOST_AUTO_TEST_CASE(slots_that_were_told_lost_are_given_back_and_their_tasks_end_there) {
  auto given = grant_to("c", {{a1, 1}});
  launch(given.id, 0, task("t"));
  update(f, "t", 1, task_state::running);
  lose(a1);
  BOOST_CHECK(told<agent_lost>().at(0) == (agent_lost{a1, {given.id}}));
  BOOST_CHECK_EQUAL(task_state_of("t"), "UNREACHABLE");
  auto answer = back(a1, {running("t", a1, given.id)}, {part_of(given, f, a1, true)});
  BOOST_CHECK_EQUAL(list(answer.release), given.id.str() + ":");
  BOOST_CHECK(answer.abandon.empty());
  update(f, "t", 3, task_state::killed);
  BOOST_CHECK_EQUAL(updates(), "t:KILLED");
  BOOST_CHECK_EQUAL(task_state_of("t"), "KILLED");
  auto ended = running("t", a1, given.id);
  ended.last.state = task_state::killed;
  ended.last.sequence = 3;
  BOOST_CHECK(back(a1, {ended}).abandon.empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(allocated(), resources{});
  book.check();
}

BOOST_AUTO_TEST_CASE(an_end_that_nobody_has_heard_survives_that_its_agent_was_unreachable) {
  auto other = add_aware(false);
  run_on(a1, "x");
  run_for(other, a1, "t");
  book.disconnect_framework(other, t0);
  update(other, "t", 2, task_state::finished);
  BOOST_CHECK_EQUAL(summary().tasks_finished, 1u);
  lose(a1);
  auto ended = running("t", a1);
  ended.framework = other;
  ended.last.framework = other;
  ended.last.state = task_state::finished;
  ended.last.sequence = 2;
  BOOST_CHECK(back(a1, {ended}).abandon.empty());
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  framework_info info;
  info.id = other;
  info.name = "aware";
  BOOST_REQUIRE(std::holds_alternative<subscribed>(book.add_framework(info)));
  book.take_effects();
  update(other, "t", 2, task_state::finished);
  BOOST_CHECK_EQUAL(updates(), "t:FINISHED");
  book.check();
}

BOOST_AUTO_TEST_CASE(the_end_of_a_task_that_was_told_lost_is_not_wanted) {
  auto other = add_aware(false);
  run_on(a1, "x");
  run_for(other, a1, "t");
  lose(a1);
  auto ended = running("t", a1);
  ended.framework = other;
  ended.last.state = task_state::finished;
  ended.last.sequence = 2;
  BOOST_CHECK_EQUAL(back(a1, {ended}).abandon.size(), 1u);
}

BOOST_AUTO_TEST_CASE(the_end_of_an_unreachable_task_can_be_acknowledged) {
  run_on(a1, "t");
  lose(a1);
  update(f, "t", 2, task_state::finished);
  book.take_effects();
  update(f, "t", 2, task_state::finished);
  BOOST_CHECK_EQUAL(updates(), "t:FINISHED");
  book.acknowledged({f, a1, task_id{"t"}, 2});
  BOOST_CHECK_EQUAL(told<acknowledge>().size(), 1u);
  BOOST_CHECK_EQUAL(summary().tasks_finished, 1u);
}

BOOST_AUTO_TEST_CASE(a_task_that_has_ended_while_it_was_unreachable_ends_once) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  auto ended = running("t", a1);
  ended.last.state = task_state::finished;
  ended.last.sequence = 2;
  back(a1, {ended});
  BOOST_CHECK(told<status_update>().empty());
  update(f, "t", 2, task_state::finished);
  BOOST_CHECK_EQUAL(updates(), "t:FINISHED");
  BOOST_CHECK_EQUAL(summary().tasks_finished, 1u);
}

BOOST_AUTO_TEST_CASE(the_id_of_an_unreachable_task_is_used_up) {
  run_on(a1, "t");
  lose(a1);
  accept(f, {offers(t0 + away).at(a2).id}, {task("t")});
  BOOST_CHECK_EQUAL(updates(), "t:ERROR");
}

BOOST_AUTO_TEST_CASE(a_kill_reaches_an_unreachable_task_when_it_is_back) {
  run_on(a1, "t");
  lose(a1);
  BOOST_CHECK(!book.kill({f, task_id{"t"}, {}}));
  back(a1, {running("t", a1)});
  book.take_effects();
  back(a1, {running("t", a1)});
  BOOST_CHECK_EQUAL(told<kill_task>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(unreachable_tasks_of_a_framework_that_is_done_end_when_they_are_back) {
  run_on(a1, "t");
  lose(a1);
  book.remove_framework(f);
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
  BOOST_CHECK_EQUAL(back(a1, {running("t", a1)}).abandon.size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_that_ends_in_order_is_not_listed_and_its_tasks_are_gone) {
  run_on(a1, "t");
  book.remove_agent(a1, t0);
  BOOST_CHECK_EQUAL(updates(), "t:GONE");
  BOOST_CHECK_EQUAL(agent_state(a1), "not listed");
  book.check();
}

BOOST_AUTO_TEST_CASE(tasks_of_an_unreachable_agent_that_ends_in_order_are_gone) {
  run_on(a1, "t");
  lose(a1);
  book.take_effects();
  book.remove_agent(a1, t0 + away);
  BOOST_CHECK_EQUAL(updates(), "t:GONE");
  BOOST_CHECK_EQUAL(task_state_of("t"), "GONE");
  BOOST_CHECK_EQUAL(summary().tasks_active, 0u);
  BOOST_CHECK_EQUAL(agent_state(a1), "not listed");
  book.check();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
