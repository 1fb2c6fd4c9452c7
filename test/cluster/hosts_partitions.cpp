// Hosts that are cut off, go silent or vanish, and masters that die or move.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "lib/spread_hosts.hpp"

using namespace entente::test;

namespace {

/// Starts a task on each host that runs until it is told to end, as long as its client lives.
program start_gang(const spread_hosts& x) {
  return x.start_shell("echo up $ENTENTE_RANK; until test -e " + x.path("end") +
                         "; do sleep 0.1; done; echo done",
                       {"-n", "4", "--max-per-agent", "1", "--name", "gang"});
}

void wait_until_it_runs(const spread_hosts& x) {
  for (auto rank : {"0", "1", "2", "3"})
    x.wait_for_task("gang-" + std::string{rank}, "RUNNING");
}

/// All ranks have run to their end, once each.
void check_whole(const spread_hosts& x, program& gang) {
  x.write("end", "");
  auto end = gang.wait();
  BOOST_CHECK_MESSAGE(end.code == 0, end);
  for (auto rank : {"0", "1", "2", "3"}) {
    BOOST_CHECK_MESSAGE(mentions(end.out, std::string{"["} + rank + "] up " + rank + '\n'), end);
    BOOST_CHECK_MESSAGE(mentions(end.out, std::string{"["} + rank + "] done\n"), end);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hosts_partitions, *boost::unit_test::precondition(there_can_be_a_network))

BOOST_AUTO_TEST_CASE(tasks_do_not_notice_a_cut_that_is_shorter_than_the_agent_time_out) {
  spread_hosts x;
  auto gang = start_gang(x);
  wait_until_it_runs(x);
  x.net.cut(3);
  x.shell("sleep 2");  // The length of the cut.
  x.net.heal(3);
  x.wait_for_agents();
  check_whole(x, gang);
}

BOOST_AUTO_TEST_CASE(a_host_that_vanishes_is_unreachable_and_the_others_are_used) {
  spread_hosts x;
  x.net.cut(5);
  x.wait_for_agent(5, "unreachable");
  BOOST_CHECK_EQUAL(x.run_shell("true", {"-n", "6", "--spread"}).code, 0);
  auto refused = x.run_shell("true", {"-n", "16", "--wait", "0s"});
  BOOST_CHECK_EQUAL(refused.code, 75);
  x.net.heal(5);
  x.wait_for_agent(5, "registered");
  BOOST_CHECK_EQUAL(x.run_shell("true", {"-n", "16"}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_task_on_a_host_that_was_unreachable_runs_on_and_is_there_again) {
  spread_hosts x;
  auto detached = x.run_shell("echo $$ > " + x.path("pid") + "; exec sleep 600",
                              {"--detach", "--name", "lonely", "--failover-timeout", "10m"});
  BOOST_REQUIRE_EQUAL(detached.code, 0);
  auto task = x.wait_for_task("lonely", "RUNNING");
  auto agent = task.at("agent");
  std::size_t host = 0;
  for (const auto& y : x.listing("agents"))
    if (y.at("id") == agent)
      host = std::stoul(y.at("hostname").get<std::string>().substr(4));
  watched process{std::stoi(x.read("pid"))};
  x.net.cut(host);
  x.wait_for_agent(host, "unreachable");
  BOOST_CHECK(!process.ends(std::chrono::milliseconds{0}));
  x.net.heal(host);
  x.wait_for_agent(host, "registered");
}

BOOST_AUTO_TEST_CASE(tasks_do_not_notice_that_the_master_is_killed_and_started_again) {
  spread_hosts x;
  auto gang = start_gang(x);
  wait_until_it_runs(x);
  x.kill_master();
  x.start_master(1);
  x.wait_for_agents();
  wait_until_it_runs(x);
  check_whole(x, gang);
}

BOOST_AUTO_TEST_CASE(agents_find_a_master_that_has_moved_to_another_address) {
  spread_hosts x;
  x.kill_master();
  x.start_master(2);
  x.wait_for_agents();
  BOOST_CHECK_EQUAL(x.run_shell("true", {"-n", "8", "--spread"}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_heard_no_more_is_unreachable_and_then_back,
                     *boost::unit_test::precondition(packets_can_be_lost)) {
  spread_hosts x;
  x.net.silence(4);
  x.wait_for_agent(4, "unreachable");
  BOOST_CHECK_EQUAL(x.run_shell("true", {"-n", "6", "--spread"}).code, 0);
  x.net.clear(4);
  x.wait_for_agent(4, "registered");
}

BOOST_AUTO_TEST_CASE(claims_are_served_while_a_tenth_of_all_packets_is_lost,
                     *boost::unit_test::precondition(packets_can_be_lost)) {
  spread_hosts x;
  for (std::size_t host = 1; host <= 6; ++host)
    x.net.lose(host, 10);
  for (auto i = 0; i < 3; ++i)
    BOOST_CHECK_EQUAL(x.run_shell("true", {"-n", "8", "--spread"}).code, 0);
}

BOOST_AUTO_TEST_SUITE_END()
