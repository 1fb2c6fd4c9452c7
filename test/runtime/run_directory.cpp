// What an agent and a supervisor write down for each other.
#include "actors/runtime/run_directory.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  unique_fd create() { return std::move(std::get<unique_fd>(run.create("a tag"))); }

  scratch dir;
  run_directory run{dir / "runs" / "a"};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(run_directory, fixture)

BOOST_AUTO_TEST_CASE(what_was_never_made_says_nothing) {
  BOOST_CHECK(!std::filesystem::exists(run.path() / "lock") && !run.is_locked() &&
              !run.has_begun());
  BOOST_CHECK(run.tag().empty() && !run.supervisor() && !run.end());
}

BOOST_AUTO_TEST_CASE(it_is_locked_as_long_as_somebody_has_the_descriptor) {
  auto lock = create();
  BOOST_CHECK(std::filesystem::exists(run.path() / "lock") && run.is_locked());
  BOOST_CHECK_EQUAL(run.tag(), "a tag");
  lock = unique_fd{};
  BOOST_CHECK(!run.is_locked());
}

BOOST_AUTO_TEST_CASE(one_that_is_locked_is_not_made_anew) {
  auto lock = create();
  auto again = run.create("another");
  BOOST_REQUIRE(std::holds_alternative<failure>(again));
  BOOST_CHECK_EQUAL(std::get<failure>(again).code, EBUSY);
  BOOST_CHECK_EQUAL(run.tag(), "a tag");
}

// Who removes the last of a framework's runs removes the folder of all of them.
BOOST_AUTO_TEST_CASE(one_can_be_made_while_the_last_one_beside_it_is_removed) {
  std::atomic<bool> is_done = false;
  std::thread other{[&] {
    runtime::run_directory beside{run.path().parent_path() / "beside"};
    while (!is_done) {
      beside.create("another tag");
      beside.remove();
    }
  }};
  std::size_t made = 0;
  for (auto i = 0; i < 2'000; ++i) {
    made += std::holds_alternative<unique_fd>(run.create("a tag")) ? 1 : 0;
    run.remove();
  }
  is_done = true;
  other.join();
  BOOST_CHECK_EQUAL(made, 2'000);
}

BOOST_AUTO_TEST_CASE(made_anew_it_has_nothing_of_an_earlier_run) {
  create();
  run.write_supervisor(4);
  run.write_begun();
  run.write_end(exit_status{});
  create();
  BOOST_CHECK(!run.supervisor() && !run.has_begun() && !run.end());
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  create();
  BOOST_CHECK(!run.write_supervisor(4711));
  BOOST_CHECK_EQUAL(run.supervisor().value(), 4711);
  BOOST_CHECK(!run.write_begun());
  BOOST_CHECK(run.has_begun());
}

BOOST_AUTO_TEST_CASE(every_end_is_read_as_it_was_written) {
  create();
  for (const run_end& end :
       {run_end{exit_status{false, 3, false, 0}}, run_end{exit_status{true, SIGSEGV, true, 512}},
        run_end{failure{ENOENT, "cannot start \"x\": No such file or directory"}}}) {
    BOOST_CHECK(!run.write_end(end));
    BOOST_CHECK_EQUAL(to_text(run.end().value()), to_text(end));
  }
}

BOOST_AUTO_TEST_CASE(an_end_that_makes_no_sense_is_none) {
  create();
  for (const auto* text : {"", "exited", "exited x 0 0", "vanished 3 0 0", "exited 3"}) {
    dir.write("runs/a/end", std::string{"runs/a\n"} + text);
    BOOST_CHECK_MESSAGE(!run.end(), text);
  }
  dir.write("runs/a/end", "runs/a\nexited 3 0 0\n");
  BOOST_CHECK_EQUAL(to_text(run.end().value()), "exited with code 3");
}

// A power cut may bring back what the places of the file had before.
BOOST_AUTO_TEST_CASE(the_end_of_another_run_is_none) {
  create();
  dir.write("runs/a/end", "runs/b\nexited 3 0 0\n");
  BOOST_CHECK(!run.end());
}

BOOST_AUTO_TEST_CASE(cleared_it_has_nothing_but_a_lock_that_says_nothing) {
  create();
  run.write_supervisor(4);
  run.reserve_end();
  run.write_work("a password");
  run.write_begun();
  for (const auto* name : {"work.new", "why.new", "over.new"})
    dir.write(std::string{"runs/a/"} + name, "what a full disk has left");
  auto lock = run.clear();
  BOOST_REQUIRE(lock);
  BOOST_CHECK(run.is_locked());
  runtime::run_directory::unlock(std::move(lock));
  BOOST_CHECK(!run.is_locked());
  BOOST_CHECK_EQUAL(dir.read("runs/a/lock"), "\n");
  std::filesystem::remove(run.path() / "lock");
  BOOST_CHECK(std::filesystem::is_empty(run.path()));
}

BOOST_AUTO_TEST_CASE(it_is_removed_only_when_nobody_holds_it) {
  auto lock = create();
  run.remove();
  BOOST_CHECK(std::filesystem::exists(run.path() / "lock"));
  lock = unique_fd{};
  run.remove();
  BOOST_CHECK(!std::filesystem::exists(run.path()));
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_made_is_named) {
  dir.write("plain", "");
  auto why = runtime::run_directory{dir / "plain" / "a"}.create("");
  BOOST_REQUIRE(std::holds_alternative<failure>(why));
  BOOST_CHECK(std::get<failure>(why).message.find("plain") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
