// An agent is taken out of use, and put into use again.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : cluster {
  fixture() : cluster({"--agents", "1", "--cpus", "4", "--mem", "2GB"}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(draining, fixture)

BOOST_AUTO_TEST_CASE(a_drained_agent_has_no_tasks_and_gets_none) {
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto drained = entente({"drain", "agent-1", "--wait"});
  BOOST_CHECK_EQUAL(drained.code, 0);
  BOOST_CHECK(process.ends());
  BOOST_CHECK_EQUAL(wait_for_task("victim", "KILLED").at("reason"), "AGENT_DRAINING");
  BOOST_CHECK_EQUAL(listing("agents").at(0).at("state"), "drained");
  BOOST_CHECK_EQUAL(run_shell("true", {"--wait", "0s"}).code, 75);
}

BOOST_AUTO_TEST_CASE(what_ignores_SIGTERM_ends_at_the_deadline) {
  auto client = start_shell("trap '' TERM; echo $$; exec sleep 600");
  auto process = client.first_line_as_process();
  BOOST_CHECK_EQUAL(entente({"drain", "agent-1", "--deadline", "100ms", "--wait"}).code, 0);
  BOOST_CHECK(process.ends());
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_undrained_is_used_again) {
  entente({"drain", "agent-1", "--wait"});
  BOOST_CHECK_EQUAL(entente({"undrain", "agent-1"}).code, 0);
  BOOST_CHECK_EQUAL(run_shell("exit 3").code, 3);
}

BOOST_AUTO_TEST_CASE(an_agent_that_nobody_knows_is_refused_with_its_name) {
  auto refused = entente({"drain", "nobody"});
  BOOST_CHECK_EQUAL(refused.code, 64);
  BOOST_CHECK_MESSAGE(mentions(refused.err, "nobody") && is_one_line(refused.err), refused.err);
}

BOOST_AUTO_TEST_SUITE_END()
