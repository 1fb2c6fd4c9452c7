// entente run --restart: ranks that have ended are run again, in their slots.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Counts its runs in a file; what it does in each is `then`, which sees the number as $n.
std::string counted(const std::string& file, const std::string& then) {
  return "echo x >> " + file + "; n=$(wc -l < " + file + "); echo run $n; " + then;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(restarts, cluster)

BOOST_AUTO_TEST_CASE(a_task_that_fails_is_run_again_until_it_succeeds_and_all_its_output_comes) {
  auto x = run_shell(counted(path("runs"), "test $n -ge 3 || exit 7"), {"--restart", "on-failure"});
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(x.out, "run 1\nrun 2\nrun 3\n");
  BOOST_CHECK(mentions(x.err, "is run again in 1s"));
  BOOST_CHECK(mentions(x.err, "is run again in 2s"));
}

BOOST_AUTO_TEST_CASE(a_task_that_fails_more_often_than_it_may_ends_with_its_own_code) {
  auto x = run_shell(counted(path("runs"), "exit 7"), {"--restart", "on-failure:1"});
  BOOST_CHECK_EQUAL(x.code, 7);
  BOOST_CHECK_EQUAL(x.out, "run 1\nrun 2\n");
}

BOOST_AUTO_TEST_CASE(only_the_rank_that_fails_is_run_again) {
  auto script = "test $ENTENTE_RANK = 0 && exit 0; " + counted(path("runs"), "test $n = 2");
  auto x = run_shell(script, {"-n", "2", "--restart", "on-failure"});
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(x.out, "[1] run 1\n[1] run 2\n");
}

BOOST_AUTO_TEST_CASE(a_task_knows_which_life_it_is_in) {
  auto x = run_shell("echo ${ENTENTE_RESTART:-first}; exit 1", {"--restart", "always:1"});
  BOOST_CHECK_EQUAL(x.out, "first\n1\n");
}

BOOST_AUTO_TEST_CASE(ctrl_c_during_the_pause_ends_it_at_once) {
  auto client = start_shell("exit 1", {"--restart", "always"});
  client.wait_for_error("is run again in 8s");
  client.signal(SIGINT);
  BOOST_CHECK_EQUAL(client.wait().code, 130);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(a_task_that_is_killed_stays_so) {
  auto client = start_shell("echo up; exec sleep 600", {"--restart", "always", "--name", "victim"});
  client.first_line();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  BOOST_CHECK_EQUAL(client.wait().code, 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(wrong_rules_are_refused) {
  auto x = entente({"run", "--restart", "sometimes", "--", "true"});
  BOOST_CHECK_EQUAL(x.code, 64);
  BOOST_CHECK(mentions(x.err, "--restart: expected never, on-failure, always"));
  BOOST_CHECK_EQUAL(entente({"run", "--detach", "--restart", "always", "--", "true"}).code, 64);
}

BOOST_AUTO_TEST_SUITE_END()
