// Runs under supervisors: their ends, that nothing outlives them, and that they outlive the agent.
#include "actors/runtime/run_table.hpp"

#include <cerrno>
#include <csignal>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <spawn.h>
#include <sys/wait.h>

#include "actors/runtime/output_file.hpp"
#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

using namespace std::chrono_literals;

struct fixture {
  /// Starts a script that writes the id of a process to its argument, a FIFO, once it is ready.
  /// @returns a descriptor of that process.
  unique_fd start(watched_table& where, const run_key& key, const std::string& script) {
    auto fifo = make_fifo(dir, key + ".fifo");
    auto why = where.table.start(key, dir.spec({"sh", "-c", script, "sh", fifo}, key));
    BOOST_REQUIRE_MESSAGE(!why, (why ? why->message : ""));
    return open_pidfd(std::stoi(read_line(fifo)));
  }

  unique_fd start(const run_key& key, const std::string& script) {
    return start(table, key, script);
  }

  unique_fd supervisor_of(const run_key& key) const {
    return open_pidfd(run_directory{dir / "runs" / key}.supervisor().value());
  }

  found_run find(watched_table& where, const run_key& key) const {
    return where.table.find(key, dir / "runs" / key);
  }

  scratch dir;
  watched_table table;
};

/// Whether this process has a child, dead or alive, that nobody has waited for.
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

constexpr auto waits = "echo $$ > $1; exec sleep 1000";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(run_table, fixture)

BOOST_AUTO_TEST_CASE(exit_codes_are_told) {
  BOOST_CHECK_EQUAL(table.run(dir.shell("exit 0")), "exited with code 0");
  BOOST_CHECK_EQUAL(table.run(dir.shell("exit 3")), "exited with code 3");
}

BOOST_AUTO_TEST_CASE(a_deadly_signal_is_named) {
  BOOST_CHECK_EQUAL(table.run(dir.shell("kill -KILL $$")), "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(that_a_command_runs_is_told_before_its_end) {
  table.run(dir.shell("exit 0"));
  BOOST_CHECK(table.await_begin("run"));
}

BOOST_AUTO_TEST_CASE(a_command_that_cannot_run_says_why_and_has_not_begun) {
  BOOST_CHECK_EQUAL(table.run(dir.spec({"nosuch"})),
                    "cannot start \"nosuch\": No such file or directory");
  BOOST_CHECK(!table.await_begin("run"));
}

BOOST_AUTO_TEST_CASE(what_the_system_would_misread_is_refused_at_once) {
  auto why = table.table.start("a", dir.spec({std::string{"a\0b", 3}}));
  BOOST_REQUIRE(why);
  BOOST_CHECK_EQUAL(table.table.size(), 0u);
}

BOOST_AUTO_TEST_CASE(without_a_supervisor_nothing_starts) {
  runtime::run_table none{{"/no/such/supervisor", true}, [](const run_key&, const run_event&) {}};
  auto why = none.start("a", dir.spec({"true"}));
  BOOST_REQUIRE(why);
  BOOST_CHECK_EQUAL(why->message, "cannot start \"true\" by supervisor \"/no/such/supervisor\": "
                                  "No such file or directory");
}

BOOST_AUTO_TEST_CASE(output_is_in_the_sandbox) {
  table.run(dir.shell("echo to out; echo to err >&2"));
  BOOST_CHECK_EQUAL(dir.read("stdout"), "to out\n");
  BOOST_CHECK_EQUAL(dir.read("stderr"), "to err\n");
}

BOOST_AUTO_TEST_CASE(only_the_newest_output_is_kept) {
  auto spec = dir.shell("yes 0123456 | head -n 100000");
  spec.output_limit = 10'000;
  BOOST_CHECK_EQUAL(table.run(spec), "exited with code 0");
  auto piece = std::get<output_piece>(read_output(dir.path(), "stdout", 0, 100'000));
  BOOST_CHECK_EQUAL(piece.size, 800'000u);
  BOOST_CHECK_GE(piece.offset, 780'000u);
}

BOOST_AUTO_TEST_CASE(output_that_finds_no_room_is_told_and_the_task_goes_on) {
  // A file system of its own that is as good as full.
  std::filesystem::create_directory(dir / "small");
  auto mounted = "mount -t tmpfs -o size=64k none " + (dir / "small").string() + " 2>/dev/null";
  if (std::system(mounted.c_str()) != 0) {
    BOOST_TEST_MESSAGE("skipped: file systems may not be mounted here");
    return;
  }
  auto spec = dir.shell("head -c 200000 /dev/zero; exit 4");
  spec.sandbox = dir / "small";
  auto end = table.run(spec);
  BOOST_CHECK_EQUAL(std::system(("umount " + (dir / "small").string()).c_str()), 0);
  BOOST_CHECK_MESSAGE(end.starts_with("exited with code 4; 13"), end);
  BOOST_CHECK_MESSAGE(end.ends_with("bytes of its output were lost: they could not be written"),
                      end);
}

BOOST_AUTO_TEST_CASE(a_task_that_closes_its_output_runs_on) {
  BOOST_CHECK_EQUAL(table.run(dir.shell("exec >&- 2>&-; sleep 0.01; exit 5")),
                    "exited with code 5");
}

BOOST_AUTO_TEST_CASE(a_key_in_use_is_refused_and_free_after_the_end) {
  start("a", waits);
  auto again = table.table.start("a", dir.spec({"true"}, "a"));
  BOOST_REQUIRE(again);
  BOOST_CHECK_EQUAL(again->code, EEXIST);
  BOOST_CHECK(table.table.signal("a", SIGTERM));
  BOOST_CHECK_EQUAL(table.await("a"), "killed by signal SIGTERM (15)");
  BOOST_CHECK(!table.table.signal("a", SIGTERM));
  BOOST_CHECK(!table.table.start("a", dir.spec({"true"}, "a")));
}

// -- nothing outlives a run -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_signal_reaches_the_whole_group) {
  // The leader outlives the signal, and ends when the child has ended.
  auto child = start("a", "trap : TERM; sh -c 'echo $$ > '$1'; exec sleep 1000' & "
                          "wait $!; wait $!; exit 6");
  BOOST_CHECK(table.table.signal("a", SIGTERM));
  BOOST_CHECK(await_end(child));
  BOOST_CHECK_EQUAL(table.await("a"), "exited with code 6");
}

BOOST_AUTO_TEST_CASE(background_children_end_with_their_leader) {
  auto child = start("a", "sleep 1000 & echo $! > $1; exit 5");
  BOOST_CHECK_EQUAL(table.await("a"), "exited with code 5");
  BOOST_CHECK(!send_signal(child, 0));
}

BOOST_AUTO_TEST_CASE(what_has_left_group_session_and_environment_ends_with_its_task) {
  auto child = start("a", "env -i setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  table.table.signal("a", SIGKILL);
  BOOST_CHECK_EQUAL(table.await("a"), "killed by signal SIGKILL (9)");
  BOOST_CHECK(!send_signal(child, 0));
}

BOOST_AUTO_TEST_CASE(a_daemon_ends_with_its_task) {
  auto daemon = start("a", "(setsid sh -c 'echo $$ > '$1'; exec sleep 1000' &) & "
                           "until [ -e seen ]; do sleep 0.01; done");
  dir.write("seen", "");
  BOOST_CHECK_EQUAL(table.await("a"), "exited with code 0");
  BOOST_CHECK(!send_signal(daemon, 0));
}

BOOST_AUTO_TEST_CASE(other_runs_and_children_are_left_alone) {
  auto other = start("b", "setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  start("a", "setsid sh -c 'echo $$ > '$1'; exec sleep 1000' & wait $!");
  table.table.signal("a", SIGKILL);
  table.await("a");
  BOOST_CHECK(send_signal(other, 0));
  BOOST_CHECK_EQUAL(table.ends("b"), 0u);
}

BOOST_AUTO_TEST_CASE(a_child_of_somebody_else_is_not_reaped) {
  pid_t pid = 0;
  std::string name = "true";
  char* argv[] = {name.data(), nullptr};
  BOOST_REQUIRE_EQUAL(::posix_spawnp(&pid, "true", nullptr, nullptr, argv, nullptr), 0);
  table.run(dir.shell("exit 0"));
  BOOST_CHECK_EQUAL(::waitpid(pid, nullptr, 0), pid);
}

BOOST_AUTO_TEST_CASE(hundreds_of_concurrent_runs_are_each_told_once) {
  constexpr auto starters = 4;
  constexpr auto each = 50;
  auto start_all = [this](int starter) {
    for (auto i = 0; i < each; ++i) {
      auto key = std::to_string(starter) + "-" + std::to_string(i);
      auto spec = dir.spec({"sh", "-c", "exit " + std::to_string(i)}, key);
      spec.sandbox = dir / key;
      std::filesystem::create_directory(spec.sandbox);
      table.table.start(key, spec);
    }
  };
  std::vector<std::thread> threads;
  for (auto starter = 0; starter < starters; ++starter)
    threads.emplace_back(start_all, starter);
  for (auto& thread : threads)
    thread.join();
  for (auto starter = 0; starter < starters; ++starter)
    for (auto i = 0; i < each; ++i)
      BOOST_CHECK_EQUAL(table.await(std::to_string(starter) + "-" + std::to_string(i)),
                        "exited with code " + std::to_string(i));
  BOOST_CHECK(!has_children());
  BOOST_CHECK_EQUAL(table.ends("0-0"), 1u);
}

BOOST_AUTO_TEST_CASE(what_is_told_may_start_the_next_run) {
  std::mutex mutex;
  std::condition_variable changed;
  auto ended = 0;
  runtime::run_table* self = nullptr;
  auto spec = dir.shell("exit 0");
  runtime::run_table chain{{find_supervisor().value(), true},
                           [&](const run_key& key, const run_event& event) {
                             std::lock_guard guard{mutex};
                             if (std::holds_alternative<run_end>(event) && ++ended < 5)
                               self->start(key, spec);
                             changed.notify_all();
                           }};
  std::unique_lock guard{mutex};
  self = &chain;
  chain.start("a", spec);
  BOOST_CHECK(changed.wait_for(guard, limit, [&] { return ended == 5; }));
}

// -- the life of the agent ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_tied_run_ends_with_its_table) {
  unique_fd child;
  {
    watched_table tied;
    child = start(tied, "a", "trap '' TERM; echo $$ > $1; while :; do sleep 1000; done");
  }
  BOOST_CHECK(await_end(child));
  BOOST_CHECK(!has_children());
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_without_its_table_and_another_table_hears_of_its_end) {
  auto fifo = make_fifo(dir, "go on");
  unique_fd child;
  {
    watched_table first{false};
    child = start(first, "a", "echo $$ > $1; read line < 'go on'; exit $line");
  }
  BOOST_CHECK(send_signal(child, 0));
  watched_table second{false};
  BOOST_REQUIRE(std::holds_alternative<run_goes_on>(find(second, "a")));
  BOOST_CHECK_EQUAL(second.table.size(), 1u);
  std::ofstream{fifo} << "7\n";
  BOOST_CHECK_EQUAL(second.await("a"), "exited with code 7");
}

BOOST_AUTO_TEST_CASE(a_run_that_was_found_can_be_signalled) {
  {
    watched_table first{false};
    start(first, "a", waits);
  }
  watched_table second{false};
  find(second, "a");
  BOOST_CHECK(second.table.signal("a", SIGTERM));
  BOOST_CHECK_EQUAL(second.await("a"), "killed by signal SIGTERM (15)");
}

BOOST_AUTO_TEST_CASE(an_end_that_nobody_was_there_to_hear_is_found) {
  unique_fd supervisor;
  {
    watched_table first{false};
    start(first, "a", waits);
    supervisor = supervisor_of("a");
  }
  send_value(supervisor, forwarding_signal(), SIGUSR1);
  BOOST_REQUIRE(await_end(supervisor));
  watched_table second{false};
  auto found = find(second, "a");
  BOOST_REQUIRE(std::holds_alternative<run_end>(found));
  BOOST_CHECK_EQUAL(to_text(std::get<run_end>(found)), "killed by signal SIGUSR1 (10)");
}

BOOST_AUTO_TEST_CASE(what_was_never_started_is_found_so) {
  BOOST_CHECK(std::holds_alternative<never_run>(find(table, "a")));
}

BOOST_AUTO_TEST_CASE(a_run_that_only_an_agent_had_prepared_was_never_started) {
  // The agent died between the lock and the supervisor.
  run_directory{dir / "runs" / "a"}.create("tag");
  BOOST_CHECK(std::holds_alternative<never_run>(find(table, "a")));
}

BOOST_AUTO_TEST_CASE(a_run_that_goes_on_is_not_started_twice) {
  {
    watched_table first{false};
    start(first, "a", waits);
  }
  watched_table second{false};
  auto why = second.table.start("a", dir.spec({"true"}, "a"));
  BOOST_REQUIRE(why);
  BOOST_CHECK_EQUAL(why->code, EBUSY);
  find(second, "a");
  second.table.signal("a", SIGKILL);
  second.await("a");
}

BOOST_AUTO_TEST_CASE(a_killed_supervisor_takes_its_task_with_it_and_the_run_is_lost) {
  auto grandchild = start("a", "sh -c 'echo $$ > '$1'; exec sleep 1000' & wait");
  send_signal(supervisor_of("a"), SIGKILL);
  auto end = table.await("a");
  BOOST_CHECK_MESSAGE(end.starts_with("lost: its supervisor was killed"), end);
  BOOST_CHECK(await_end(grandchild));
}

BOOST_AUTO_TEST_CASE(a_supervisor_killed_meanwhile_is_found_to_be_lost_and_nothing_is_left) {
  unique_fd grandchild;
  unique_fd supervisor;
  {
    watched_table first{false};
    grandchild = start(first, "a", "sh -c 'echo $$ > '$1'; exec sleep 1000' & wait");
    supervisor = supervisor_of("a");
  }
  send_signal(supervisor, SIGKILL);
  BOOST_REQUIRE(await_end(supervisor));
  watched_table second{false};
  BOOST_CHECK(std::holds_alternative<run_lost>(find(second, "a")));
  BOOST_CHECK(await_end(grandchild));
}

BOOST_AUTO_TEST_CASE(a_stopped_supervisor_does_not_keep_its_task_alive) {
  start("a", waits);
  send_signal(supervisor_of("a"), SIGSTOP);
  table.table.signal("a", SIGKILL);
  BOOST_CHECK_EQUAL(table.await("a"), "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(a_process_whose_first_thread_has_ended_ends_with_its_task) {
  auto fifo = make_fifo(dir, "threads");
  auto script = "import os, threading, ctypes, time\n"
                "if os.fork() == 0:\n"
                "  os.setsid()\n"
                "  def stay():\n"
                "    open('" +
                fifo.string() +
                "', 'w').write('%d\\n' % os.getpid())\n"
                "    time.sleep(1000)\n"
                "  threading.Thread(target=stay).start()\n"
                "  ctypes.CDLL(None).pthread_exit(None)\n"
                "time.sleep(1000)\n";
  if (std::system("command -v python3 > /dev/null") != 0) {
    BOOST_TEST_MESSAGE("skipped: there is no python3");
    return;
  }
  BOOST_REQUIRE(!table.table.start("a", dir.spec({"python3", "-c", script}, "a")));
  auto child = open_pidfd(std::stoi(read_line(fifo)));
  table.table.signal("a", SIGKILL);
  BOOST_CHECK_EQUAL(table.await("a"), "killed by signal SIGKILL (9)");
  BOOST_CHECK(await_end(child));
}

BOOST_AUTO_TEST_CASE(a_run_without_room_for_its_end_does_not_begin) {
  std::filesystem::create_directory(dir / "small");
  auto mounted = "mount -t tmpfs -o size=16k none " + (dir / "small").string() + " 2>/dev/null";
  if (std::system(mounted.c_str()) != 0) {
    BOOST_TEST_MESSAGE("skipped: file systems may not be mounted here");
    return;
  }
  auto spec = dir.shell("touch begun");
  spec.directory = dir / "small" / "runs" / "a";
  std::filesystem::create_directories(spec.directory);
  dir.write("small/filler", std::string(16'000, 'x'));
  auto end = table.run(spec);
  BOOST_CHECK_EQUAL(std::system(("umount " + (dir / "small").string()).c_str()), 0);
  BOOST_CHECK(!std::filesystem::exists(dir / "begun"));
  BOOST_CHECK_MESSAGE(end.find("room on the disk") != std::string::npos ||
                        end.find("No space left") != std::string::npos,
                      end);
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_is_told_to_end_ends_its_task_in_order) {
  start("a", "trap 'exit 9' TERM; echo $$ > $1; while :; do sleep 0.01; done");
  send_signal(supervisor_of("a"), SIGTERM);
  BOOST_CHECK_EQUAL(table.await("a"), "exited with code 9");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
