// What the master's log says of its effects and of calls.
#include <algorithm>

#include "actors/master/call_events.hpp"
#include "actors/master/effect_events.hpp"
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

const framework_id f1{"f1"};

/// `name key=value key=value`, for comparing.
std::string shown(const log_event& x) {
  auto result = std::string{to_string(x.severity)} + ' ' + x.name;
  for (const auto& [key, text] : x.fields)
    result += ' ' + key + '=' + text;
  return result;
}

std::string shown(const master_effect& x, log_level from = log_level::debug) {
  auto event = event_of(x, from);
  return event ? shown(*event) : "";
}

status_update task_update(task_state state, std::uint64_t sequence = 1) {
  status_update x;
  x.framework = f1;
  x.agent = a1;
  x.task = task_id{"t"};
  x.sequence = sequence;
  x.state = state;
  return x;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(events, cluster_fixture)

BOOST_AUTO_TEST_CASE(the_end_of_a_task_is_told_with_how_it_has_ended) {
  auto x = task_update(task_state::failed);
  x.exit_code = 3;
  x.message = "exited with code 3";
  BOOST_CHECK_EQUAL(shown(tell_framework{f1, x}),
                    "info task_ended framework=f1 task=t agent=a1 state=FAILED exit_code=3 "
                    "message=exited with code 3");
}

BOOST_AUTO_TEST_CASE(other_updates_are_details) {
  BOOST_CHECK_EQUAL(shown(tell_framework{f1, task_update(task_state::running)}),
                    "debug task_updated framework=f1 task=t agent=a1 state=RUNNING");
  BOOST_CHECK_EQUAL(shown(tell_framework{f1, task_update(task_state::running)}, log_level::info),
                    "");
  BOOST_CHECK_EQUAL(
    shown(tell_framework{f1, task_update(task_state::finished, 0)}, log_level::info), "");
}

BOOST_AUTO_TEST_CASE(a_grant_is_told_with_its_agents_and_a_refusal_with_its_reasons) {
  grant x{round_id{"m-1"}, claim_id{"c"}, "", {}, {}};
  for (const auto& agent : {a2, a1, a2})
    x.slots.push_back({agent, "", 0, {}});
  BOOST_CHECK_EQUAL(shown(tell_framework{f1, claim_granted{x}}),
                    "info claim_granted framework=f1 claim=c grant=m-1 slots=3 agents=a1,a2");
  BOOST_CHECK_EQUAL(shown(tell_framework{f1, claim_refused{claim_id{"c"}, {"too big", "late"}}}),
                    "info claim_refused framework=f1 claim=c reasons=too big; late");
}

BOOST_AUTO_TEST_CASE(a_grant_of_many_agents_names_some_and_counts_them) {
  grant x{round_id{"m-1"}, claim_id{"c"}, "", {}, {}};
  for (int i = 0; i < 1000; ++i)
    x.slots.push_back({agent_id{"agent-" + std::to_string(i)}, "", 0, {}});
  auto text = shown(tell_framework{f1, claim_granted{x}});
  BOOST_CHECK(text.ends_with(",... (1000)"));
  BOOST_CHECK_LT(text.size(), 300u);
}

BOOST_AUTO_TEST_CASE(who_is_gone_is_told_with_why) {
  BOOST_CHECK_EQUAL(shown(agent_departed{a1, "h", departure::unreachable}),
                    "warn agent_unreachable agent=a1 hostname=h");
  BOOST_CHECK_EQUAL(shown(agent_departed{a1, "h", departure::ended}),
                    "info agent_left agent=a1 hostname=h");
  BOOST_CHECK_EQUAL(shown(agent_departed{a1, "h", departure::gone}),
                    "info agent_gone agent=a1 hostname=h");
  BOOST_CHECK_EQUAL(shown(framework_removed{f1, "x"}),
                    "info framework_removed framework=f1 name=x");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_silent_departs_and_comes_back) {
  add_agent(a2);
  book.disconnect_agent(a2, t0);
  BOOST_CHECK(book.is_away(a2));
  book.take_effects();
  book.expire(t0 + 2000h);
  auto departed = told<agent_departed>();
  BOOST_CHECK(std::ranges::any_of(departed, [](const agent_departed& x) {
    return x.agent == a2 && x.why == departure::unreachable;
  }));
  BOOST_CHECK(book.is_away(a2));
  add_agent(a2);
  BOOST_CHECK(!book.is_away(a2));
}

BOOST_AUTO_TEST_CASE(a_framework_that_is_torn_down_is_told_once) {
  auto f = add_framework();
  book.take_effects();
  book.remove_framework(f);
  book.remove_framework(f);
  BOOST_CHECK_EQUAL(told<framework_removed>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(offers_and_rounds_are_details) {
  for (const master_effect& x :
       {master_effect{tell_framework{f1, resource_offers{}}}, master_effect{start_round{}},
        master_effect{tell_agent{a1, launch_tasks{}}}, master_effect{cancel_round{}}}) {
    BOOST_CHECK(event_of(x, log_level::debug).value().severity == log_level::debug);
    BOOST_CHECK(!event_of(x, log_level::info));
  }
}

BOOST_AUTO_TEST_CASE(a_call_is_told_with_what_it_wants_and_why_it_was_refused) {
  set_quota x{"eng", parse("cpus:2"), {}, false};
  BOOST_CHECK_EQUAL(shown(event_of(x)), "info set_quota role=eng guarantee=cpus:2 force=false");
  BOOST_CHECK_EQUAL(shown(with_refusal(event_of(x), {"too much"})),
                    "warn set_quota role=eng guarantee=cpus:2 force=false refused=too much");
  BOOST_CHECK_EQUAL(shown(event_of(set_weight{"eng", 2.5})), "info set_weight role=eng weight=2.5");
}

BOOST_AUTO_TEST_CASE(no_variable_of_a_task_is_told) {
  task_info task;
  task.id = task_id{"t"};
  task.env["TOKEN"] = "hunter2";
  task.data = "hunter2";
  launch_tasks call{f1, {task}};
  BOOST_CHECK_EQUAL(shown(tell_agent{a1, call}).find("hunter2"), std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
