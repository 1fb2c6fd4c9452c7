// What a master that is killed leaves to the next, and who is refused: copies of agents, and a
// second master.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : hosts {
  void restart_master() {
    kill_master();
    start_master();
    wait_for_agents(1);
  }

  void must(const strings& arguments) const {
    auto end = entente(arguments);
    BOOST_REQUIRE_MESSAGE(end.code == 0, end.err);
  }

  json role(const std::string& name) const {
    for (const auto& x : listing("roles"))
      if (x.at("name") == name)
        return x;
    return nullptr;
  }

  std::string id_of_agent() const { return listing("agents").at(0).at("id"); }

  /// Starts a program with what the agent has on disk, as it is now.
  program start_copy() const {
    copy_work_dir();
    return start_on_copy();
  }

  void copy_work_dir() const { shell("cp -r " + work_dir(1) + ' ' + path("copy")); }

  program start_on_copy() const {
    return start(
      {"agent", "--cpus", "4", "--mem", "2GB", "--work-dir", path("copy"), "--master", master()});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(registry, fixture)

// -- what the next master knows -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_operators_have_set_is_there_after_the_master_was_killed) {
  auto agent = id_of_agent();
  must({"quota", "set", "eng", "--guarantee", "cpus=2", "--limit", "cpus=3"});
  must({"weight", "set", "eng/ads", "2.5"});
  must({"reserve", agent, "--role", "eng", "--resources", "cpus=1"});
  must({"deactivate", agent});
  kill_master();
  start_master();
  wait_for("agents", [](const json& xs) { return xs.at(0).at("state") == "deactivated"; });
  BOOST_CHECK_EQUAL(role("eng").at("guarantee"), json({{"cpus", 2}}));
  BOOST_CHECK_EQUAL(role("eng").at("limit"), json({{"cpus", 3}}));
  BOOST_CHECK_EQUAL(role("eng").at("reserved"), json({{"cpus", 1}}));
  BOOST_CHECK_EQUAL(role("eng/ads").at("weight"), 2.5);
  must({"reactivate", agent});
  must({"quota", "remove", "eng"});
  restart_master();
  BOOST_CHECK_EQUAL(role("eng").at("guarantee"), json::object());
}

BOOST_AUTO_TEST_CASE(a_drained_agent_stays_drained) {
  must({"drain", id_of_agent()});
  kill_master();
  start_master();
  wait_for("agents", [](const json& xs) { return xs.at(0).at("state") == "drained"; });
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_gone_may_not_come_back_to_the_next_master) {
  auto id = id_of_agent();
  must({"drain", id, "--mark-gone", "--wait"});
  kill_agent(1);
  kill_master();
  start_master();
  auto end = agent_that_ends(1);
  BOOST_CHECK_NE(end.code, 0);
  BOOST_CHECK_MESSAGE(mentions(end.err, "agent " + id + " is gone"), end.err);
}

BOOST_AUTO_TEST_CASE(a_task_and_its_client_do_not_notice_that_the_master_is_killed) {
  auto client = start_shell("echo up; until [ -e " + path("go") + " ]; do sleep 0.01; done",
                            {"--name", "survivor"});
  client.first_line();
  restart_master();
  wait_for_task("survivor", "RUNNING");
  write("go", "");
  BOOST_CHECK_EQUAL(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_detached_task_while_there_is_no_master_is_told_to_the_next) {
  must({"run", "--detach", "--name", "loner", "--", "sh", "-c",
        "until [ -e " + path("go") + " ]; do sleep 0.01; done; exit 6"});
  wait_for_task("loner", "RUNNING");
  kill_master();
  write("go", "");
  BOOST_REQUIRE(eventually([this] { return processes().size() == 1; }));  // The agent is.
  start_master();
  BOOST_CHECK_EQUAL(wait_for_task("loner", "FAILED").at("exit_code"), 6);
}

BOOST_AUTO_TEST_CASE(reservations_outlive_an_agent_that_ends_in_order) {
  auto agent_id = id_of_agent();
  must({"reserve", agent_id, "--role", "eng", "--resources", "cpus=1"});
  agent(1).signal(SIGTERM);
  agent(1).wait();
  start_agent(1, {"--kill-tasks"});
  wait_for_agents(1);
  agent(1).signal(SIGTERM);
  BOOST_CHECK_EQUAL(agent(1).wait().code, 0);
  start_agent(1);
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(id_of_agent(), agent_id);
  BOOST_CHECK_EQUAL(role("eng").at("reserved"), json({{"cpus", 1}}));
}

BOOST_AUTO_TEST_CASE(ids_of_two_masters_differ) {
  must({"run", "--", "true"});
  auto before = listing("tasks").at(0).at("framework");
  restart_master();
  must({"run", "--", "true"});
  BOOST_CHECK_NE(before, listing("tasks").at(0).at("framework"));
}

BOOST_AUTO_TEST_CASE(a_back_up_of_a_running_master_can_be_restored_when_it_has_ended) {
  must({"weight", "set", "eng", "2"});
  must({"registry", "backup", path("saved")});
  must({"weight", "set", "eng", "3"});
  auto refused = entente({"registry", "restore", path("saved")});
  BOOST_CHECK_EQUAL(refused.code, 64);
  BOOST_CHECK_MESSAGE(mentions(refused.err, "is in use by another master (process "), refused.err);
  kill_master();
  must({"registry", "restore", path("saved")});
  start_master();
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(role("eng").at("weight"), 2);
}

BOOST_AUTO_TEST_CASE(the_registry_of_a_running_master_can_be_looked_at) {
  must({"weight", "set", "eng", "2"});
  auto shown = entente({"registry", "show", "--json"});
  BOOST_REQUIRE_EQUAL(shown.code, 0);
  auto all = json::parse(shown.out);
  BOOST_CHECK_EQUAL(all.at("lives"), 1);
  BOOST_CHECK_EQUAL(all.at("agents").at(0).at("id"), id_of_agent());
  BOOST_CHECK_EQUAL(all.at("agents").at(0).at("mark"), "admitted");
  BOOST_CHECK_EQUAL(all.at("weights"), json::parse(R"([{"role": "eng", "weight": 2.0}])"));
}

// -- who is refused -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_second_master_on_the_same_registry_is_refused) {
  auto second = entente({"master", "--listen", "127.0.0.1:0"});
  BOOST_CHECK_EQUAL(second.code, 64);
  BOOST_CHECK(is_one_line(second.err));
  BOOST_CHECK_MESSAGE(mentions(second.err, "is in use by another master (process "), second.err);
  BOOST_CHECK_EQUAL(entente({"status"}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_master_of_another_cluster_is_refused) {
  kill_master();
  auto other = write("other.json", R"({"cluster": "other"})");
  auto second = entente({"master", "--config", other, "--listen", "127.0.0.1:0"});
  BOOST_CHECK_EQUAL(second.code, 64);
  BOOST_CHECK_MESSAGE(mentions(second.err, "is of cluster \"entente\""), second.err);
}

BOOST_AUTO_TEST_CASE(an_agent_with_a_copied_work_directory_is_refused_and_the_first_one_stays) {
  auto id = id_of_agent();
  env["ENTENTE_LOG_FILE"] = path("copy.log");  // Who starts it by hand does not look there.
  auto copy = start_copy();
  auto end = copy.wait();
  BOOST_CHECK_EQUAL(end.code, 64);
  BOOST_CHECK_MESSAGE(mentions(end.err, "agent " + id + " is another process: this one has a copy"),
                      end.err);
  BOOST_CHECK_EQUAL(run_shell("true").code, 0);
  BOOST_CHECK(!agent(1).process().ends(std::chrono::milliseconds{0}));
}

BOOST_AUTO_TEST_CASE(a_copy_in_the_same_life_is_refused_also_while_the_agent_is_away) {
  kill_agent(1);
  copy_work_dir();
  start_agent(1);
  wait_for_agents(1);
  kill_agent(1);
  auto copy = start_on_copy();
  auto end = copy.wait();
  BOOST_CHECK_NE(end.code, 0);
  BOOST_CHECK_MESSAGE(mentions(end.err, "this one has a copy of its work directory"), end.err);
}

BOOST_AUTO_TEST_SUITE_END()
