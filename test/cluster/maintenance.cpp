// Agents are deactivated, and kept free of tasks for a planned time.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;
using namespace std::chrono_literals;

namespace {

struct fixture : cluster {
  fixture() : cluster({"--agents", "1", "--cpus", "4", "--mem", "2GB"}) {}

  std::string state() { return listing("agents").at(0).at("state"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(maintenance, fixture)

BOOST_AUTO_TEST_CASE(a_deactivated_agent_keeps_its_tasks_and_gets_no_more) {
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "stays"});
  auto process = client.first_line_as_process();
  BOOST_CHECK_EQUAL(entente({"deactivate", "agent-1"}).code, 0);
  BOOST_CHECK_EQUAL(state(), "deactivated");
  auto refused = run_shell("true", {"--wait", "0s"});
  BOOST_CHECK_EQUAL(refused.code, 75);
  BOOST_CHECK_MESSAGE(mentions(refused.err, "1 agent is deactivated"), refused.err);
  BOOST_CHECK(!process.ends(0ms));
  BOOST_CHECK_EQUAL(entente({"reactivate", "agent-1"}).code, 0);
  BOOST_CHECK_EQUAL(run_shell("exit 3").code, 3);
}

BOOST_AUTO_TEST_CASE(a_window_ends_tasks_when_it_begins_and_frees_its_agents_when_it_ends) {
  auto client = start_shell("trap '' TERM; echo $$; exec sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto planned = entente({"maintenance", "plan", "disks", "--agents", "agent-1", "--in", "200ms",
                          "--for", "2s", "--drain-ahead", "10s"});
  BOOST_CHECK_EQUAL(planned.code, 0);
  BOOST_CHECK(process.ends());
  BOOST_CHECK_EQUAL(wait_for_task("victim", "KILLED").at("reason"), "AGENT_DRAINING");
  // It waits for the end of the window.
  BOOST_CHECK_EQUAL(run_shell("exit 3").code, 3);
  BOOST_CHECK(listing("maintenance").empty());
}

BOOST_AUTO_TEST_CASE(a_window_that_is_called_off_lets_its_agents_be_used) {
  BOOST_CHECK_EQUAL(
    entente({"maintenance", "plan", "disks", "--agents", "agent-1", "--for", "1h"}).code, 0);
  BOOST_CHECK_EQUAL(state(), "drained");
  auto windows = listing("maintenance");
  BOOST_REQUIRE_EQUAL(windows.size(), 1u);
  BOOST_CHECK_EQUAL(windows.at(0).at("state"), "under_way");
  BOOST_CHECK_EQUAL(listing("agents").at(0).at("maintenance").at(0), "disks");
  BOOST_CHECK_EQUAL(entente({"maintenance", "cancel", "disks"}).code, 0);
  BOOST_CHECK_EQUAL(run_shell("exit 3").code, 3);
}

BOOST_AUTO_TEST_CASE(what_is_no_window_is_refused_in_one_line) {
  auto plan = [this](std::vector<std::string> rest) {
    std::vector<std::string> words{"maintenance", "plan", "disks"};
    words.insert(words.end(), rest.begin(), rest.end());
    return entente(words);
  };
  for (const auto& rest : std::vector<std::vector<std::string>>{
         {"--agents", "agent-2", "--for", "1h"},
         {"--agents", "agent-1", "--for", "0s"},
         {"--agents", "agent-1", "--for", "long"},
         {"--agents", "agent-1"},
         {"--for", "1h"},
         {"--agents", "agent-1", "--for", "1h", "--in", "soon"},
         {"--agents", "agent-1", "--for", "1h", "--at", "noon"},
         {"--agents", "agent-1", "--for", "1h", "--at", "2020-01-01T00:00:00Z"},
         {"--agents", "agent-1", "--for", "1h", "--in", "1h", "--at", "2090-01-01T00:00:00Z"},
         {"--agents", "agent-1", "--for", "1h", "--at", "2090-01-01T00:00:00Z"},
         {"--agents", "agent-1", "--for", "1h", "--drain-ahead", "-1s"}}) {
    auto refused = plan(rest);
    BOOST_CHECK_EQUAL(refused.code, 64);
    BOOST_CHECK_MESSAGE(is_one_line(refused.err), refused.err);
  }
  BOOST_CHECK(mentions(plan({"--agents", "agent-2", "--for", "1h"}).err, "agent-1"));
  BOOST_CHECK_EQUAL(entente({"maintenance", "cancel", "disks"}).code, 64);
  BOOST_CHECK(listing("maintenance").empty());
}

BOOST_AUTO_TEST_CASE(agents_that_nobody_knows_are_refused_with_the_closest_known) {
  for (auto command : {"deactivate", "reactivate"}) {
    auto refused = entente({command, "agent-7"});
    BOOST_CHECK_EQUAL(refused.code, 64);
    BOOST_CHECK_MESSAGE(mentions(refused.err, "did you mean \"agent-1\"?"), refused.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()
