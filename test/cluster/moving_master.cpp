// Clients, frameworks and agents that know several addresses of their master.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <memory>
#include <string>

#include "support.hpp"

using namespace entente::test;

namespace {

/// A master at the first of two addresses, an agent, and clients that know both.
struct fixture : cluster_user {
  closed_port free_port;
  std::unique_ptr<program> master;
  std::unique_ptr<program> agent;
  std::string first;
  std::string second = free_port.address();
  std::string both;

  fixture() {
    env["ENTENTE_AGENT_LIMITS"] = "off";
    start_master("127.0.0.1:0");
    first = env.at("ENTENTE_MASTER");
    both = first + ',' + second;
    env["ENTENTE_MASTER"] = both;
    agent = std::make_unique<program>(start(
      {"agent", "--master", both, "--work-dir", path("agent"), "--cpus", "4", "--mem", "2GB"}));
    wait_for_agent();
  }

  void start_master(const std::string& listen) {
    master = std::make_unique<program>(start({"master", "--listen", listen}));
    use_master_of(*master);
  }

  void wait_for_agent() {
    wait_for("agents",
             [](const json& x) { return x.size() == 1 && x.at(0).at("state") == "registered"; });
  }

  /// Kills the master, and starts another one with the same registry at the second address.
  void move_master() {
    master->signal(SIGKILL);
    master->wait();
    free_port.open();
    start_master(second);
    env["ENTENTE_MASTER"] = both;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(moving_master, fixture)

BOOST_AUTO_TEST_CASE(a_client_finds_the_master_at_any_of_its_addresses) {
  env["ENTENTE_MASTER"] = second + ',' + first;
  BOOST_CHECK_EQUAL(entente({"status"}).code, 0);
  auto x = run_shell("echo here; exit 3");
  BOOST_CHECK_EQUAL(x.code, 3);
  BOOST_CHECK_EQUAL(x.out, "here\n");
  env.erase("ENTENTE_MASTER");
  BOOST_CHECK_EQUAL(entente({"status", "--master", second + ',' + first}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_client_takes_the_addresses_of_its_file_unless_it_is_told_others) {
  auto file =
    write("client.json", R"({"agent": {"masters": [")" + second + R"(", ")" + first + R"("]}})");
  closed_port nobody;
  env["ENTENTE_MASTER"] = nobody.address();
  BOOST_CHECK_EQUAL(entente({"status", "--config", file}).code, 69);
  env.erase("ENTENTE_MASTER");
  BOOST_CHECK_EQUAL(entente({"status", "--config", file}).code, 0);
  BOOST_CHECK_EQUAL(entente({"status", "--config", file, "--master", nobody.address()}).code, 69);
  env["ENTENTE_CONFIG"] = file;
  BOOST_CHECK_EQUAL(entente({"status"}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_when_its_master_moves_and_ends_with_its_own_code) {
  auto client = start_shell("echo begun; until test -e " + path("go") +
                            "; do sleep 0.05; done; "
                            "echo ended; exit 7");
  client.first_line();
  move_master();
  wait_for_agent();
  write("go", "");
  auto x = client.wait();
  BOOST_CHECK_EQUAL(x.code, 7);
  BOOST_CHECK_EQUAL(x.out, "begun\nended\n");
}

BOOST_AUTO_TEST_CASE(a_task_that_ends_while_there_is_no_master_is_heard_of_at_the_next) {
  auto client = start_shell("echo begun; until test -e " + path("go") +
                            "; do sleep 0.05; done; "
                            "echo > " +
                            path("ended") + "; exit 7");
  client.first_line();
  master->signal(SIGKILL);
  master->wait();
  write("go", "");
  BOOST_REQUIRE(eventually([this] { return !read("ended").empty(); }));
  free_port.open();
  start_master(second);
  env["ENTENTE_MASTER"] = both;
  BOOST_CHECK_EQUAL(client.wait().code, 7);
}

BOOST_AUTO_TEST_SUITE_END()
