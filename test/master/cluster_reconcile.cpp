// What frameworks are told of their tasks when they ask.
#include "states_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : states_fixture {
  std::string ask(const framework_id& who, const std::vector<std::string>& tasks = {},
                  time_point now = t0) {
    reconcile_tasks call{who, {}};
    for (const auto& x : tasks)
      call.tasks.emplace_back(x);
    book.take_effects();
    book.reconcile(call, now);
    answers = told<status_update>();
    std::string text;
    for (const auto& x : answers) {
      BOOST_CHECK(x.reason == task_reason::reconciliation);
      BOOST_CHECK_EQUAL(x.sequence, 0u);
      text += (text.empty() ? "" : " ") + x.task.str() + ':' + std::string{to_string(x.state)};
    }
    return text;
  }

  std::vector<status_update> answers;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_reconcile, fixture)

BOOST_AUTO_TEST_CASE(the_known_state_of_a_task_is_told) {
  run_on(a1, "t");
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "t:RUNNING");
  BOOST_CHECK_EQUAL(answers[0].agent, a1);
}

BOOST_AUTO_TEST_CASE(a_task_that_no_update_came_of_is_staging) {
  accept(f, {offers().at(a1).id}, {task("t")});
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "t:STAGING");
}

BOOST_AUTO_TEST_CASE(how_a_task_has_ended_is_told_as_long_as_it_is_remembered) {
  run_on(a1, "t");
  update(f, "t", 2, task_state::failed);
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "t:FAILED");
}

BOOST_AUTO_TEST_CASE(a_task_that_nobody_knows_is_unknown_or_lost) {
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "t:UNKNOWN");
  BOOST_CHECK_EQUAL(ask(add_aware(false), {"t"}), "t:LOST");
}

BOOST_AUTO_TEST_CASE(a_framework_is_told_nothing_of_tasks_of_others) {
  run_on(a1, "t");
  BOOST_CHECK_EQUAL(ask(add_aware(), {"t"}), "t:UNKNOWN");
}

BOOST_AUTO_TEST_CASE(who_names_no_task_is_told_of_all_that_have_not_ended) {
  run_on(a1, "t1");
  run_on(a2, "t2");
  run_on(a2, "t3");
  update(f, "t3", 2, task_state::finished, a2);
  lose(a1);
  BOOST_CHECK_EQUAL(ask(f), "t2:RUNNING t1:UNREACHABLE");
  BOOST_CHECK_EQUAL(ask(f, {"t1"}), "t1:UNREACHABLE");
}

BOOST_AUTO_TEST_CASE(a_task_on_an_agent_that_was_marked_gone_is_gone) {
  run_on(a1, "t");
  lose(a1);
  book.change(drain_agent{a1, {}, true}, t0);
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "t:GONE_BY_OPERATOR");
}

BOOST_AUTO_TEST_CASE(of_tasks_of_an_earlier_master_nothing_is_said_until_agents_have_come) {
  framework_info info;
  info.id = framework_id{"m-F1"};
  info.name = "of an earlier one";
  book.add_framework(info);
  BOOST_CHECK_EQUAL(ask(info.id, {"t"}, t0 + away - 1ms), "");
  BOOST_CHECK_EQUAL(ask(info.id, {"t"}, t0 + away), "t:LOST");
}

BOOST_AUTO_TEST_CASE(nobody_who_is_not_there_is_answered) {
  BOOST_CHECK_EQUAL(ask(framework_id{"other"}, {"t"}), "");
  book.disconnect_framework(f, t0);
  BOOST_CHECK_EQUAL(ask(f, {"t"}), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
