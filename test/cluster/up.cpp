// entente up: what a cluster's file says that a host runs.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : cluster_user {
  fixture() {
    env["ENTENTE_AGENT_LIMITS"] = "off";
    env["PROGRAMS"] = std::getenv("ENTENTE_BIN_DIR");
    env["ENTENTE_MASTER"] = address;
    file = write("cluster.json", R"({
      "master": {"listen": ")" + address +
                                   R"(", "work_dir": ")" + path("m") + R"("},
      "agent": {"masters": [")" + address +
                                   R"("], "work_dir": ")" + path("a") + R"(",
                "resources": {"cpus": 4, "mem": "2GB"}},
      "hosts": {"both": {"runs": ["master", "agent"], "agent": {"attributes": {"rack": "r7"}}},
                "none": {}}
    })");
  }

  program start_up() const { return start({"up", "--config", file, "--host", "both"}); }

  /// The process of a part; nothing if it does not run.
  std::optional<pid_t> part(const std::string& name) const {
    for (const auto& x : processes())
      if (x.argv.size() > 1 && x.argv[1] == name)
        return x.pid;
    return std::nullopt;
  }

  void wait_for_agent() const {
    auto came = eventually([this] {
      auto x = entente({"agents", "--json"});
      return x.code == 0 && mentions(x.out, "registered");
    });
    BOOST_REQUIRE(came);
  }

  /// Port 0 will not do: the parts must know it of each other. The process's number makes it
  /// unlikely that two tests take the same.
  std::string address = "127.0.0.1:" + std::to_string(20'000 + ::getpid() % 10'000);
  std::string file;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(up, fixture)

BOOST_AUTO_TEST_CASE(a_host_runs_its_parts_with_what_differs_there) {
  auto x = start_up();
  wait_for_agent();
  BOOST_CHECK_EQUAL(listing("agents").at(0).at("attributes").at("rack"), "r7");
  BOOST_CHECK_EQUAL(run_shell("echo hello").out, "hello\n");
  x.signal(SIGTERM);
  BOOST_CHECK_EQUAL(x.wait().code, 0);
  BOOST_CHECK(eventually([this] { return processes().empty(); }));
}

BOOST_AUTO_TEST_CASE(a_part_that_dies_is_started_again_and_tasks_run_on) {
  auto x = start_up();
  wait_for_agent();
  auto task = start_shell("echo up; until test -e " + path("end") + "; do sleep 0.1; done");
  task.first_line();
  auto first = part("agent").value();
  watched{first}.signal(SIGKILL);
  BOOST_CHECK(eventually([&] { return part("agent").value_or(first) != first; }));
  wait_for_agent();
  write("end", "");
  BOOST_CHECK_EQUAL(task.wait().code, 0);
  x.wait_for_error("is started again in 500ms");
}

BOOST_AUTO_TEST_CASE(two_parts_of_one_host_do_not_write_to_one_log_file) {
  env["ENTENTE_LOG_FILE"] = path("all.log");
  auto x = start_up();
  wait_for_agent();
  BOOST_CHECK(eventually([this] { return mentions(read("all-master.log"), "agent_registered"); }));
  BOOST_CHECK(eventually([this] { return mentions(read("all-agent.log"), "event=registered"); }));
  BOOST_CHECK_EQUAL(shell("ls " + path("all.log") + " 2>/dev/null"), "");
}

BOOST_AUTO_TEST_CASE(its_parts_end_when_it_is_killed) {
  auto x = start_up();
  wait_for_agent();
  x.signal(SIGKILL);
  x.wait();
  BOOST_CHECK(eventually([this] { return processes().empty(); }));
}

BOOST_AUTO_TEST_CASE(it_tells_the_service_manager_that_it_is_ready) {
  auto socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path("notify").copy(where.sun_path, sizeof where.sun_path - 1);
  BOOST_REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  env["NOTIFY_SOCKET"] = path("notify");
  auto x = start_up();
  char text[100]{};
  BOOST_CHECK(::recv(socket, text, sizeof text - 1, 0) > 0);
  BOOST_CHECK_EQUAL(std::string{text}, "READY=1");
  BOOST_CHECK_EQUAL(entente({"status"}).code, 0);  // for its parts are
  ::close(socket);
}

// An upgrade puts another file in the place of the program that runs.
BOOST_AUTO_TEST_CASE(its_parts_are_started_again_by_the_program_that_is_installed_then) {
  shell("mkdir " + path("bin") + " && cp \"$PROGRAMS\"/entente* " + path("bin"));
  program x{{path("bin/entente"), "up", "--config", file, "--host", "both"}, env};
  wait_for_agent();
  shell("mv " + path("bin/entente") + ' ' + path("old") + " && cp " + path("old") + ' ' +
        path("bin/entente") + " && rm " + path("old"));
  auto master = part("master").value();
  auto first = part("agent").value();
  watched{first}.signal(SIGKILL);
  BOOST_CHECK(eventually([&] { return part("agent").value_or(first) != first; }));
  wait_for_agent();
  BOOST_CHECK_EQUAL(part("master").value(), master);
}

BOOST_AUTO_TEST_CASE(a_part_whose_settings_become_wrong_does_not_end_the_others) {
  auto x = start_up();
  wait_for_agent();
  auto master = part("master").value();
  auto good = read("cluster.json");
  write("cluster.json", "nonsense");
  watched{part("agent").value()}.signal(SIGKILL);
  x.wait_for_error("has ended with code 64 and is started again");
  BOOST_CHECK_EQUAL(part("master").value(), master);
  write("cluster.json", good);
  BOOST_CHECK(eventually([&] { return part("agent").has_value(); }));
}

BOOST_AUTO_TEST_CASE(a_part_that_cannot_start_now_is_tried_again) {
  auto taken = std::make_unique<closed_port>();
  auto text = read("cluster.json");
  for (auto i = text.find(address); i != text.npos; i = text.find(address))
    text.replace(i, address.size(), taken->address());
  env["ENTENTE_MASTER"] = taken->address();
  write("cluster.json", text);
  auto x = start_up();
  x.wait_for_error("the master has ended with code 1 and is started again");
  taken.reset();
  wait_for_agent();
}

BOOST_AUTO_TEST_CASE(it_may_be_told_to_reload_at_any_time) {
  auto x = start_up();
  auto came = eventually([&] {
    if (part("master"))
      x.signal(SIGHUP);
    return mentions(entente({"agents"}).out, "registered");
  });
  BOOST_CHECK(came);
  x.signal(SIGTERM);
  auto end = x.wait();
  BOOST_CHECK_MESSAGE(!mentions(end.err, "is started again"), end);
}

BOOST_AUTO_TEST_CASE(what_it_cannot_run_is_said_and_not_tried_again) {
  auto nobody = entente({"up", "--config", file, "--host", "bot"});
  BOOST_CHECK_EQUAL(nobody.code, 64);
  BOOST_CHECK(mentions(nobody.err, "did you mean \"both\"?"));
  auto none = entente({"up", "--config", file, "--host", "none"});
  BOOST_CHECK_EQUAL(none.code, 64);
  BOOST_CHECK(mentions(none.err, "hosts.none.runs: expected"));
  BOOST_CHECK_EQUAL(entente({"up", "--config", path("nowhere.json")}).code, 64);
  BOOST_CHECK_EQUAL(entente({"up"}).code, 64);
  env["ENTENTE_AGENT_WORK_DIR"] = "/proc/nowhere";
  auto agent = entente({"up", "--config", file, "--host", "both"});
  BOOST_CHECK_EQUAL(agent.code, 64);
  BOOST_CHECK(mentions(agent.err, "agent.work_dir"));
}

BOOST_AUTO_TEST_SUITE_END()
