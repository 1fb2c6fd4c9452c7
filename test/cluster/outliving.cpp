// Tasks outlive their agent: it is killed, stopped, started again.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : hosts {
  explicit fixture(std::size_t agents) : hosts(agents) {}
  fixture() = default;

  /// A script that says its process id, waits for the file `go`, and ends with `code`.
  std::string waits_for_go(int code) const {
    return "echo $$; until [ -e " + path("go") + " ]; do sleep 0.01; done; echo done; exit " +
           std::to_string(code);
  }

  void go() const { write("go", ""); }

  /// The number of the supervisor of the only task.
  pid_t supervisor() const {
    for (const auto& x : processes())
      if (x.argv.front() == "entente-supervisor")
        return x.pid;
    BOOST_FAIL("there is no supervisor");
    return 0;
  }
};

struct two_agents : fixture {
  two_agents() : fixture(2) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(outliving, fixture)

BOOST_AUTO_TEST_CASE(a_task_runs_on_while_its_agent_is_killed_and_started_again) {
  auto client = start_shell(waits_for_go(0), {"--name", "survivor"});
  auto process = client.first_line_as_process();
  kill_agent(1);
  wait_for("agents", [](const json& xs) { return xs.at(0).at("state") == "disconnected"; });
  BOOST_CHECK(process.signal(0));
  start_agent(1);
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(wait_for_task("survivor", "RUNNING").at("exit_code"), nullptr);
  BOOST_CHECK(process.signal(0));
  go();
  auto end = client.wait();
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK(mentions(end.out, "\ndone\n"));
}

BOOST_AUTO_TEST_CASE(what_ended_without_an_agent_is_told_by_the_next) {
  auto client = start_shell(waits_for_go(7), {"--name", "orphan"});
  auto process = client.first_line_as_process();
  kill_agent(1);
  go();
  BOOST_CHECK(process.ends());
  start_agent(1);
  BOOST_CHECK_EQUAL(client.wait().code, 7);
  BOOST_CHECK_EQUAL(wait_for_task("orphan", "FAILED").at("exit_code"), 7);
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_stopped_leaves_its_tasks_and_the_next_can_kill_them) {
  auto client = start_shell(waits_for_go(0), {"--name", "survivor"});
  auto process = client.first_line_as_process();
  agent(1).signal(SIGTERM);
  BOOST_CHECK_EQUAL(agent(1).wait().code, 0);
  BOOST_CHECK(process.signal(0));
  start_agent(1);
  wait_for_agents(1);
  auto id = wait_for_task("survivor", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", id}), (ending{0, "", ""}));
  BOOST_CHECK(process.ends());
  wait_for_task("survivor", "KILLED");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_told_so_kills_its_tasks_when_it_is_stopped) {
  kill_agent(1);
  start_agent(1, {"--kill-tasks"});
  wait_for_agents(1);
  auto client = start_shell(waits_for_go(0), {"--name", "victim"});
  auto process = client.first_line_as_process();
  agent(1).signal(SIGINT);
  BOOST_CHECK_EQUAL(agent(1).wait().code, 130);
  BOOST_CHECK(process.ends());
}

// Nothing follows a kill as closely as the end that it brings.
BOOST_AUTO_TEST_CASE(the_ends_of_tasks_that_a_leaving_agent_kills_are_told) {
  kill_agent(1);
  start_agent(1, {"--kill-tasks"});
  wait_for_agents(1);
  for (const std::string name : {"a", "b", "c", "d"})
    BOOST_REQUIRE_EQUAL(
      entente({"run", "--detach", "--cpus", "0.1", "--name", name, "--", "sleep", "600"}).code, 0);
  for (const std::string name : {"a", "b", "c", "d"})
    wait_for_task(name, "RUNNING");
  agent(1).signal(SIGTERM);
  agent(1).wait();
  for (const std::string name : {"a", "b", "c", "d"})
    wait_for_task(name, "KILLED");
}

BOOST_AUTO_TEST_CASE(a_task_whose_supervisor_is_killed_has_failed_and_nothing_of_it_is_left) {
  auto client = start_shell("echo $$; sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  watched{supervisor()}.signal(SIGKILL);
  BOOST_CHECK(process.ends());
  auto task = wait_for_task("victim", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "EXECUTOR_TERMINATED");
  BOOST_CHECK(mentions(task.at("message").get<std::string>(), "supervisor was killed"));
  BOOST_CHECK_EQUAL(client.wait().code, 1);
  BOOST_CHECK(eventually([this] { return processes().size() == 2; }));
}

BOOST_AUTO_TEST_CASE(a_task_whose_supervisor_is_killed_is_run_again_on_failure) {
  auto client = start_shell("echo $$; [ \"$ENTENTE_RESTART\" ] && exit 0; sleep 600",
                            {"--restart", "on-failure"});
  auto process = client.first_line_as_process();
  watched{supervisor()}.signal(SIGKILL);
  BOOST_CHECK(process.ends());
  auto end = client.wait();
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_MESSAGE(mentions(end.err, "is run again in 1s"), end.err);
}

BOOST_FIXTURE_TEST_CASE(a_gang_lives_on_when_one_of_its_agents_is_killed, two_agents) {
  auto client = start_shell(waits_for_go(0), {"-n", "2", "--max-per-agent", "1", "--name", "g"});
  client.first_line();
  wait_for("tasks", [](const json& xs) {
    return std::ranges::count(xs, json("RUNNING"), [](const json& x) { return x.at("state"); }) ==
           2;
  });
  kill_agent(2);
  start_agent(2);
  wait_for_agents(2);
  go();
  BOOST_CHECK_EQUAL(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(two_agents_cannot_share_a_work_directory) {
  auto second = agent_that_ends(1);
  BOOST_CHECK_EQUAL(second.code, 64);
  BOOST_CHECK_MESSAGE(mentions(second.err, work_dir(1)), second.err);
}

BOOST_AUTO_TEST_CASE(an_agent_may_have_more_than_it_had_but_not_less) {
  kill_agent(1);
  auto less = agent_that_ends(1, {"--cpus", "2"});
  BOOST_CHECK_EQUAL(less.code, 64);
  BOOST_CHECK_MESSAGE(mentions(less.err, "cpus:4") && mentions(less.err, "cpus:2"), less.err);
  start_agent(1, {"--cpus", "6"});
  wait_for("agents", [](const json& xs) { return xs.at(0).at("total").at("cpus") == 6; });
}

BOOST_AUTO_TEST_CASE(checkpoints_that_are_damaged_are_named_with_what_to_do) {
  run_shell("true");
  kill_agent(1);
  std::filesystem::path damaged;
  for (const auto& file : std::filesystem::recursive_directory_iterator{work_dir(1)})
    if (file.is_regular_file() && file.path().string().find("frameworks") == std::string::npos &&
        file.file_size() > 100)
      damaged = file.path();
  std::fstream{damaged, std::ios::in | std::ios::out}.seekp(60).write("damage", 6);
  auto end = agent_that_ends(1);
  BOOST_CHECK_EQUAL(end.code, 64);
  BOOST_CHECK_MESSAGE(mentions(end.err, damaged.string()), end.err);
}

BOOST_AUTO_TEST_CASE(an_agent_has_its_id_for_good) {
  auto id = listing("agents").at(0).at("id");
  kill_agent(1);
  start_agent(1);
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(listing("agents").size(), 1u);
  BOOST_CHECK_EQUAL(listing("agents").at(0).at("id"), id);
}

BOOST_AUTO_TEST_SUITE_END()
