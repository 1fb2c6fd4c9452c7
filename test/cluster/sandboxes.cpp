// What tasks use is measured, what they may not have ends them, and what they leave goes.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto three_megabytes = "head -c 3000000 /dev/zero > file; echo ready; exec sleep 600";

struct fixture : hosts {
  fixture() : hosts(0) {}

  void start_with(const std::map<std::string, std::string>& variables) {
    env.insert(variables.begin(), variables.end());
    start_agent(1);
    wait_for_agents(1);
  }

  /// Runs a task to its end. @returns its sandbox
  fs::path run_one(const std::string& name) const {
    run_shell("echo hello", {"--name", name});
    auto task = wait_for_task(name, "FINISHED");
    return fs::path{work_dir(1)} / "frameworks" / task.at("framework").get<std::string>() /
           "tasks" / task.at("id").get<std::string>();
  }

  static void make_old(const fs::path& sandbox, std::chrono::minutes by) {
    fs::last_write_time(sandbox, fs::file_time_type::clock::now() - by);
  }

  /// Waits until the three megabytes that the only task writes are known.
  json wait_until_measured(program& client) const {
    client.first_line();
    return wait_for("tasks",
                    [](const json& tasks) {
                      const auto& usage = tasks.at(0).at("usage");
                      return usage.is_object() && usage.at("disk_bytes") >= 3'000'000;
                    })
      .at(0);
  }

  std::string logs_error(const fs::path& sandbox) const {
    return entente({"logs", sandbox.filename()}).err;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandboxes, fixture)

BOOST_AUTO_TEST_CASE(what_a_task_uses_is_listed) {
  start_with({});
  auto client = start_shell("i=0; while [ $i -lt 1000000 ]; do i=$((i + 1)); done; " +
                              std::string{three_megabytes},
                            {"--name", "user"});
  auto usage = wait_until_measured(client).at("usage");
  BOOST_CHECK_GT(usage.at("cpu_seconds"), 0);
  BOOST_CHECK_GT(usage.at("mem_bytes"), 0);
  auto table = entente({"tasks", "--usage"});
  BOOST_CHECK_MESSAGE(mentions(table.out, "DISK USED") && mentions(table.out, "user"), table);
}

BOOST_AUTO_TEST_CASE(a_task_whose_sandbox_grows_too_large_has_failed_and_says_how_large) {
  start_with({});
  auto client = start_shell(three_megabytes, {"--name", "big", "--disk", "1MB"});
  auto task = wait_for_task("big", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LIMITATION_DISK");
  auto message = task.at("message").get<std::string>();
  BOOST_CHECK_MESSAGE(mentions(message, "its sandbox has 3 MB, 1 MB were asked for"), message);
  BOOST_CHECK_NE(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(that_it_was_too_large_is_told_though_the_agent_was_killed_meanwhile) {
  start_with({});
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "big", "--disk", "1MB"});
  auto process = client.first_line_as_process();
  kill_agent(1);
  // As far as the agent comes before it kills the task.
  shell("for run in " + work_dir(1) + "/runs/*/*; do echo too large > $run/over; done");
  BOOST_CHECK(process.signal(SIGKILL));
  start_agent(1);
  auto task = wait_for_task("big", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LIMITATION_DISK");
  BOOST_CHECK(mentions(task.at("message").get<std::string>(), "too large"));
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_not_enforced_is_accounted_only) {
  write("hosts.json", R"({"agent": {"resources": {"cpus": 4}, "enforce_disk": false}})");
  start_with({});
  auto client = start_shell(three_megabytes, {"--disk", "1MB"});
  BOOST_CHECK_EQUAL(wait_until_measured(client).at("state"), "RUNNING");
}

BOOST_AUTO_TEST_CASE(sandboxes_go_when_they_are_old_and_logs_say_so) {
  start_with({{"ENTENTE_AGENT_SANDBOX_AGE", "10s"}});
  auto old = run_one("old");
  BOOST_CHECK_EQUAL(entente({"logs", old.filename()}).out, "hello\n");
  make_old(old, 1h);
  BOOST_CHECK(eventually([&] { return !fs::exists(old); }));
  BOOST_CHECK_MESSAGE(mentions(logs_error(old), "its sandbox was removed at"), logs_error(old));
  BOOST_CHECK(mentions(logs_error(old), "agent.sandbox_age"));
}

BOOST_AUTO_TEST_CASE(the_age_of_sandboxes_outlives_the_agent) {
  start_with({{"ENTENTE_AGENT_SANDBOX_AGE", "30s"}});
  auto old = run_one("old");
  auto young = run_one("young");
  kill_agent(1);
  make_old(old, 1h);
  start_agent(1);
  BOOST_CHECK(eventually([&] { return !fs::exists(old); }));
  BOOST_CHECK(fs::exists(young));
}

BOOST_AUTO_TEST_CASE(what_a_task_that_runs_has_is_never_removed) {
  start_with({{"ENTENTE_AGENT_SANDBOX_AGE", "5s"}});
  auto client = start_shell("echo $PWD; exec sleep 600", {"--name", "runs"});
  fs::path sandbox = client.first_line();
  kill_agent(1);
  make_old(sandbox, 1h);
  start_agent(1);
  auto old = run_one("old");
  make_old(old, 1h);
  BOOST_CHECK(eventually([&] { return !fs::exists(old); }));
  BOOST_CHECK(fs::exists(sandbox));
}

BOOST_AUTO_TEST_CASE(the_oldest_go_when_the_disk_is_wanted) {
  start_with({{"ENTENTE_AGENT_SANDBOX_AGE", "5m"}, {"ENTENTE_AGENT_DISK_SHARE", "0.001"}});
  auto old = run_one("old");
  auto young = run_one("young");
  make_old(old, 2min);
  BOOST_CHECK(eventually([&] { return !fs::exists(old); }));
  BOOST_CHECK(fs::exists(young));
}

BOOST_AUTO_TEST_SUITE_END()
