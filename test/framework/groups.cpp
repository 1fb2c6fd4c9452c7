// Tasks that start and end together, as real processes.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "claims_fixture.hpp"

namespace entente::test {

namespace {

slot_task member(std::uint32_t rank, task_info what) {
  what.group = "g";
  return {rank, std::move(what)};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(groups, claims_fixture)

BOOST_AUTO_TEST_CASE(when_one_of_a_group_fails_the_others_are_killed) {
  auto x = granted(slots("c", 1));
  const std::string go = dir.path / "go";
  ::mkfifo(go.c_str(), 0600);
  launch(x, {member(0, endless()), member(0, shell("fails", "read go < " + go + "; exit 3")),
             member(0, task("ends", {"true"}))});
  auto process = pid();
  BOOST_CHECK(heard.end_of("ends").state == task_state::finished);
  std::ofstream{go} << "go\n";
  BOOST_CHECK(heard.end_of("fails").exit_code == 3);
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::killed);
  BOOST_CHECK(end.reason == task_reason::task_group_invalid);
  BOOST_CHECK_MESSAGE(
    end.message.find("\"fails\" of its group has ended: FAILED") != std::string::npos, end.message);
  BOOST_CHECK(!is_alive(process));
}

BOOST_AUTO_TEST_CASE(when_all_of_a_group_finish_all_are_finished) {
  auto x = granted(slots("c", 1));
  launch(x, {member(0, task("a", {"true"})), member(0, task("b", {"true"}))});
  BOOST_CHECK(heard.end_of("a").state == task_state::finished);
  BOOST_CHECK(heard.end_of("b").state == task_state::finished);
}

BOOST_AUTO_TEST_CASE(a_kill_of_one_ends_the_group) {
  auto x = granted(slots("c", 1));
  launch(x, {member(0, endless()), member(0, shell("u", "sleep 1000"))});
  auto process = pid();
  kill("u");
  BOOST_CHECK(heard.end_of("t").state == task_state::killed);
  BOOST_CHECK(heard.end_of("u").state == task_state::killed);
  BOOST_CHECK(!is_alive(process));
}

BOOST_AUTO_TEST_CASE(a_group_that_makes_no_sense_does_not_start) {
  auto x = granted(slots("c", 1));
  launch(x, {member(0, shell("a", "sleep 1000")), member(0, task("b", {""}))});
  auto end = heard.end_of("a");
  BOOST_CHECK(end.state == task_state::error);
  BOOST_CHECK(end.reason == task_reason::task_group_invalid);
  BOOST_CHECK(heard.end_of("b").state == task_state::error);
  BOOST_CHECK_EQUAL(heard.states_of("a"), "ERROR");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
