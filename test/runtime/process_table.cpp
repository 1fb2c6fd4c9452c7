// Many processes, their ends, and that nothing outlives them.
#include "actors/runtime/process_table.hpp"

#include <cerrno>
#include <csignal>
#include <future>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <spawn.h>
#include <sys/wait.h>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

using namespace std::chrono_literals;

struct fixture {
  /// Starts a script that writes the id of a process to its argument, a FIFO, once it is ready.
  /// @returns a descriptor of that process.
  unique_fd start(const process_key& key, const std::string& script) {
    auto fifo = make_fifo(dir, key + ".fifo");
    auto started = table.start(key, dir.spec({"sh", "-c", script, "sh", fifo}));
    BOOST_REQUIRE(std::holds_alternative<pid_t>(started));
    return open_pidfd(std::stoi(read_line(fifo)));
  }

  std::string await(const process_key& key) {
    auto status = table.await(key);
    return status ? status->to_string() : "was not reported";
  }

  /// The processes alive whose working directory is the scratch directory; no zombies.
  std::size_t alive() const {
    std::size_t result = 0;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"})
      if (std::filesystem::read_symlink(entry.path() / "cwd", gone) == dir.path())
        ++result;
    return result;
  }

  scratch dir;
  watched_table table;
};

/// Whether this process has a child, dead or alive, that nobody has waited for.
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

constexpr auto ignores_term = "trap '' TERM; echo $$ > $1; while :; do sleep 1000; done";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process_table, fixture)

BOOST_AUTO_TEST_CASE(exit_codes_are_reported) {
  BOOST_CHECK_EQUAL(table.run(dir.shell("exit 0")), "exited with code 0");
  BOOST_CHECK_EQUAL(watched_table{}.run(dir.shell("exit 3")), "exited with code 3");
}

BOOST_AUTO_TEST_CASE(a_deadly_signal_is_named) {
  BOOST_CHECK_EQUAL(table.run(dir.shell("kill -9 $$")), "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(a_process_that_cannot_start_is_never_reported) {
  auto result = table.start("a", dir.spec({"nosuch"}));
  BOOST_REQUIRE(std::holds_alternative<spawn_error>(result));
  BOOST_CHECK_EQUAL(std::get<spawn_error>(result).code, ENOENT);
  BOOST_CHECK_EQUAL(table.table.size(), 0u);
  table.table.stop(0ms);
  BOOST_CHECK_EQUAL(table.reports("a"), 0u);
}

BOOST_AUTO_TEST_CASE(a_key_in_use_is_refused_and_free_after_the_end) {
  start("a", "echo $$ > $1; exec sleep 1000");
  auto again = table.start("a", dir.spec({"true"}));
  BOOST_REQUIRE(std::holds_alternative<spawn_error>(again));
  BOOST_CHECK_EQUAL(std::get<spawn_error>(again).code, EEXIST);
  BOOST_CHECK(table.table.signal("a", SIGTERM));
  BOOST_CHECK_EQUAL(await("a"), "killed by signal SIGTERM (15)");
  BOOST_CHECK(!table.table.signal("a", SIGTERM));
  BOOST_CHECK(std::holds_alternative<pid_t>(table.start("a", dir.spec({"true"}))));
}

BOOST_AUTO_TEST_CASE(a_signal_reaches_the_whole_group) {
  // The leader outlives the signal, and ends when the child has ended.
  auto child = start("a", "trap : TERM; sh -c 'echo $$ > '$1'; exec sleep 1000' & "
                          "wait $!; wait $!; exit 6");
  BOOST_CHECK(table.table.signal("a", SIGTERM));
  BOOST_CHECK(await_end(child));
  BOOST_CHECK_EQUAL(await("a"), "exited with code 6");
}

BOOST_AUTO_TEST_CASE(background_children_end_with_their_leader) {
  auto child = start("a", "sleep 1000 & echo $! > $1; exit 5");
  BOOST_CHECK(await_end(child));
  BOOST_CHECK_EQUAL(await("a"), "exited with code 5");
}

BOOST_AUTO_TEST_CASE(children_end_with_a_leader_that_was_killed_alone) {
  auto fifo = make_fifo(dir, "fifo");
  auto leader = table.start("a", dir.spec({"sh", "-c", "sleep 1000 & echo $! > fifo; wait"}));
  auto child = open_pidfd(std::stoi(read_line(fifo)));
  ::kill(std::get<pid_t>(leader), SIGKILL);
  BOOST_CHECK(await_end(child));
  BOOST_CHECK_EQUAL(await("a"), "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(a_child_that_left_the_group_ends_with_its_task) {
  auto child = start("a", "setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  table.table.signal("a", SIGKILL);
  BOOST_CHECK_EQUAL(await("a"), "killed by signal SIGKILL (9)");
  BOOST_CHECK(await_end(child));
}

BOOST_AUTO_TEST_CASE(other_tasks_and_children_are_left_alone_by_a_sweep) {
  auto other = start("b", "setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  auto escaped = start("a", "setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  table.table.signal("a", SIGKILL);
  BOOST_CHECK(await_end(escaped));
  BOOST_CHECK(send_signal(other, 0));
  BOOST_CHECK_EQUAL(table.reports("b"), 0u);
}

BOOST_AUTO_TEST_CASE(a_child_of_somebody_else_is_not_reaped) {
  pid_t pid = 0;
  std::string name = "true";
  char* argv[] = {name.data(), nullptr};
  BOOST_REQUIRE_EQUAL(::posix_spawnp(&pid, "true", nullptr, nullptr, argv, nullptr), 0);
  table.run(dir.spec({"true"}));
  table.table.stop(0ms);
  BOOST_CHECK_EQUAL(::waitpid(pid, nullptr, 0), pid);
}

BOOST_AUTO_TEST_CASE(stop_lets_processes_end_well_within_the_grace) {
  start("a", "trap 'exit 7' TERM; sleep 1000 & echo $$ > $1; wait");
  table.table.stop(limit);
  BOOST_CHECK_EQUAL(await("a"), "exited with code 7");
}

BOOST_AUTO_TEST_CASE(stop_kills_what_ignores_it_after_the_grace) {
  start("a", ignores_term);
  auto begin = std::chrono::steady_clock::now();
  table.table.stop(100ms);
  BOOST_CHECK_GE(std::chrono::steady_clock::now() - begin, 100ms);
  BOOST_CHECK_EQUAL(await("a"), "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(stop_leaves_nothing) {
  start("a", ignores_term);
  start("b", "setsid sh -c 'trap \"\" TERM; echo $$ > '$1'; exec sleep 1000' & wait $!");
  start("c", "sleep 1000 & sleep 1000 & echo $! > $1; wait");
  BOOST_CHECK_GE(alive(), 6u);
  table.table.stop(10ms);
  BOOST_CHECK_EQUAL(alive(), 0u);
  BOOST_CHECK_EQUAL(table.table.size(), 0u);
  BOOST_CHECK(!has_children());
}

BOOST_AUTO_TEST_CASE(all_are_reported_when_stop_returns_and_it_may_be_called_again) {
  for (auto i = 0; i < 20; ++i)
    table.start(std::to_string(i), dir.spec({"sleep", "1000"}));
  std::thread other{[this] { table.table.stop(0ms); }};
  table.table.stop(limit);
  for (auto i = 0; i < 20; ++i)
    BOOST_CHECK_EQUAL(table.reports(std::to_string(i)), 1u);
  other.join();
  table.table.stop(0ms);
}

BOOST_AUTO_TEST_CASE(nothing_starts_after_stop) {
  table.table.stop(0ms);
  auto result = table.start("a", dir.spec({"true"}));
  BOOST_REQUIRE(std::holds_alternative<spawn_error>(result));
  BOOST_CHECK_EQUAL(std::get<spawn_error>(result).code, ECANCELED);
}

BOOST_AUTO_TEST_CASE(what_starts_during_stop_is_stopped_too) {
  std::promise<void> first;
  std::thread starter{[&] {
    auto is_running = [&](int i) {
      return table.start(std::to_string(i), dir.spec({"sleep", "1000"})).index() == 0;
    };
    BOOST_CHECK(is_running(0));
    first.set_value();
    for (auto i = 1; is_running(i); ++i)
      ;
  }};
  first.get_future().wait();
  table.table.stop(0ms);
  starter.join();
  BOOST_CHECK_EQUAL(alive(), 0u);
}

BOOST_AUTO_TEST_CASE(hundreds_of_concurrent_processes_are_each_reported_once) {
  constexpr auto starters = 4;
  constexpr auto each = 50;
  auto start_all = [this](int starter) {
    for (auto i = 0; i < each; ++i) {
      auto key = std::to_string(starter) + "-" + std::to_string(i);
      auto spec = dir.shell("exit " + std::to_string(i));
      spec.out_file = dir / key;
      table.start(key, spec);
    }
  };
  std::vector<std::thread> threads;
  for (auto starter = 0; starter < starters; ++starter)
    threads.emplace_back(start_all, starter);
  for (auto& thread : threads)
    thread.join();
  for (auto starter = 0; starter < starters; ++starter)
    for (auto i = 0; i < each; ++i)
      BOOST_CHECK_EQUAL(await(std::to_string(starter) + "-" + std::to_string(i)),
                        "exited with code " + std::to_string(i));
  table.table.stop(0ms);
  BOOST_CHECK(!has_children());
  BOOST_CHECK_EQUAL(table.reports("0-0"), 1u);
}

BOOST_AUTO_TEST_CASE(a_report_may_start_the_next_process) {
  std::mutex mutex;
  std::condition_variable changed;
  auto ended = 0;
  runtime::process_table* self = nullptr;
  runtime::process_table chain{[&](const process_key& key, exit_status) {
    std::lock_guard guard{mutex};
    if (++ended < 5)
      self->start(key, dir.spec({"true"}));
    changed.notify_all();
  }};
  std::unique_lock guard{mutex};
  self = &chain;
  chain.start("a", dir.spec({"true"}));
  BOOST_CHECK(changed.wait_for(guard, limit, [&] { return ended == 5; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
