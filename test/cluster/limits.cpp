// Tasks are held to what they have asked for, where the machine lets an agent do that.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "control_groups.hpp"
#include "support.hpp"

using namespace entente::test;

namespace {

/// Has more than 200 MB in the end.
constexpr auto grows = "exec awk 'BEGIN { s = \"x\"; while (length(s) < 200000000) s = s s }'";

struct fixture : hosts {
  fixture() : hosts(0) {}

  ~fixture() {
    agent(1).signal(SIGTERM);
    agent(1).wait();
  }

  /// Starts the agent, which ends its tasks and their groups when it is stopped.
  void start_with(const std::string& variable, const std::string& value) {
    env[variable] = value;
    start_agent(1, {"--kill-tasks"});
    wait_for_agents(1);
  }

  /// Whether the agent has said at its start that something is enforced here.
  bool enforces() {
    start_with("ENTENTE_AGENT_LIMITS", "auto");
    auto enforced = enforces_limits(agent(1));
    if (!enforced)
      BOOST_TEST_MESSAGE("skipped: " << agent(1).out());
    return enforced;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limits, fixture)

BOOST_AUTO_TEST_CASE(an_agent_says_at_its_start_what_is_enforced) {
  start_with("ENTENTE_AGENT_LIMITS", "auto");
  BOOST_CHECK_MESSAGE(mentions(agent(1).out(), "enforced"), agent(1).out());
}

BOOST_AUTO_TEST_CASE(a_task_over_its_memory_has_failed_and_says_how_much_it_had) {
  if (!enforces())
    return;
  auto client = start_shell(grows, {"--mem", "64MB", "--name", "big"});
  auto task = wait_for_task("big", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LIMITATION_MEMORY");
  BOOST_CHECK(mentions(task.at("message").get<std::string>(), "64 MB"));
  BOOST_CHECK_NE(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(
  a_task_that_outlives_what_was_killed_for_memory_ends_with_its_code_and_the_figures) {
  if (!enforces())
    return;
  auto end = run_shell("(" + std::string{grows} + "); exit 5", {"--mem", "64MB"});
  BOOST_CHECK_EQUAL(end.code, 5);
  BOOST_CHECK_MESSAGE(mentions(end.err, "it had all the memory that it may have, 64 MB"), end.err);
}

BOOST_AUTO_TEST_CASE(a_task_that_may_have_next_to_no_memory_is_told_no_zero) {
  if (!enforces())
    return;
  for (auto memory : {"1KB", "100KB"}) {
    auto end = entente({"run", "--mem", memory, "--", "true"});
    BOOST_CHECK_MESSAGE(mentions(end.err, "it had all the memory that it may have"), end.err);
    BOOST_CHECK_MESSAGE(!mentions(end.err, ", 0 "), end.err);
  }
}

BOOST_AUTO_TEST_CASE(a_probe_over_the_memory_of_its_task_has_failed_and_the_task_runs_on) {
  if (!enforces())
    return;
  if (mentions(agent(1).out(), "cgroups v2"))
    return;  // There the kernel kills both.
  auto client = start_shell("until [ -e " + path("go") + " ]; do sleep 0.01; done; exit 3",
                            {"--mem", "64MB", "--name", "probed", "--health-command", grows,
                             "--health-grace", "0s", "--health-interval", "20ms",
                             "--health-timeout", "60s", "--health-failures", "1000"});
  wait_for("tasks", [](const json& xs) {
    return xs.size() == 1 && mentions(xs[0].at("message").get<std::string>(), "SIGKILL");
  });
  write("go", "");
  BOOST_CHECK_EQUAL(client.wait().code, 3);
  BOOST_CHECK_EQUAL(wait_for_task("probed", "FAILED").at("reason"), "COMMAND_EXECUTOR_FAILED");
}

BOOST_AUTO_TEST_CASE(what_forks_without_end_is_stopped_and_all_of_it_ends_with_its_task) {
  env["ENTENTE_AGENT_TASK_PIDS"] = "50";
  if (!enforces())
    return;
  // A shell that cannot fork ends, so the task itself is none of those that try.
  auto client =
    start_shell("(f() { f & f & wait; }; f) & echo up; exec sleep 600", {"--name", "bomb"});
  client.first_line();
  auto id = wait_for_task("bomb", "RUNNING").at("id").get<std::string>();
  entente({"kill", "--grace", "1ms", id});
  client.wait();
  BOOST_CHECK(eventually([this] { return processes().size() == 2; }));
}

BOOST_AUTO_TEST_CASE(what_a_killed_agent_has_left_of_control_groups_goes_with_its_next_life) {
  if (!enforces())
    return;
  auto id = listing("agents").at(0).at("id").get<std::string>();
  auto ends = start_shell("echo $$; exec sleep 600", {"--name", "ends"});
  auto stays = start_shell("echo $$; exec sleep 600", {"--name", "stays"});
  auto process = ends.first_line_as_process();
  auto other = stays.first_line_as_process();
  auto both = groups_of_tasks(*this, id);
  kill_agent(1);
  process.signal(SIGKILL);
  process.ends();
  BOOST_CHECK_EQUAL(groups_of_tasks(*this, id), both);
  start_agent(1, {"--kill-tasks"});
  wait_for_task("ends", "FAILED");
  BOOST_CHECK(eventually([&] { return groups_of_tasks(*this, id).size() < both.size(); }));
  BOOST_CHECK_NE(groups_of_tasks(*this, id), "");
  BOOST_CHECK(other.signal(0));
  agent(1).signal(SIGTERM);
  agent(1).wait();
  BOOST_CHECK_EQUAL(groups_of_agent(*this, id), "");
  start_with("ENTENTE_AGENT_LIMITS", "off");
}

BOOST_AUTO_TEST_CASE(without_limits_a_task_may_have_more) {
  start_with("ENTENTE_AGENT_LIMITS", "off");
  BOOST_CHECK(mentions(agent(1).out(), "limits are off"));
  BOOST_CHECK_EQUAL(run_shell(grows, {"--mem", "32MB"}).code, 0);
}

BOOST_AUTO_TEST_SUITE_END()
