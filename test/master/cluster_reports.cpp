// Agents and frameworks that say again all that they have: what was lost on the way is mended.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

/// Two agents; a grant of one slot on each, known at revision 7 of their ledgers.
struct fixture : claims_fixture {
  fixture() {
    add_agent(a2);
    given = grant_to("c", {{a1, 1}, {a2, 1}});
  }

  grant_part part(const agent_id& agent) { return part_of(given, f, agent); }

  static bool is_empty(const agent_registered& x) { return x.release.empty() && x.abandon.empty(); }

  grant given;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_reports, fixture)

// -- parts ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_says_the_same_again_changes_nothing) {
  auto before = book.version();
  BOOST_CHECK(is_empty(report(a1, {part(a1)})));
  BOOST_CHECK(book.take_effects().empty());
  BOOST_CHECK_EQUAL(book.version(), before);
}

BOOST_AUTO_TEST_CASE(what_a_task_uses_is_known_as_of_the_last_report) {
  launch(given.id, 0, task("t"));
  auto reported = running("t", a1, given.id);
  report(a1, {part(a1)}, {reported});
  BOOST_CHECK(!book.find_task(f, task_id{"t"})->usage);
  reported.usage = task_usage{5s, 1000, 20};
  report(a1, {part(a1)}, {reported});
  auto before = book.version();
  report(a1, {part(a1)}, {reported});
  BOOST_CHECK_EQUAL(book.version(), before);
  BOOST_CHECK(book.view({listing::tasks}).tasks.at(0).usage == reported.usage);
  update(f, "t", 2, task_state::finished);
  BOOST_CHECK(book.find_task(f, task_id{"t"})->usage == reported.usage);
}

BOOST_AUTO_TEST_CASE(a_silent_agent_is_lost_and_one_that_reports_is_not) {
  report(a1, {part(a1)}, {}, 8, t0 + 1h);
  book.expire(t0 + 1000h);
  BOOST_CHECK_EQUAL(told<agent_lost>().at(0).agent, a2);
  BOOST_CHECK_EQUAL(summary().agents, 1u);
}

BOOST_AUTO_TEST_CASE(a_part_that_nobody_knows_is_to_be_given_back) {
  auto unknown = part(a1);
  unknown.round = round_id{"unknown"};
  BOOST_CHECK_EQUAL(list(report(a1, {part(a1), unknown}).release), "unknown:");
}

BOOST_AUTO_TEST_CASE(a_part_of_a_round_that_has_not_ended_may_stay) {
  auto plan = round_for(claim_of("c2", 1));
  auto early = part(a1);
  early.round = plan.id;
  BOOST_CHECK(is_empty(report(a1, {part(a1), early})));
}

BOOST_AUTO_TEST_CASE(a_release_that_was_lost_is_said_again) {
  give_back(given.id);
  BOOST_CHECK_EQUAL(list(report(a1, {part(a1)}).release), given.id.str() + ":0");
  auto releasing = part(a1);
  releasing.slots[0].releasing = true;
  BOOST_CHECK(is_empty(report(a1, {releasing})));
}

BOOST_AUTO_TEST_CASE(a_part_that_was_given_back_without_a_word_is_booked_free) {
  give_back(given.id);
  report(a1);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  report(a2);
  BOOST_CHECK_EQUAL(allocated(), resources{});
  BOOST_CHECK_EQUAL(state("c"), "ended");
}

BOOST_AUTO_TEST_CASE(a_part_that_its_agent_has_taken_back_ends_the_grant) {
  report(a1);
  BOOST_CHECK_EQUAL(told<grant_ended>().at(0).grant, given.id);
}

BOOST_AUTO_TEST_CASE(a_report_from_before_the_confirm_says_nothing_of_the_part) {
  report(a1, {}, {}, 6);
  BOOST_CHECK(told<grant_ended>().empty());
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:2"));
}

// -- tasks ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_launch_that_was_lost_is_said_again_until_there_is_news_of_it) {
  launch(given.id, 0, task("t"));
  auto first = told<launch_tasks>().at(0);
  report(a1, {part(a1)});
  BOOST_CHECK(told<launch_tasks>().at(0) == first);
  report(a1, {part(a1)}, {running("t", a1, given.id)});
  BOOST_CHECK(told<launch_tasks>().empty());
  update(f, "t", 1, task_state::running);
  book.take_effects();
  report(a1, {part(a1)});
  BOOST_CHECK(told<launch_tasks>().empty());
}

BOOST_AUTO_TEST_CASE(a_kill_that_was_lost_is_said_again) {
  launch(given.id, 0, task("t"));
  BOOST_CHECK(!book.kill({f, task_id{"t"}, {}}));
  book.take_effects();
  auto there = running("t", a1, given.id);
  report(a1, {part(a1)}, {there});
  BOOST_CHECK_EQUAL(told<kill_task>().at(0).task, task_id{"t"});
  there.last.state = task_state::killing;
  report(a1, {part(a1)}, {there});
  BOOST_CHECK(told<kill_task>().empty());
}

BOOST_AUTO_TEST_CASE(a_second_kill_with_less_time_that_did_not_arrive_is_said_again) {
  launch(given.id, 0, task("t"));
  for (auto grace : {60s, 1s, 30s})
    BOOST_CHECK(!book.kill({f, task_id{"t"}, grace}));
  book.take_effects();
  auto there = running("t", a1, given.id);
  there.last.state = task_state::killing;
  report(a1, {part(a1)}, {there});
  auto kills = told<kill_task>();
  BOOST_REQUIRE_EQUAL(kills.size(), 1u);
  BOOST_CHECK(kills[0].grace == 1s);
}

BOOST_AUTO_TEST_CASE(a_launch_and_a_kill_that_were_both_lost_are_said_again_in_that_order) {
  launch(given.id, 0, task("t"));
  BOOST_CHECK(!book.kill({f, task_id{"t"}, 7s}));
  book.take_effects();
  report(a1, {part(a1)});
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  auto& first = std::get<tell_agent>(effects[0]);
  auto& second = std::get<tell_agent>(effects[1]);
  BOOST_CHECK_EQUAL(first.agent, a1);
  BOOST_CHECK_EQUAL(second.agent, a1);
  BOOST_CHECK(std::get<launch_tasks>(first.message) ==
              (launch_tasks{f, {task("t")}, given.id, {0}}));
  BOOST_CHECK(std::get<kill_task>(second.message) == (kill_task{f, task_id{"t"}, 7s}));
}

BOOST_AUTO_TEST_CASE(a_lost_launch_of_a_framework_that_has_gone_is_said_again_and_then_killed) {
  launch(given.id, 0, task("t"));
  book.remove_framework(f);
  book.take_effects();
  report(a1, {part(a1)});
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_CHECK(std::holds_alternative<launch_tasks>(std::get<tell_agent>(effects[0]).message));
  BOOST_CHECK(std::get<kill_task>(std::get<tell_agent>(effects[1]).message) ==
              (kill_task{f, task_id{"t"}, std::nullopt}));
}

BOOST_AUTO_TEST_CASE(the_tasks_of_a_framework_that_has_gone_are_told_to_end_again) {
  launch(given.id, 0, task("t"));
  book.remove_framework(f);
  book.take_effects();
  report(a1, {part(a1)}, {running("t", a1, given.id)});
  BOOST_CHECK_EQUAL(told<kill_task>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_task_that_nobody_knows_is_abandoned) {
  auto answer = report(a1, {part(a1)}, {running("t", a1)});
  BOOST_REQUIRE_EQUAL(answer.abandon.size(), 1u);
  BOOST_CHECK_EQUAL(answer.abandon[0].task, task_id{"t"});
}

// Its agent says nothing of it any more.
BOOST_AUTO_TEST_CASE(that_a_task_is_abandoned_is_told_once) {
  report(a1, {part(a1)}, {running("t", a1)});
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::lost);
  BOOST_CHECK_EQUAL(report(a1, {part(a1)}, {running("t", a1)}).abandon.size(), 1u);
  BOOST_CHECK(told<status_update>().empty());
}

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_have_ended_is_not_taken_in) {
  launch(given.id, 0, task("t"));
  update(f, "t", 1, task_state::finished);
  auto answer = report(a1, {part(a1)}, {running("t", a1, given.id)});
  BOOST_CHECK_EQUAL(answer.abandon.size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_launched_task_that_its_agent_denies_is_lost) {
  launch(given.id, 0, task("t"));
  book.take_effects();
  update(f, "t", 0, task_state::lost);
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::lost);
  BOOST_CHECK(is_terminal(book.find_task(f, task_id{"t"})->last.state));
  book.check();
}

BOOST_AUTO_TEST_CASE(a_task_of_which_there_was_news_is_not_denied_by_an_older_message) {
  launch(given.id, 0, task("t"));
  update(f, "t", 1, task_state::running);
  book.take_effects();
  update(f, "t", 0, task_state::lost);
  BOOST_CHECK(told<status_update>().empty());
  BOOST_CHECK(book.find_task(f, task_id{"t"})->last.state == task_state::running);
}

BOOST_AUTO_TEST_CASE(an_ended_task_that_nobody_knows_is_not_abandoned) {
  auto ended = running("t", a1);
  ended.last.state = task_state::finished;
  BOOST_CHECK(is_empty(report(a1, {part(a1)}, {ended})));
}

// -- an agent that was told lost ----------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_was_told_lost_comes_back_with_nothing) {
  launch(given.id, 0, task("t"));
  book.remove_agent(a1, t0);
  auto answer = report(a1, {part(a1)}, {running("t", a1, given.id)});
  BOOST_CHECK_EQUAL(list(answer.release), given.id.str() + ":");
  BOOST_CHECK_EQUAL(answer.abandon.size(), 1u);
  BOOST_CHECK(answer.again_in == 200ms);
  BOOST_CHECK_EQUAL(summary().agents, 1u);
  report(a1);
  BOOST_CHECK_EQUAL(summary().agents, 2u);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

// -- frameworks --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_that_says_the_same_again_is_told_nothing) {
  subscribe_again({}, {given.id});
  book.take_effects();
  subscribe_again({}, {given.id}, 2);
  BOOST_CHECK(book.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_that_a_framework_has_not_heard_of_is_told_again) {
  subscribe_again({claim_of("c", 2)}, {});
  BOOST_CHECK(told<claim_granted>().at(0).grant == given);
}

BOOST_AUTO_TEST_CASE(a_claim_that_the_master_has_not_heard_of_is_taken) {
  subscribe_again({claim_of("new", 1)}, {given.id});
  BOOST_CHECK_EQUAL(rounds().at(0).claim.id, claim_id{"new"});
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_not_said_again_is_withdrawn) {
  add_claim(claim_of("waits", 7));
  subscribe_again({}, {given.id});
  BOOST_CHECK_EQUAL(state("waits"), "withdrawn");
  BOOST_CHECK_EQUAL(state("c"), "granted");
}

BOOST_AUTO_TEST_CASE(a_grant_that_is_not_said_again_is_given_back) {
  subscribe_again({}, {});
  BOOST_CHECK_EQUAL(told<release>().size(), 2u);
}

BOOST_AUTO_TEST_CASE(a_report_that_a_later_call_has_overtaken_says_nothing) {
  book.add_claim({f, claim_of("newer", 7), 3}, t0);
  subscribe_again({}, {}, 2);
  BOOST_CHECK(told<release>().empty());
  BOOST_CHECK_EQUAL(state("newer"), "waiting");
}

BOOST_AUTO_TEST_CASE(a_grant_of_this_master_that_is_over_is_told_ended) {
  subscribe_again({}, {given.id, grant_id{"m-R77"}});
  BOOST_CHECK_EQUAL(told<grant_ended>().at(0).grant, grant_id{"m-R77"});
}

BOOST_AUTO_TEST_CASE(a_grant_of_an_earlier_master_is_told_ended_when_its_agents_do_not_come) {
  grant_id earlier{"l-R1"};
  subscribe_again({}, {given.id, earlier});
  BOOST_CHECK(told<grant_ended>().empty());
  subscribe_again({}, {given.id, earlier}, 2, t0 + 1000h);
  BOOST_CHECK_EQUAL(told<grant_ended>().at(0).grant, earlier);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
