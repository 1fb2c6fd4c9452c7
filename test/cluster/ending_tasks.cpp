#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Says its process id, then stays.
constexpr auto patient = "echo $$; exec sleep 600";
/// The same, and SIGTERM does not end it.
constexpr auto stubborn = "trap '' TERM; echo $$; exec sleep 600";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ending_tasks, cluster)

BOOST_AUTO_TEST_CASE(a_task_whose_process_is_killed_has_failed_and_names_the_signal) {
  auto client = start_shell(patient, {"--name", "victim"});
  client.first_line_as_process().signal(SIGKILL);
  BOOST_CHECK_EQUAL(client.wait().code, 128 + SIGKILL);
  auto task = wait_for_task("victim", "FAILED");
  BOOST_CHECK_EQUAL(task.at("signal"), SIGKILL);
  BOOST_CHECK(task.at("exit_code").is_null());
  BOOST_CHECK(mentions(task.at("message").get<std::string>(), "SIGKILL"));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_told_to_end_ends_as_killed) {
  auto client = start_shell(patient, {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", id}), (ending{0, "", ""}));
  BOOST_CHECK(process.ends());
  BOOST_CHECK_EQUAL(client.wait().code, 128 + SIGTERM);
  wait_for_task("victim", "KILLED");
}

BOOST_AUTO_TEST_CASE(a_task_that_ignores_SIGTERM_gets_SIGKILL_after_the_grace_period) {
  auto client = start_shell(stubborn, {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", "--grace", "100ms", id}).code, 0);
  BOOST_CHECK(process.ends());
  BOOST_CHECK_EQUAL(wait_for_task("victim", "KILLED").at("signal"), SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_task_that_ends_itself_in_its_grace_period_may_clean_up) {
  auto script = "trap 'echo cleaned > " + path("trace") +
                "; exit 0' TERM; echo $$; "
                "while :; do sleep 0.02; done";
  auto client = start_shell(script, {"--name", "victim"});
  client.first_line();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  entente({"kill", "--grace", "30s", id});
  client.wait();
  BOOST_CHECK_EQUAL(read("trace"), "cleaned\n");
  wait_for_task("victim", "KILLED");
}

BOOST_AUTO_TEST_CASE(Ctrl_C_of_run_kills_its_task_and_ends_with_130) {
  auto client = start_shell(patient, {"--name", "victim"});
  auto process = client.first_line_as_process();
  client.signal(SIGINT);
  BOOST_CHECK_EQUAL(client.wait().code, 130);
  BOOST_CHECK(process.ends());
  wait_for_task("victim", "KILLED");
}

BOOST_AUTO_TEST_CASE(Ctrl_C_of_a_run_that_waits_for_room_ends_with_130) {
  auto holder = start_shell(patient, {"--cpus", "4"});
  holder.first_line();
  auto other = start_shell(patient, {"--cpus", "4"});
  other.first_line();
  auto waiter = start_shell("true", {"--name", "waiter"});
  wait_for("frameworks", [](const json& xs) { return xs.size() == 3; });
  waiter.signal(SIGINT);
  BOOST_CHECK_EQUAL(waiter.wait(), (ending{130, "", ""}));
  wait_for("frameworks", [](const json& xs) { return xs.size() == 2; });
}

BOOST_AUTO_TEST_CASE(the_task_of_a_client_that_dies_is_killed_after_the_failover_timeout) {
  auto client = start_shell(patient, {"--name", "orphan", "--failover-timeout", "1s"});
  auto process = client.first_line_as_process();
  client.signal(SIGKILL);
  BOOST_CHECK(process.ends());
  wait_for_task("orphan", "KILLED");
  wait_for("frameworks", [](const json& xs) { return xs.empty(); });
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(the_task_of_a_client_that_dies_outlives_it_before_the_failover_timeout) {
  auto client = start_shell(patient, {"--name", "orphan", "--failover-timeout", "1h"});
  auto process = client.first_line_as_process();
  client.signal(SIGKILL);
  client.wait();
  wait_for("frameworks",
           [](const json& xs) { return xs.size() == 1 && xs[0].at("state") == "disconnected"; });
  BOOST_CHECK(!process.ends(std::chrono::milliseconds{0}));
}

BOOST_AUTO_TEST_CASE(a_detached_task_outlives_its_client_and_can_be_killed) {
  auto client = entente({"run", "--detach", "--name", "daemon", "--", "sleep", "600"});
  BOOST_REQUIRE_EQUAL(client.code, 0);
  BOOST_REQUIRE(is_one_line(client.out));
  auto id = client.out.substr(0, client.out.size() - 1);
  BOOST_CHECK_EQUAL(wait_for_task("daemon", "RUNNING").at("id"), id);
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  wait_for_task("daemon", "KILLED");
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(logs_follow_a_detached_task_to_its_end) {
  auto gate = path("gate");
  auto client =
    run_shell("echo one; until test -e " + gate + "; do sleep 0.02; done; echo two", {"--detach"});
  auto id = client.out.substr(0, client.out.size() - 1);
  auto follower = start({"logs", "-f", id});
  BOOST_CHECK_EQUAL(follower.first_line(), "one");
  write("gate", "");
  BOOST_CHECK_EQUAL(follower.wait(), (ending{0, "one\ntwo\n", ""}));
}

BOOST_AUTO_TEST_CASE(logs_of_an_ended_task_are_there_and_apart) {
  run_shell("echo out; echo err >&2", {"--name", "talker"});
  auto id = wait_for_task("talker", "FINISHED").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"logs", id}), (ending{0, "out\n", ""}));
  BOOST_CHECK_EQUAL(entente({"logs", "--stderr", id}), (ending{0, "err\n", ""}));
}

BOOST_AUTO_TEST_CASE(Ctrl_C_of_local_kills_even_stubborn_tasks_and_ends_with_130) {
  auto first = start_shell(stubborn);
  auto second = start_shell(stubborn);
  auto one = first.first_line_as_process();
  auto two = second.first_line_as_process();
  server().signal(SIGINT);
  BOOST_CHECK_EQUAL(server().wait().code, 130);
  BOOST_CHECK(one.ends());
  BOOST_CHECK(two.ends());
}

BOOST_AUTO_TEST_CASE(SIGTERM_ends_local_like_Ctrl_C) {
  auto client = start_shell("setsid sleep 600 & echo $!; wait");
  auto child = client.first_line_as_process();
  server().signal(SIGTERM);
  BOOST_CHECK_EQUAL(server().wait().code, 130);
  BOOST_CHECK(child.ends());
}

BOOST_AUTO_TEST_CASE(a_run_whose_cluster_ends_ends_too_and_says_why) {
  auto client = start_shell(patient, {"--failover-timeout", "1s"});
  client.first_line();
  server().signal(SIGINT);
  server().wait();
  auto x = client.wait();
  BOOST_CHECK_NE(x.code, 0);
  auto outcome = x.err;
  if (outcome.starts_with("entente: the output of task ")) {  // If it asked for some just then.
    BOOST_CHECK_MESSAGE(mentions(outcome, " cannot be read to its end: "), x.err);
    outcome.erase(0, outcome.find('\n') + 1);
  }
  BOOST_CHECK_MESSAGE(is_one_line(outcome) && outcome.starts_with("entente: task "), x.err);
}

BOOST_AUTO_TEST_SUITE_END()
