// Probes of real ports and by real commands.
#include "actors/runtime/probe/probe_set.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "../runtime/fixtures.hpp"
#include "server.hpp"

namespace entente::runtime::test {

namespace {

using namespace std::chrono_literals;
using set_clock = probe_set::clock;
using probe_id = probe_set::probe_id;

struct fixture {
  fixture() : place{find_supervisor().value(), dir.path(), {{"PATH", "/usr/bin:/bin"}}} {}

  health_check http(std::uint16_t port, const std::string& path = "/") const {
    return {http_probe{port, path}, {}, {}, 60s};
  }
  health_check tcp(std::uint16_t port) const { return {tcp_probe{port}, {}, {}, 60s}; }
  health_check shell(const std::string& script) const {
    return {command_probe{{"sh", "-c", script}}, {}, {}, 60s};
  }

  /// The result of a probe: `passed: ...`, `failed: ...`.
  std::string probe(const health_check& check) {
    probes.start(++id, check, place);
    auto end = probe_set::clock::now() + limit;
    while (probe_set::clock::now() < end)
      for (const auto& x : probes.wait(end))
        if (x.id == id)
          return (x.result.passed ? "passed: " : "failed: ") + x.result.message;
    return "no result";
  }

  /// A process whose number the line is.
  static unique_fd process(const std::string& line) { return open_pidfd(std::stoi(line)); }

  scratch dir;
  probe_place place;
  probe_set probes;
  probe_set::probe_id id = 0;
};

/// A port where nothing listens, and nothing else can.
std::uint16_t closed_port(const unique_fd& socket) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  ::bind(socket.value(), reinterpret_cast<sockaddr*>(&where), size);
  ::getsockname(socket.value(), reinterpret_cast<sockaddr*>(&where), &size);
  return ntohs(where.sin_port);
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string answer(const std::string& status, const std::string& more = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + more + "\r\n";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(probe_set, fixture)

// -- TCP --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_port_that_takes_a_connection_passes) {
  server peer{server::says("")};
  BOOST_CHECK_EQUAL(probe(tcp(peer.port())),
                    "passed: port " + std::to_string(peer.port()) + ": connected");
}

BOOST_AUTO_TEST_CASE(a_port_where_nothing_listens_fails_and_says_so) {
  unique_fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto port = closed_port(socket);
  auto text = "port " + std::to_string(port) + ": Connection refused";
  BOOST_CHECK_EQUAL(probe(tcp(port)), "failed: " + text);
  BOOST_CHECK_EQUAL(probe(http(port)), "failed: GET / at " + text);
}

// -- HTTP -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_status_from_200_to_399_passes) {
  for (auto [status, word] : {std::pair{"200 OK", "passed"},
                              {"204 No Content", "passed"},
                              {"399 Odd", "passed"},
                              {"400 Bad Request", "failed"},
                              {"404 Not Found", "failed"},
                              {"503 Service Unavailable", "failed"}}) {
    server peer{server::says(answer(status))};
    BOOST_CHECK_EQUAL(probe(http(peer.port(), "/up?x=1")),
                      std::string{word} + ": GET /up?x=1 at port " + std::to_string(peer.port()) +
                        ": answered by status " + std::string{status}.substr(0, 3));
  }
}

BOOST_AUTO_TEST_CASE(what_is_asked_is_the_path_as_it_is) {
  std::string head;
  server peer{[&](int connection, const std::string& x) {
    head = x;
    server::send(connection, answer("200 OK"));
  }};
  probe(http(peer.port(), "/a/../b"));
  BOOST_CHECK(head.starts_with("GET /a/../b HTTP/1.1\r\n"));
  BOOST_CHECK(mentions(head, "Host: 127.0.0.1:" + std::to_string(peer.port())));
}

BOOST_AUTO_TEST_CASE(a_redirection_is_an_answer_and_is_not_followed) {
  std::atomic<bool> visited = false;
  server other{[&](int, const std::string&) { visited = true; }};
  auto there = "Location: http://127.0.0.1:" + std::to_string(other.port()) + "/\r\n";
  server peer{server::says(answer("302 Found", there))};
  BOOST_CHECK(probe(http(peer.port())).starts_with("passed"));
  BOOST_CHECK(!visited);
}

BOOST_AUTO_TEST_CASE(a_proxy_of_the_environment_is_not_asked) {
  server proxy{server::says(answer("500 Proxy"))};
  auto where = "http://127.0.0.1:" + std::to_string(proxy.port());
  ::setenv("http_proxy", where.c_str(), 1);
  ::setenv("ALL_PROXY", where.c_str(), 1);
  server peer{server::says(answer("200 OK"))};
  BOOST_CHECK(probe(http(peer.port())).starts_with("passed"));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

BOOST_AUTO_TEST_CASE(what_speaks_no_http_fails) {
  server peer{server::says("+OK ready\r\n")};
  BOOST_CHECK(probe(http(peer.port())).starts_with("failed"));
}

BOOST_AUTO_TEST_CASE(who_says_nothing_fails_when_the_time_is_over) {
  scratch gate;
  auto fifo = make_fifo(gate, "go");
  server peer{[&](int, const std::string&) { read_line(fifo); }};
  auto check = http(peer.port());
  check.timeout = 50ms;
  auto text = probe(check);
  BOOST_CHECK_MESSAGE(text.ends_with(": it took longer than 50ms"), text);
  std::ofstream{fifo} << "go\n";
}

BOOST_AUTO_TEST_CASE(a_body_without_end_is_left_where_it_is_long) {
  server peer{[](int connection, const std::string&) {
    server::send(connection, answer("200 OK"));
    while (server::send(connection, std::string(100'000, 'x'))) {
    }
  }};
  BOOST_CHECK(probe(http(peer.port())).ends_with("answered by status 200"));
}

BOOST_AUTO_TEST_CASE(a_head_without_end_fails) {
  server peer{[](int connection, const std::string&) {
    server::send(connection, "HTTP/1.1 200 OK\r\n");
    while (server::send(connection, "X: " + std::string(1'000, 'x') + "\r\n")) {
    }
  }};
  BOOST_CHECK(probe(http(peer.port())).ends_with("the head of its answer is too long"));
}

// -- commands ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_command_passes_with_code_0_only) {
  BOOST_CHECK_EQUAL(probe(shell("exit 0")), "passed: \"sh -c exit 0\" exited with code 0");
  BOOST_CHECK_EQUAL(probe(shell("exit 3")), "failed: \"sh -c exit 3\" exited with code 3");
  BOOST_CHECK_EQUAL(probe(shell("kill -SEGV $$")),
                    "failed: \"sh -c kill -SEGV $$\" killed by signal SIGSEGV (11)");
}

BOOST_AUTO_TEST_CASE(the_last_line_that_it_has_written_says_why) {
  auto text = probe(shell("yes | head -c 1000000; echo no such table >&2; echo; exit 1"));
  BOOST_CHECK_MESSAGE(text.ends_with("exited with code 1: no such table"), text);
}

BOOST_AUTO_TEST_CASE(a_line_is_cut_and_printable) {
  auto text = probe(shell(R"(printf 'a\033b'; head -c 5000 /dev/zero | tr '\0' x; exit 1)"));
  BOOST_CHECK_LT(text.size(), 400u);
  BOOST_CHECK(text.ends_with("xxx..."));
  text = probe(shell(R"(printf 'a\033b'; exit 1)"));
  BOOST_CHECK_MESSAGE(text.ends_with("a?b"), text);
}

BOOST_AUTO_TEST_CASE(a_command_runs_in_the_sandbox_with_the_environment_of_the_task) {
  place.env["COLOUR"] = "green";
  probe(shell("env > env; pwd > where"));
  BOOST_CHECK_EQUAL(dir.read("where"), dir.path().string() + "\n");
  BOOST_CHECK(mentions(dir.read("env"), "COLOUR=green\n"));
  BOOST_CHECK(!mentions(dir.read("env"), "HOME="));
}

BOOST_AUTO_TEST_CASE(a_command_that_is_not_there_fails_and_says_so) {
  auto text = probe({command_probe{{"nosuch"}}, {}, {}, 60s});
  BOOST_CHECK_MESSAGE(mentions(text, "cannot start \"nosuch\": No such file"), text);
  BOOST_CHECK(text.starts_with("failed"));
}

BOOST_AUTO_TEST_CASE(a_group_that_is_not_there_fails_and_says_so) {
  place.groups = {"/nonexistent/cgroup.procs"};
  BOOST_CHECK(mentions(probe(shell("true")), "control group \"/nonexistent/cgroup.procs\""));
}

BOOST_AUTO_TEST_CASE(a_command_enters_the_groups_of_the_task) {
  dir.write("procs", "");
  place.groups = {dir / "procs"};
  probe(shell("true"));
  BOOST_CHECK_EQUAL(dir.read("procs"), "0");
}

BOOST_AUTO_TEST_CASE(a_command_that_hangs_is_ended_with_all_that_it_has_started) {
  auto fifo = make_fifo(dir, "pid");
  auto check = shell("trap '' TERM; (setsid sleep 600 & echo $! > pid); sleep 600");
  check.timeout = 300ms;
  probes.start(++id, check, place);
  auto child = process(read_line(fifo));
  auto found = probes.wait(set_clock::now() + limit);
  while (found.empty())
    found = probes.wait(set_clock::now() + limit);
  BOOST_CHECK(mentions(found.front().result.message, "it took longer than 300ms"));
  BOOST_CHECK(await_end(child));
}

BOOST_AUTO_TEST_CASE(what_a_command_leaves_behind_is_ended_before_its_result) {
  auto fifo = make_fifo(dir, "pid");
  probes.start(++id, shell("setsid sleep 600 & echo $! > pid"), place);
  auto child = process(read_line(fifo));
  while (probes.wait(set_clock::now() + limit).empty()) {
  }
  pollfd now{child.value(), POLLIN, 0};
  BOOST_CHECK_EQUAL(::poll(&now, 1, 0), 1);
}

BOOST_AUTO_TEST_CASE(a_probe_that_is_cancelled_is_ended_and_has_no_result) {
  auto fifo = make_fifo(dir, "pid");
  probes.start(++id, shell("setsid sleep 600 & echo $! > pid; sleep 600"), place);
  auto child = process(read_line(fifo));
  probes.cancel(id);
  BOOST_CHECK(await_end(child));
  BOOST_CHECK(probe(shell("true")).starts_with("passed"));
}

BOOST_AUTO_TEST_CASE(whatever_runs_ends_with_the_set) {
  auto fifo = make_fifo(dir, "pid");
  unique_fd child;
  {
    runtime::probe_set more;
    more.start(1, shell("setsid sleep 600 & echo $! > pid; sleep 600"), place);
    child = process(read_line(fifo));
  }
  pollfd now{child.value(), POLLIN, 0};
  BOOST_CHECK_EQUAL(::poll(&now, 1, 0), 1);
}

// -- many -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(many_probes_run_at_once_and_each_has_its_own_result) {
  server peer{server::says(answer("200 OK"))};
  std::map<probe_id, bool> wanted;
  for (auto i = 0; i < 30; ++i) {
    wanted[++id] = i % 2 == 0;
    probes.start(id,
                 i % 3 == 0   ? http(peer.port())
                 : i % 2 == 0 ? shell("true")
                              : shell("exit 1"),
                 place);
    wanted[id] = i % 3 == 0 || i % 2 == 0;
  }
  auto end = set_clock::now() + limit;
  while (!wanted.empty() && set_clock::now() < end)
    for (const auto& x : probes.wait(end)) {
      BOOST_REQUIRE_EQUAL(wanted.count(x.id), 1u);
      BOOST_CHECK_EQUAL(wanted[x.id], x.result.passed);
      wanted.erase(x.id);
    }
  BOOST_CHECK(wanted.empty());
}

BOOST_AUTO_TEST_CASE(who_waits_can_be_woken_by_another_thread) {
  std::thread other{[this] { probes.wake(); }};
  BOOST_CHECK(probes.wait(std::nullopt).empty());
  other.join();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
