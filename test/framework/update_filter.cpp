// Updates that come twice.
#include "actors/framework/update_filter.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

status_update update(const std::string& task, std::uint64_t sequence,
                     task_state state = task_state::running) {
  status_update result;
  result.task = task_id{task};
  result.sequence = sequence;
  result.state = state;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(update_filter)

BOOST_AUTO_TEST_CASE(an_update_is_new_until_it_was_handled) {
  entente::update_filter filter;
  BOOST_CHECK(filter.is_new(update("a", 1)));
  BOOST_CHECK(filter.is_new(update("a", 1)));
  filter.handled(update("a", 1));
  BOOST_CHECK(!filter.is_new(update("a", 1)));
  BOOST_CHECK(filter.is_new(update("a", 2)));
}

BOOST_AUTO_TEST_CASE(an_older_update_is_not_new) {
  entente::update_filter filter;
  filter.handled(update("a", 3));
  filter.handled(update("a", 2));
  BOOST_CHECK(!filter.is_new(update("a", 2)));
  BOOST_CHECK(!filter.is_new(update("a", 3)));
}

BOOST_AUTO_TEST_CASE(tasks_are_told_apart) {
  entente::update_filter filter;
  filter.handled(update("a", 1));
  BOOST_CHECK(filter.is_new(update("b", 1)));
}

BOOST_AUTO_TEST_CASE(an_end_that_the_master_made_up_is_new_once) {
  entente::update_filter filter;
  BOOST_CHECK(filter.is_new(update("a", 0, task_state::lost)));
  filter.handled(update("a", 0, task_state::lost));
  BOOST_CHECK(!filter.is_new(update("a", 0, task_state::lost)));
  filter.handled(update("b", 1));
  filter.handled(update("b", 2, task_state::finished));
  BOOST_CHECK(!filter.is_new(update("b", 0, task_state::gone)));
}

BOOST_AUTO_TEST_CASE(that_a_task_is_unreachable_is_new_until_it_is_there_again) {
  entente::update_filter filter;
  auto away = update("a", 0, task_state::unreachable);
  filter.handled(update("a", 1));
  BOOST_CHECK(filter.is_new(away));
  filter.handled(away);
  BOOST_CHECK(!filter.is_new(away));
  BOOST_CHECK(filter.is_new(update("a", 0)));
  filter.handled(update("a", 0));
  BOOST_CHECK(filter.is_new(away));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_cut_off_before_its_first_update_is_unreachable_once) {
  entente::update_filter filter;
  auto away = update("a", 0, task_state::unreachable);
  BOOST_CHECK(filter.is_new(away));
  filter.handled(away);
  BOOST_CHECK(!filter.is_new(away));
  BOOST_CHECK(filter.is_new(update("a", 1)));
}

BOOST_AUTO_TEST_CASE(that_a_task_is_back_is_new_if_it_was_unreachable) {
  entente::update_filter filter;
  auto back = update("a", 0);
  back.reason = task_reason::agent_reregistered;
  BOOST_CHECK(!filter.is_new(back));
  filter.handled(update("a", 1));
  BOOST_CHECK(!filter.is_new(back));
  filter.handled(update("a", 0, task_state::unreachable));
  BOOST_CHECK(filter.is_new(back));
  filter.handled(back);
  BOOST_CHECK(!filter.is_new(back));
  filter.handled(update("a", 2, task_state::finished));
  BOOST_CHECK(!filter.is_new(back));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_refused_does_not_bring_one_of_its_id_back) {
  entente::update_filter filter;
  auto back = update("a", 0);
  back.reason = task_reason::agent_reregistered;
  filter.handled(update("a", 0, task_state::unreachable));
  filter.handled(update("a", 0, task_state::error));
  BOOST_CHECK(filter.is_new(back));
}

BOOST_AUTO_TEST_CASE(answers_to_reconciliation_are_always_new) {
  entente::update_filter filter;
  auto answer = update("a", 0, task_state::lost);
  answer.reason = task_reason::reconciliation;
  filter.handled(answer);
  BOOST_CHECK(filter.is_new(answer));
}

BOOST_AUTO_TEST_CASE(what_comes_after_an_end_that_the_master_made_up_is_not_new) {
  entente::update_filter filter;
  filter.handled(update("a", 1));
  filter.handled(update("a", 0, task_state::lost));
  BOOST_CHECK(!filter.is_new(update("a", 2)));
  BOOST_CHECK(!filter.is_new(update("a", 3, task_state::finished)));
}

BOOST_AUTO_TEST_CASE(a_task_that_cannot_be_reached_has_not_ended) {
  entente::update_filter filter;
  filter.handled(update("a", 0, task_state::unreachable));
  BOOST_CHECK(filter.is_new(update("a", 2, task_state::finished)));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_not_started_does_not_end_another_of_its_id) {
  entente::update_filter filter;
  filter.handled(update("a", 0, task_state::error));
  filter.handled(update("a", 0, task_state::dropped));
  BOOST_CHECK(filter.is_new(update("a", 1)));
}

BOOST_AUTO_TEST_CASE(an_id_that_is_launched_after_a_made_up_end_is_heard_of) {
  entente::update_filter filter;
  filter.handled(update("a", 0, task_state::lost));
  filter.launched(task_id{"a"});
  BOOST_CHECK(filter.is_new(update("a", 1)));
}

BOOST_AUTO_TEST_CASE(a_launch_does_not_make_real_updates_new_again) {
  entente::update_filter filter;
  filter.handled(update("a", 1));
  filter.launched(task_id{"a"});
  BOOST_CHECK(!filter.is_new(update("a", 1)));
}

BOOST_AUTO_TEST_CASE(a_terminal_update_that_comes_late_again_is_known) {
  entente::update_filter filter;
  filter.handled(update("a", 1, task_state::finished));
  filter.forget_ended(1);
  BOOST_CHECK(!filter.is_new(update("a", 1, task_state::finished)));
}

BOOST_AUTO_TEST_CASE(the_oldest_ended_tasks_are_forgotten) {
  entente::update_filter filter;
  for (auto i = 0; i < 11; ++i) {
    filter.handled(update(std::to_string(i), 1, task_state::finished));
    filter.forget_ended(10);
  }
  BOOST_CHECK(filter.is_new(update("0", 1)));
  BOOST_CHECK(filter.is_new(update("5", 1)));
  for (auto i = 6; i < 11; ++i)
    BOOST_CHECK(!filter.is_new(update(std::to_string(i), 1)));
}

BOOST_AUTO_TEST_CASE(tasks_that_run_are_never_forgotten) {
  entente::update_filter filter;
  filter.handled(update("runs", 1));
  for (auto i = 0; i < 100; ++i) {
    filter.handled(update(std::to_string(i), 1, task_state::finished));
    filter.forget_ended(3);
  }
  BOOST_CHECK(!filter.is_new(update("runs", 1)));
  BOOST_CHECK(!filter.is_new(update("99", 1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
