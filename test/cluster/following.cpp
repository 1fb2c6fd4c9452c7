// entente logs -f goes on, whatever is restarted meanwhile.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : hosts {
  /// Starts a task that says a line, waits for the file `go`, says another one and ends.
  std::string start_task() const {
    auto script = "echo before; until [ -e " + path("go") + " ]; do sleep 0.01; done; echo after";
    BOOST_REQUIRE_EQUAL(run_shell(script, {"--detach", "--name", "writer"}).code, 0);
    return wait_for_task("writer", "RUNNING").at("id");
  }

  program follow(const std::string& task) const {
    auto result = start({"logs", "-f", task});
    BOOST_REQUIRE_EQUAL(result.first_line(), "before");
    return result;
  }

  void must_see_the_end(program& reader) const {
    write("go", "");
    auto end = reader.wait();
    BOOST_CHECK_EQUAL(end.code, 0);
    BOOST_CHECK_EQUAL(end.out, "before\nafter\n");
    BOOST_CHECK_MESSAGE(is_one_line(end.err), end.err);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(following, fixture)

BOOST_AUTO_TEST_CASE(it_waits_for_an_agent_that_is_restarted) {
  auto reader = follow(start_task());
  kill_agent(1);
  reader.wait_for_error("; waiting\n");
  start_agent(1);
  wait_for_agents(1);
  must_see_the_end(reader);
}

BOOST_AUTO_TEST_CASE(it_may_begin_while_the_agent_is_away) {
  auto task = start_task();
  kill_agent(1);
  wait_for("agents", [](const json& xs) { return xs.at(0).at("state") == "disconnected"; });
  auto once = entente({"logs", task});
  BOOST_CHECK_EQUAL(once.code, 1);
  BOOST_CHECK(mentions(once.err, "cannot be reached now\n"));
  auto reader = start({"logs", "-f", task});
  reader.wait_for_error("cannot be reached now; waiting\n");
  start_agent(1);
  must_see_the_end(reader);
}

BOOST_AUTO_TEST_CASE(it_waits_for_a_master_that_is_restarted) {
  auto reader = follow(start_task());
  kill_master();
  reader.wait_for_error("the master cannot be reached now; waiting\n");
  start_master();
  wait_for_agents(1);
  must_see_the_end(reader);
}

BOOST_AUTO_TEST_CASE(it_can_be_interrupted_while_it_waits) {
  auto reader = follow(start_task());
  kill_agent(1);
  kill_master();
  reader.wait_for_error("; waiting\n");
  reader.signal(SIGINT);
  BOOST_CHECK_EQUAL(reader.wait().code, 130);
}

BOOST_AUTO_TEST_CASE(it_says_what_keeps_a_master_away_for_long) {
  auto reader = follow(start_task());
  kill_master();
  reader.wait_for_error("the master cannot be reached now; waiting\n");
  reader.wait_for_error("entente: still waiting for the master at ");
  reader.wait_for_error(": nothing listens there\n");
}

BOOST_AUTO_TEST_CASE(there_is_no_waiting_for_a_task_that_nobody_knows) {
  auto end = entente({"logs", "-f", "nosuch"});
  BOOST_CHECK_EQUAL(end.code, 1);
  BOOST_CHECK_MESSAGE(mentions(end.err, "no task \"nosuch\"\n"), end.err);
}

BOOST_AUTO_TEST_SUITE_END()
