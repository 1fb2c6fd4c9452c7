// What the parts of a cluster log, as real programs.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <sstream>

#include "support.hpp"

using namespace entente::test;

namespace {

/// A master and an agent, each with a file for its log.
class logged_hosts : public workshop {
public:
  logged_hosts() {
    env["ENTENTE_AGENT_LIMITS"] = "off";
    write_settings(master_settings, R"({"file": ")" + path("master.log") + R"("})");
    write_settings(agent_settings, R"({"file": ")" + path("agent.log") + R"(", "format": "json"})");
    master_ = std::make_unique<program>(
      start({"master", "--config", path(master_settings), "--listen", "127.0.0.1:0"}));
    auto line = master_->first_line();
    env["ENTENTE_MASTER"] = line.substr(line.rfind(' ') + 1);
    start_agent();
    BOOST_REQUIRE(tells("agent.log", {R"("event":"registered")"}));
  }

  void start_agent() {
    agent_ =
      std::make_unique<program>(start({"agent", "--config", path(agent_settings), "--work-dir",
                                       path("work"), "--master", env.at("ENTENTE_MASTER")}));
    agent_->first_line();
  }

  void write_settings(const std::string& name, const std::string& log) const {
    write(name, R"({"agent": {"resources": {"cpus": 4, "mem": "2GB"}}, "log": )" + log + "}");
  }

  /// Waits until a log has a line with all of these.
  bool tells(const std::string& file, const strings& parts) const {
    return eventually([&] { return !line_with(file, parts).empty(); });
  }

  std::string line_with(const std::string& file, const strings& parts) const {
    std::istringstream in{read(file)};
    for (std::string line; std::getline(in, line);)
      if (std::ranges::all_of(parts, [&](const auto& x) { return mentions(line, x); }))
        return line;
    return {};
  }

  program& master() { return *master_; }
  program& agent() { return *agent_; }

  static constexpr auto master_settings = "master.json";
  static constexpr auto agent_settings = "agent.json";

private:
  std::unique_ptr<program> master_;
  std::unique_ptr<program> agent_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(logging)

BOOST_FIXTURE_TEST_CASE(both_sides_tell_of_an_agent_a_claim_and_its_tasks, logged_hosts) {
  BOOST_CHECK_EQUAL(entente({"run", "-n", "2", "--cpus", "0.1", "--", "true"}).code, 0);
  BOOST_CHECK(tells("master.log", {" info entente event=listening address=127.0.0.1:"}));
  BOOST_CHECK(tells("master.log", {" info master event=agent_registered agent=", "total="}));
  BOOST_CHECK(tells("master.log", {" info master event=framework_subscribed framework="}));
  BOOST_CHECK(tells("master.log", {"event=claim_arrived framework=", "count=2"}));
  BOOST_CHECK(tells("master.log", {"event=claim_granted framework=", "slots=2"}));
  BOOST_CHECK(tells("master.log", {"event=task_ended ", "state=FINISHED"}));
  BOOST_CHECK(tells("agent.log", {R"("part":"agent","event":"registered","agent":")"}));
  BOOST_CHECK(tells("agent.log", {R"("event":"task_started")"}));
  BOOST_CHECK(tells("agent.log", {R"("event":"task_ended")", R"("how":"exited with code 0")"}));
}

BOOST_FIXTURE_TEST_CASE(every_line_of_JSON_is_an_object_with_time_level_part_and_event,
                        logged_hosts) {
  entente({"run", "--name", "a\n2026 \"x\": y", "--cpus", "0.1", "--", "true"});
  BOOST_CHECK(tells("agent.log", {"task_ended"}));
  agent().signal(SIGTERM);
  BOOST_CHECK_EQUAL(agent().wait().code, 0);
  std::istringstream in{read("agent.log")};
  for (std::string line; std::getline(in, line);) {
    auto x = json::parse(line);
    for (const auto* key : {"time", "level", "part", "event"})
      BOOST_CHECK_MESSAGE(x.contains(key), line);
  }
}

BOOST_FIXTURE_TEST_CASE(the_master_tells_of_an_agent_that_is_killed_and_comes_back, logged_hosts) {
  agent().signal(SIGKILL);
  BOOST_CHECK(tells("master.log", {" warn master event=agent_disconnected agent="}));
  start_agent();
  BOOST_CHECK(tells("master.log", {" info master event=agent_back agent="}));
}

BOOST_FIXTURE_TEST_CASE(the_agent_tells_of_a_master_that_is_killed, logged_hosts) {
  master().signal(SIGKILL);
  BOOST_CHECK(tells("agent.log", {R"("event":"master_lost")"}));
}

BOOST_FIXTURE_TEST_CASE(a_refused_call_is_told_with_its_reason, logged_hosts) {
  entente({"drain", "nobody"});
  BOOST_CHECK(tells("master.log", {" warn master event=drain_agent agent=nobody", "refused="}));
}

BOOST_FIXTURE_TEST_CASE(SIGHUP_takes_over_levels_and_format, logged_hosts) {
  BOOST_CHECK(!mentions(read("master.log"), " debug "));
  write_settings(master_settings,
                 R"({"file": ")" + path("master.log") + R"(", "levels": {"master": "debug"}})");
  master().signal(SIGHUP);
  BOOST_REQUIRE(tells("master.log", {"info entente event=reloaded log_level=info"}));
  BOOST_CHECK_EQUAL(entente({"run", "--cpus", "0.1", "--", "true"}).code, 0);
  BOOST_CHECK(tells("master.log", {" debug master event=round_started round="}));
}

BOOST_FIXTURE_TEST_CASE(SIGHUP_opens_a_file_again_that_was_moved_away, logged_hosts) {
  BOOST_REQUIRE(tells("agent.log", {"agent_started"}));
  shell("mv " + path("agent.log") + ' ' + path("old.log"));
  agent().signal(SIGHUP);
  BOOST_CHECK(tells("agent.log", {R"("event":"reloaded")"}));
  BOOST_CHECK(mentions(read("old.log"), "agent_started"));
}

BOOST_FIXTURE_TEST_CASE(SIGHUP_with_a_wrong_file_changes_nothing_and_says_so, logged_hosts) {
  write(master_settings, R"({"log": {"level": "loud"}})");
  master().signal(SIGHUP);
  BOOST_CHECK(tells("master.log", {" error entente event=reload_failed", path(master_settings),
                                   "log.level", "loud"}));
  auto no_folder = path(agent_settings) + "/y.log";
  write_settings(master_settings, R"({"file": ")" + no_folder + R"(", "level": "error"})");
  master().signal(SIGHUP);
  BOOST_CHECK(tells("master.log", {" error entente event=reload_failed", no_folder}));
  BOOST_CHECK_EQUAL(entente({"run", "--cpus", "0.1", "--", "true"}).code, 0);
  BOOST_CHECK(tells("master.log", {" info master event=claim_granted"}));
}

BOOST_FIXTURE_TEST_CASE(nothing_that_a_task_is_given_in_secret_is_logged, logged_hosts) {
  for (const auto* name : {"master", "agent"})
    write_settings(std::string{name} + ".json",
                   R"({"file": ")" + path(std::string{name} + ".log") + R"(", "level": "trace"})");
  master().signal(SIGHUP);
  agent().signal(SIGHUP);
  BOOST_REQUIRE(tells("master.log", {"event=reloaded log_level=trace"}));
  BOOST_REQUIRE(tells("agent.log", {"event=reloaded log_level=trace"}));
  BOOST_CHECK_EQUAL(entente({"run", "--env", "TOKEN=hunter2", "--cpus", "0.1", "--", "true"}).code,
                    0);
  BOOST_CHECK(tells("agent.log", {"event=task_ended"}));
  for (const auto* file : {"master.log", "agent.log"})
    BOOST_CHECK(!mentions(read(file), "hunter2"));
}

BOOST_FIXTURE_TEST_CASE(an_order_to_end_is_the_last_that_is_told, logged_hosts) {
  master().signal(SIGTERM);
  BOOST_CHECK_EQUAL(master().wait().code, 0);
  BOOST_CHECK(!line_with("master.log", {"event=stopping signal=SIGTERM"}).empty());
}

BOOST_FIXTURE_TEST_CASE(a_master_whose_stderr_nobody_reads_any_more_lives_on, workshop) {
  auto server = start_in_shell("mkfifo \"$TMPDIR/err\"; head -c 1 <\"$TMPDIR/err\" >/dev/null & "
                               "exec entente master --listen 127.0.0.1:0 --log-level debug "
                               "2>\"$TMPDIR/err\"");
  auto line = server.first_line();
  env["ENTENTE_MASTER"] = line.substr(line.rfind(' ') + 1);
  BOOST_CHECK(eventually([&] { return processes().size() == 1; }));  // head has gone
  BOOST_CHECK_EQUAL(entente({"drain", "nobody"}).code, 64);
  BOOST_CHECK_EQUAL(entente({"status"}).code, 0);
  server.signal(SIGTERM);
  BOOST_CHECK_EQUAL(server.wait().code, 0);
}

BOOST_FIXTURE_TEST_CASE(a_cluster_in_one_process_logs_only_what_goes_wrong, cluster) {
  BOOST_CHECK_EQUAL(entente({"run", "-n", "2", "--", "true"}).code, 0);
  server().signal(SIGTERM);
  BOOST_CHECK_EQUAL(server().wait().err, "");
}

BOOST_FIXTURE_TEST_CASE(a_cluster_in_one_process_logs_more_when_asked, workshop) {
  auto x = entente({"local", "--listen", "127.0.0.1:0", "--log-level", "info", "--", "true"});
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_MESSAGE(mentions(x.err, " info agent event=agent_started agent=agent-1 "), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, " info master event=agent_registered agent=agent-1 "), x);
}

BOOST_FIXTURE_TEST_CASE(a_level_that_is_none_is_wrong_usage, workshop) {
  auto x = entente({"local", "--log-level", "wran"});
  BOOST_CHECK_MESSAGE(x.code == 64 && is_one_line(x.err), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, R"(did you mean "warn"?)"), x);
}

BOOST_FIXTURE_TEST_CASE(a_log_file_that_cannot_be_opened_is_wrong_usage, workshop) {
  env["ENTENTE_LOG_FILE"] = path("none") + "/x/y.log";
  write("none", "");
  auto x = entente({"local", "--listen", "127.0.0.1:0", "--", "true"});
  BOOST_CHECK_MESSAGE(x.code == 64 && is_one_line(x.err), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, env["ENTENTE_LOG_FILE"]), x);
}

BOOST_AUTO_TEST_SUITE_END()
