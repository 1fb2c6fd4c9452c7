// What tasks need is fetched into their sandboxes before they begin.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Serves the files of a directory and notes what is asked for; what begins with /slow waits for
/// the file `go`.
constexpr auto server_script = R"(
import http.server, os, sys, time
top = sys.argv[1]
class handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=top)
    def do_GET(self):
        with open(top + '/asked', 'a') as log:
            log.write(self.path + '\n')
        while self.path.startswith('/slow') and not os.path.exists(top + '/go'):
            time.sleep(0.01)
        super().do_GET()
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()
)";

struct fixture : hosts {
  fixture() {
    std::filesystem::create_directory(path("www"));
    write("www/slow", "hello");
    write("www/run", "#!/bin/sh\ncat inner/a");
    shell("cd " + path("www") +
          " && mkdir inner && echo packed > inner/a && tar czf x.tar.gz inner");
    server = std::make_unique<program>(
      start_in_shell("exec python3 " + write("server.py", server_script) + ' ' + path("www")));
    uri = "http://127.0.0.1:" + server->first_line() + '/';
  }

  /// As `--artifact` has it, with the checksum that the file has.
  std::string from_server(const std::string& name) const {
    auto sum = shell("sha256sum " + path("www/" + name)).substr(0, 64);
    return uri + name + ",sha256=" + sum;
  }

  std::string from_disk(const std::string& name) const { return path("www/" + name); }

  void go() const { write("www/go", ""); }

  /// Starts a task that needs a file which does not come before go(), and waits until it is asked
  /// for.
  program start_slow(const std::string& name) const {
    auto client = start_shell("cat slow", {"--name", name, "--artifact", from_server("slow")});
    BOOST_REQUIRE(eventually([this] { return !asked().empty(); }));
    return client;
  }

  std::string asked() const { return read("www/asked"); }

  std::unique_ptr<program> server;
  std::string uri;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(artifacts, fixture)

BOOST_AUTO_TEST_CASE(files_and_archives_are_there_when_a_task_begins) {
  auto end = run_shell("./run", {"--artifact", from_disk("run") + ",executable", "--artifact",
                                 from_server("x.tar.gz")});
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_EQUAL(end.out, "packed\n");
  BOOST_CHECK(mentions(end.err, "entente-fetch: fetching " + uri + "x.tar.gz"));
}

BOOST_AUTO_TEST_CASE(what_several_tasks_need_is_fetched_once) {
  go();
  auto end = run_shell("cat slow", {"-n", "4", "--artifact", from_server("slow")});
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_EQUAL(asked(), "/slow\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_fetched_is_why_a_task_has_failed) {
  auto wrong = uri + "run,sha256=" + std::string(64, '0');
  BOOST_CHECK_NE(run_shell("true", {"--name", "wrong", "--artifact", wrong}).code, 0);
  auto task = wait_for_task("wrong", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LAUNCH_FAILED");
  auto message = task.at("message").get<std::string>();
  BOOST_CHECK_MESSAGE(mentions(message, uri + "run") && mentions(message, "SHA-256"), message);
}

BOOST_AUTO_TEST_CASE(a_task_can_be_killed_while_something_is_fetched) {
  auto client = start_slow("victim");
  auto id = wait_for_task("victim", "STARTING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  auto task = wait_for_task("victim", "KILLED");
  BOOST_CHECK_EQUAL(task.at("reason"), "TASK_KILLED_DURING_LAUNCH");
  BOOST_CHECK_NE(client.wait().code, 0);
}

BOOST_AUTO_TEST_CASE(fetching_goes_on_while_the_agent_is_killed_and_started_again) {
  auto client = start_slow("survivor");
  wait_for_task("survivor", "STARTING");
  kill_agent(1);
  start_agent(1);
  wait_for_agents(1);
  BOOST_CHECK_EQUAL(wait_for_task("survivor", "STARTING").at("state"), "STARTING");
  go();
  auto end = client.wait();
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_EQUAL(end.out, "hello");
  BOOST_CHECK_EQUAL(asked(), "/slow\n");
}

BOOST_AUTO_TEST_CASE(what_fails_without_an_agent_is_told_by_the_next) {
  auto client = start_slow("orphan");
  kill_agent(1);
  std::filesystem::remove(path("www/slow"));
  go();
  BOOST_CHECK(eventually([this] {
    auto all = processes();
    return std::ranges::none_of(
      all, [](const auto& x) { return x.argv.front() == "entente-supervisor"; });
  }));
  start_agent(1);
  BOOST_CHECK_NE(client.wait().code, 0);
  auto task = wait_for_task("orphan", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LAUNCH_FAILED");
  BOOST_CHECK(mentions(task.at("message").get<std::string>(), "404"));
}

BOOST_AUTO_TEST_CASE(what_is_more_than_the_disk_that_was_asked_for_is_noticed_while_it_comes) {
  shell("cd " + path("www") +
        " && head -c 300m /dev/zero > zeros && tar czf big.tar.gz zeros && rm zeros");
  auto end =
    run_shell("true", {"--name", "big", "--disk", "8MB", "--artifact", from_server("big.tar.gz")});
  BOOST_CHECK_NE(end.code, 0);
  auto task = wait_for_task("big", "FAILED");
  BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LIMITATION_DISK");
  auto message = task.at("message").get<std::string>();
  BOOST_CHECK_MESSAGE(mentions(message, "big.tar.gz") && mentions(message, "8 MB were asked for"),
                      message);
  auto kilobytes = std::stol(shell("du -sk " + work_dir(1) + "/frameworks"));
  BOOST_CHECK_LT(kilobytes, 20 * 1024);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_artifact_is_told_at_once) {
  for (const auto* wrong : {"", "ftp://host/x", "https://host/x", "/x,name=../y", "/x,nmae=y"}) {
    auto end = entente({"run", "--artifact", wrong, "--", "true"});
    BOOST_CHECK_EQUAL(end.code, 64);
    BOOST_CHECK_MESSAGE(mentions(end.err, "--artifact") && is_one_line(end.err), end);
  }
}

BOOST_AUTO_TEST_SUITE_END()
