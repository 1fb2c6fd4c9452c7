// What is to be done before a command may run.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  /// A run of `command` after `preparation`, both scripts.
  run_spec spec(const std::string& preparation, const std::string& command = "echo ran") const {
    auto result = dir.shell(command);
    result.prepare = {"sh", "-c", preparation};
    result.work = "some work";
    return result;
  }

  run_directory run() const { return run_directory{dir / "runs/run"}; }

  /// Starts a preparation that goes on until the file `go` is there, and waits until it runs.
  void start(watched_table& where, const std::string& then = "true",
             const std::string& command = "echo ran") {
    auto fifo = make_fifo(dir, "fifo");
    auto preparation = "echo > " + fifo.string() + "; until [ -e " + (dir / "go").string() +
                       " ]; do sleep 0.01; done; " + then;
    auto why = where.table.start("run", spec(preparation, command));
    BOOST_REQUIRE_MESSAGE(!why, (why ? why->message : ""));
    read_line(fifo);
  }

  void go() const { dir.write("go", ""); }

  scratch dir;
  watched_table table;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(preparing, fixture)

BOOST_AUTO_TEST_CASE(a_command_runs_after_its_preparation_in_the_same_place) {
  auto x = spec("echo prepared > here; echo noise >&2", "cat here");
  BOOST_CHECK_EQUAL(table.run(x), "exited with code 0");
  BOOST_CHECK_EQUAL(dir.read("stdout"), "prepared\n");
  BOOST_CHECK_EQUAL(dir.read("stderr"), "noise\n");
}

BOOST_AUTO_TEST_CASE(it_finds_its_work_in_the_directory_of_the_run) {
  BOOST_CHECK_EQUAL(table.run(spec("cat runs/run/work; stat -c ' %a' runs/run/work")),
                    "exited with code 0");
  BOOST_CHECK_EQUAL(dir.read("stdout"), "some work 600\nran\n");
  BOOST_CHECK(!run().is_preparing());
}

BOOST_AUTO_TEST_CASE(without_its_preparation_a_command_does_not_begin) {
  BOOST_CHECK_EQUAL(table.run(spec("exit 3")), "cannot be prepared: exited with code 3");
  BOOST_CHECK(!table.await_begin("run"));
  BOOST_CHECK_EQUAL(dir.read("stdout"), "");
}

BOOST_AUTO_TEST_CASE(why_it_failed_is_told_in_its_own_words) {
  BOOST_CHECK_EQUAL(table.run(spec("echo no such artifact > runs/run/why; exit 1")),
                    "no such artifact");
}

BOOST_AUTO_TEST_CASE(a_preparation_that_cannot_be_executed_is_named) {
  auto x = spec("");
  x.prepare = {"nosuch"};
  BOOST_CHECK_EQUAL(table.run(x), "cannot start \"nosuch\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(nothing_of_a_preparation_is_left_when_the_command_begins) {
  auto x = spec("sleep 1000 & echo $! > pid", "kill -0 $(cat pid) 2>/dev/null && exit 1; exit 0");
  BOOST_CHECK_EQUAL(table.run(x), "exited with code 0");
}

BOOST_AUTO_TEST_CASE(what_is_told_to_end_while_it_is_prepared_never_begins) {
  for (auto signo : {SIGTERM, SIGKILL}) {
    watched_table other;
    start(other, "trap '' TERM");
    BOOST_CHECK(other.table.signal("run", signo));
    BOOST_CHECK_EQUAL(other.await("run"), "it was told to end before it had begun");
    BOOST_CHECK(!other.await_begin("run"));
    BOOST_CHECK_EQUAL(dir.read("stdout"), "");
    std::filesystem::remove(dir / "fifo");
  }
}

BOOST_AUTO_TEST_CASE(a_signal_that_a_preparation_survives_counts_all_the_same) {
  auto fifo = make_fifo(dir, "fifo");
  auto why = table.table.start(
    "run", spec("trap 'exit 0' TERM; echo > " + fifo.string() + "; while :; do sleep 0.01; done"));
  BOOST_REQUIRE(!why);
  read_line(fifo);
  table.table.signal("run", SIGTERM);
  BOOST_CHECK_EQUAL(table.await("run"), "it was told to end before it had begun");
}

BOOST_AUTO_TEST_CASE(the_next_table_finds_it_being_prepared_and_tells_when_it_runs) {
  {
    watched_table first{false};
    start(first);
  }
  auto found = table.table.find("run", dir / "runs/run");
  BOOST_REQUIRE(std::holds_alternative<run_goes_on>(found));
  BOOST_CHECK(std::get<run_goes_on>(found).is_preparing);
  go();
  BOOST_CHECK(table.await_begin("run"));
  BOOST_CHECK_EQUAL(table.await("run"), "exited with code 0");
  BOOST_CHECK_EQUAL(dir.read("stdout"), "ran\n");
}

BOOST_AUTO_TEST_CASE(that_it_runs_is_told_though_nothing_else_happens) {
  auto fifo = make_fifo(dir, "end");
  {
    watched_table first{false};
    start(first, "exit 0", "read line < end");
  }
  table.table.find("run", dir / "runs/run");
  go();
  BOOST_CHECK(table.await_begin("run"));
  BOOST_CHECK_EQUAL(table.ends("run"), 0u);
  std::ofstream{fifo} << "\n";
  BOOST_CHECK_EQUAL(table.await("run"), "exited with code 0");
}

BOOST_AUTO_TEST_CASE(the_next_table_is_told_when_it_cannot_begin) {
  {
    watched_table first{false};
    start(first, "exit 1");
  }
  table.table.find("run", dir / "runs/run");
  go();
  BOOST_CHECK_EQUAL(table.await("run"), "cannot be prepared: exited with code 1");
  BOOST_CHECK(!table.await_begin("run"));
}

BOOST_AUTO_TEST_CASE(what_is_prepared_ends_with_those_it_is_tied_to) {
  {
    watched_table first;
    start(first);
  }
  BOOST_CHECK(!run().is_locked());
  BOOST_CHECK(!run().has_begun());
}

BOOST_AUTO_TEST_CASE(what_was_killed_with_its_supervisor_is_not_begun_again) {
  {
    watched_table first{false};
    start(first);
  }
  auto supervisor = open_pidfd(run().supervisor().value());
  send_signal(supervisor, SIGKILL);
  reap(supervisor);
  BOOST_CHECK(std::holds_alternative<run_lost>(table.table.find("run", dir / "runs/run")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
