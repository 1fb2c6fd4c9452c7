// entente up: what a cluster's file says that a host runs.
#include <boost/test/unit_test.hpp>
#include <csignal>
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
  ::close(socket);
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
