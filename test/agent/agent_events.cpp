// What an agent's log says of its tasks.
#include "actors/agent/agent_events.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

const task_key key{framework_id{"f1"}, task_id{"t"}};

/// `info name key=value`, for comparing; the task is left out.
std::string shown(const log_event& x) {
  BOOST_REQUIRE_GE(x.fields.size(), 2u);
  BOOST_CHECK_EQUAL(x.fields[0].second, "f1");
  BOOST_CHECK_EQUAL(x.fields[1].second, "t");
  auto result = std::string{to_string(x.severity)} + ' ' + x.name;
  for (std::size_t i = 2; i < x.fields.size(); ++i)
    result += ' ' + x.fields[i].first + '=' + x.fields[i].second;
  return result;
}

std::string shown(const task_event& x) {
  return shown(event_of(key, x));
}

std::string found(const found_task& x) {
  return shown(event_of(key, x));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_events)

BOOST_AUTO_TEST_CASE(the_begin_and_each_kind_of_end_are_told) {
  BOOST_CHECK_EQUAL(shown(task_begun{}), "info task_started");
  BOOST_CHECK_EQUAL(shown(task_not_started{"no such file"}),
                    "info task_not_started message=no such file");
  BOOST_CHECK_EQUAL(shown(runtime::exit_status{false, 3}),
                    "info task_ended how=exited with code 3");
  BOOST_CHECK_EQUAL(shown(task_lost{"why"}), "warn task_lost message=why");
  task_over_limit over{{true, 9}, task_reason::container_limitation_memory, "2 of 1 MB"};
  BOOST_CHECK_EQUAL(shown(over), "info task_ended how=killed by signal SIGKILL (9) "
                                 "reason=CONTAINER_LIMITATION_MEMORY message=2 of 1 MB");
}

BOOST_AUTO_TEST_CASE(what_became_of_tasks_of_an_earlier_life_is_told) {
  BOOST_CHECK_EQUAL(found(task_goes_on{}), "info task_recovered");
  BOOST_CHECK_EQUAL(found(task_never_ran{}), "info task_never_ran");
  BOOST_CHECK_EQUAL(found(task_lost{"why"}), "warn task_lost message=why");
}

BOOST_AUTO_TEST_CASE(what_an_executor_reports_meanwhile_is_a_detail) {
  task_reported x;
  x.state = task_state::running;
  BOOST_CHECK_EQUAL(shown(x), "debug task_reported state=RUNNING");
  x.state = task_state::finished;
  BOOST_CHECK_EQUAL(shown(x), "info task_reported state=FINISHED");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
