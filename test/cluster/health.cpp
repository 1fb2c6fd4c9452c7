// Whether tasks are well is asked for, told, and has consequences.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Answers by HTTP at the first port of its rank, by 500 when the file that it is given is there.
constexpr auto server = R"(
  exec perl -MIO::Socket::INET -e '
    $SIG{PIPE} = "IGNORE";
    $port = (split /[:,]/, $ENV{ENTENTE_HOSTS})[2 * $ENV{ENTENTE_RANK} + 1];
    $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 9,
                               ReuseAddr => 1) or die;
    while ($c = $s->accept) {
      while (($line = <$c>) =~ /\S/) {}
      print $c "HTTP/1.1 " . (-e $ARGV[0] ? 500 : 200) . " X\r\nContent-Length: 0\r\n\r\n";
      close $c;
    }' )";

struct fixture : hosts {
  /// Probes often, and lets nothing pass.
  strings check(strings probe, const std::string& name, const std::string& grace = "0s") const {
    probe.insert(probe.end(), {"--name", name, "--health-interval", "20ms", "--health-grace", grace,
                               "--health-failures", "3"});
    return probe;
  }

  std::string is_there(const std::string& name) const { return "test -e " + path(name); }
  void remove(const std::string& name) const { std::filesystem::remove(path(name)); }

  json wait_for_health(const std::string& name, const std::string& health) const {
    json result;
    wait_for("tasks", [&](const json& tasks) {
      for (const auto& x : tasks)
        if (x.at("name") == name && x.at("health") == health)
          result = x;
      return !result.is_null();
    });
    return result;
  }

  static std::string message_of(const json& task) { return task.at("message").get<std::string>(); }

  /// How many processes of ours have the word in their command.
  std::ptrdiff_t count(const std::string& word) const {
    return std::ranges::count_if(processes(), [&](const found_process& x) {
      return std::ranges::find(x.argv, word) != x.argv.end();
    });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(health, fixture)

// -- by command -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_becomes_healthy_when_its_check_passes) {
  auto client = start_shell("exec sleep 600", {"--name", "t", "--health-command", is_there("up"),
                                               "--health-interval", "20ms"});
  BOOST_CHECK_EQUAL(wait_for_task("t", "RUNNING").at("health"), "");
  write("up", "");
  auto task = wait_for_health("t", "healthy");
  BOOST_CHECK_EQUAL(task.at("state"), "RUNNING");
  BOOST_CHECK_EQUAL(task.at("reason"), "TASK_HEALTH_CHECK_STATUS_UPDATED");
  BOOST_CHECK(mentions(entente({"tasks"}).out, "RUNNING, healthy"));
}

BOOST_AUTO_TEST_CASE(a_task_without_a_check_has_no_health) {
  run_shell("true", {"--name", "t"});
  BOOST_CHECK_EQUAL(wait_for_task("t", "FINISHED").at("health"), "");
}

BOOST_AUTO_TEST_CASE(a_task_that_is_never_well_is_killed_and_says_what_has_failed_how_often) {
  auto end = run_shell("exec sleep 600", check({"--health-command", "echo no luck; exit 4"}, "t"));
  BOOST_CHECK_EQUAL(end.code, 128 + SIGTERM);
  auto task = wait_for_task("t", "KILLED");
  BOOST_CHECK_EQUAL(task.at("reason"), "TASK_HEALTH_CHECK_STATUS_UPDATED");
  BOOST_CHECK_EQUAL(task.at("health"), "unhealthy");
  BOOST_CHECK_EQUAL(task.at("signal"), SIGTERM);
  BOOST_CHECK_EQUAL(message_of(task),
                    "its health check has failed 3 times one after the other: \"sh -c echo no "
                    "luck; exit 4\" exited with code 4: no luck; killed by signal SIGTERM (15)");
  BOOST_CHECK_MESSAGE(mentions(end.err, "its health check has failed 3 times"), end.err);
}

BOOST_AUTO_TEST_CASE(a_check_that_hangs_is_ended_with_all_that_it_has_started) {
  auto options = check({"--health-command", "setsid sleep 601 & sleep 602"}, "t");
  options.insert(options.end(), {"--health-timeout", "200ms"});
  run_shell("exec sleep 600", options);
  BOOST_CHECK(mentions(message_of(wait_for_task("t", "KILLED")), "it took longer than 200ms"));
  BOOST_CHECK(eventually([this] { return processes().size() == 2; }));
}

BOOST_AUTO_TEST_CASE(a_check_ends_with_its_task) {
  auto client = start_shell("until " + is_there("go") + "; do sleep 0.01; done",
                            check({"--health-command", "setsid sleep 601 & sleep 602"}, "t"));
  BOOST_CHECK(eventually([this] { return count("601") == 1 && count("602") >= 1; }));
  write("go", "");
  BOOST_CHECK_EQUAL(client.wait().code, 0);
  BOOST_CHECK(eventually([this] { return processes().size() == 2; }));
}

// -- by connection ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_rank_is_asked_at_a_port_of_its_own) {
  auto client = start_shell(server + path("sick"),
                            check({"-n", "2", "--health-http", "PORT0/up"}, "web", "60s"));
  wait_for_health("web-0", "healthy");
  wait_for_health("web-1", "healthy");
  write("sick", "");
  auto task = wait_for_task("web-0", "KILLED");
  BOOST_CHECK(mentions(message_of(task), "answered by status 500"));
  BOOST_CHECK(mentions(message_of(wait_for_task("web-1", "KILLED")), "GET /up at port"));
}

BOOST_AUTO_TEST_CASE(a_port_is_enough) {
  auto client = start_shell(server + path("sick"), check({"--health-tcp", "PORT0"}, "web", "60s"));
  wait_for_health("web", "healthy");
}

BOOST_AUTO_TEST_CASE(a_task_that_does_not_listen_is_killed) {
  auto end = run_shell("exec sleep 600", check({"--health-tcp", "PORT0"}, "t"));
  BOOST_CHECK_EQUAL(end.code, 128 + SIGTERM);
  BOOST_CHECK(mentions(message_of(wait_for_task("t", "KILLED")), "Connection refused"));
}

// -- without an agent -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_check_goes_on_with_the_next_life_of_the_agent) {
  write("up", "");
  auto client = start_shell("exec sleep 600", check({"--health-command", is_there("up")}, "t"));
  wait_for_health("t", "healthy");
  kill_agent(1);
  remove("up");
  start_agent(1);
  BOOST_CHECK_EQUAL(client.wait().code, 128 + SIGTERM);
  BOOST_CHECK_EQUAL(wait_for_task("t", "KILLED").at("health"), "unhealthy");
}

BOOST_AUTO_TEST_CASE(a_task_that_stays_well_is_healthy_all_the_time) {
  write("up", "");
  auto client = start_shell("until " + is_there("go") + "; do sleep 0.01; done",
                            check({"--health-command", is_there("up")}, "t"));
  wait_for_health("t", "healthy");
  kill_agent(1);
  start_agent(1);
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(wait_for_health("t", "healthy").at("state"), "RUNNING");
  write("go", "");
  BOOST_CHECK_EQUAL(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(why_a_task_is_killed_is_told_by_the_next_life_of_the_agent) {
  auto client = start_shell("trap '' TERM; sleep 600 & wait; wait; sleep 600",
                            check({"--health-command", "exit 1"}, "t"));
  wait_for_task("t", "KILLING");
  kill_agent(1);
  start_agent(1);
  BOOST_CHECK_EQUAL(client.wait().code, 128 + SIGKILL);
  auto task = wait_for_task("t", "KILLED");
  BOOST_CHECK_EQUAL(task.at("health"), "unhealthy");
  BOOST_CHECK(mentions(message_of(task), "failed 3 times one after the other"));
  BOOST_CHECK(mentions(message_of(task), "SIGKILL"));
}

BOOST_AUTO_TEST_CASE(a_check_that_runs_ends_with_its_agent) {
  auto client =
    start_shell("exec sleep 600", check({"--health-command", "setsid sleep 601 & sleep 602"}, "t"));
  BOOST_CHECK(eventually([this] { return count("601") == 1 && count("602") >= 1; }));
  kill_agent(1);
  BOOST_CHECK(eventually([this] { return count("601") == 0 && count("602") == 0; }));
  BOOST_CHECK_EQUAL(count("600"), 1);
}

// -- wrong input ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_wrong_check_is_refused_before_anything_runs) {
  for (const auto& [options, part] :
       {std::pair{strings{"--health-tcp", "http"}, "--health-tcp: expected a port"},
        {{"--health-tcp", "PORT1"}, "there is no PORT1: a slot has 1 port"},
        {{"--health-http", "80/a b"}, "the path of a health check"},
        {{"--health-command", ""}, "--health"},
        {{"--health-command", "true", "--health-tcp", "80"}, "--health-"},
        {{"--health-command", "true", "--health-interval", "1ms"}, "the interval of a health"},
        {{"--health-command", "true", "--health-failures", "0"}, "at least 1 failure"},
        {{"--health-grace", "5s"}, "a health check needs"}}) {
    auto end = run_shell("true", options);
    BOOST_CHECK_EQUAL(end.code, 64);
    BOOST_CHECK_MESSAGE(mentions(end.err, part) && is_one_line(end.err), end);
  }
}

BOOST_AUTO_TEST_SUITE_END()
