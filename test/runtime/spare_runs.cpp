// Directories of ended runs that others use: nothing of one run is ever another's.
#include "actors/runtime/spare_runs.hpp"

#include <atomic>
#include <fstream>
#include <thread>

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

ino_t inode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::size_t entries_in(const std::filesystem::path& path) {
  std::error_code none;
  auto entries = std::filesystem::directory_iterator{path, none};
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

struct fixture {
  runtime::run_directory run(const std::string& name) const {
    return runtime::run_directory{dir / "runs" / name};
  }

  bool create(const runtime::run_directory& run) {
    spares.give(run);
    return std::holds_alternative<unique_fd>(run.create("a tag"));
  }

  /// One that has had all that a run can have.
  void live_through(const runtime::run_directory& run) {
    BOOST_REQUIRE(create(run));
    BOOST_CHECK(!run.write_supervisor(4711));
    BOOST_CHECK(!run.write_work("work"));
    BOOST_CHECK(!run.reserve_end());
    BOOST_CHECK(!run.write_why("why"));
    BOOST_CHECK(!run.write_over_limit("too much"));
    BOOST_CHECK(!run.write_begun());
    BOOST_CHECK(!run.write_end(exit_status{false, 3, false, 0}));
  }

  scratch dir;
  runtime::spare_runs spares{dir / "spare"};
};

void check_says_nothing(const runtime::run_directory& run) {
  BOOST_CHECK(!run.supervisor());
  BOOST_CHECK(!run.end());
  BOOST_CHECK(!run.has_begun());
  BOOST_CHECK(!run.is_preparing());
  BOOST_CHECK(!run.over_limit());
  BOOST_CHECK_EQUAL(run.why(), "");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(spare_runs, fixture)

BOOST_AUTO_TEST_CASE(one_that_was_taken_is_the_next_ones_and_says_nothing_of_its_run) {
  auto one = run("one");
  live_through(one);
  auto inode = inode_of(one.path());
  spares.take(one);
  BOOST_CHECK(!std::filesystem::exists(one.path().parent_path()));
  auto two = run("two");
  BOOST_REQUIRE(create(two));
  BOOST_CHECK_EQUAL(inode_of(two.path()), inode);
  BOOST_CHECK_EQUAL(two.tag(), "a tag");
  check_says_nothing(two);
}

BOOST_AUTO_TEST_CASE(already_while_it_is_spare_it_says_nothing) {
  auto one = run("one");
  live_through(one);
  spares.take(one);
  runtime::run_directory spare{dir / "spare/1"};
  BOOST_REQUIRE(std::filesystem::exists(spare.path()));
  check_says_nothing(spare);
  BOOST_CHECK_EQUAL(spare.tag(), "");
}

BOOST_AUTO_TEST_CASE(a_shorter_end_than_the_one_before_is_read_as_it_was_written) {
  auto one = run("one");
  BOOST_REQUIRE(create(one));
  BOOST_CHECK(!one.write_end(failure{ENOENT, std::string(2'000, 'x')}));
  spares.take(one);
  auto two = run("two");
  BOOST_REQUIRE(create(two));
  BOOST_CHECK(!two.write_end(failure{ENOENT, "short"}));
  BOOST_CHECK_EQUAL(to_text(two.end().value()), "short");
}

BOOST_AUTO_TEST_CASE(one_whose_supervisor_lives_is_left_alone) {
  auto one = run("one");
  auto lock = one.create("a tag");
  BOOST_REQUIRE(std::holds_alternative<unique_fd>(lock));
  spares.take(one);
  BOOST_CHECK(one.is_locked());
  BOOST_CHECK_EQUAL(one.tag(), "a tag");
  BOOST_CHECK_EQUAL(entries_in(dir / "spare"), 0);
}

// A run that is made where an earlier one was is not the earlier one's.
BOOST_AUTO_TEST_CASE(what_is_there_is_not_replaced) {
  auto one = run("one");
  live_through(one);
  spares.take(one);
  auto two = run("two");
  std::filesystem::create_directories(two.path());
  dir.write("runs/two/end", "runs/two\nexited 4 0 0\n");
  auto inode = inode_of(two.path());
  BOOST_REQUIRE(create(two));
  BOOST_CHECK_EQUAL(inode_of(two.path()), inode);
  check_says_nothing(two);
  BOOST_CHECK_EQUAL(entries_in(dir / "spare"), 1);
}

BOOST_AUTO_TEST_CASE(a_later_life_uses_what_an_earlier_one_has_kept) {
  auto one = run("one");
  live_through(one);
  auto inode = inode_of(one.path());
  spares.take(one);
  dir.write("spare/notes", "no directory");
  std::filesystem::create_directory(dir / "spare/odd");
  runtime::run_directory locked{dir / "spare/locked"};
  auto lock = locked.create("a tag");
  runtime::spare_runs later{dir / "spare"};
  for (const auto* name : {"two", "three"}) {
    later.give(run(name));
    BOOST_REQUIRE(std::holds_alternative<unique_fd>(run(name).create("a tag")));
  }
  BOOST_CHECK_EQUAL(inode_of(run("two").path()), inode);
  later.take(run("two"));
  later.take(run("three"));
  BOOST_CHECK(locked.is_locked());
  BOOST_CHECK_EQUAL(entries_in(dir / "spare"), 5);
}

BOOST_AUTO_TEST_CASE(whoever_empties_the_place_loses_nobody_a_run) {
  for (const auto* name : {"one", "two"})
    BOOST_REQUIRE(create(run(name)));
  for (const auto* name : {"one", "two"})
    spares.take(run(name));
  std::filesystem::remove_all(dir / "spare");
  BOOST_CHECK(create(run("three")));
  spares.take(run("three"));
  BOOST_CHECK_EQUAL(entries_in(dir / "spare"), 1);
}

BOOST_AUTO_TEST_CASE(no_more_are_kept_than_may_be) {
  const auto count = runtime::spare_runs::most + 10;
  for (std::size_t i = 0; i < count; ++i)
    BOOST_REQUIRE(create(run(std::to_string(i))));
  for (std::size_t i = 0; i < count; ++i)
    spares.take(run(std::to_string(i)));
  BOOST_CHECK_EQUAL(entries_in(dir / "spare"), runtime::spare_runs::most);
  BOOST_CHECK(!std::filesystem::exists(dir / "runs"));
}

BOOST_AUTO_TEST_CASE(without_a_place_they_are_removed) {
  runtime::spare_runs none{{}};
  auto one = run("one");
  live_through(one);
  none.take(one);
  BOOST_CHECK(!std::filesystem::exists(dir / "runs"));
}

// The agent has written down that the task is to run, and is killed before it does.
BOOST_AUTO_TEST_CASE(one_that_was_given_and_not_used_has_never_run) {
  auto one = run("one");
  live_through(one);
  spares.take(one);
  auto two = run("two");
  spares.give(two);
  BOOST_REQUIRE(std::filesystem::exists(two.path()));
  watched_table table;
  BOOST_CHECK(std::holds_alternative<never_run>(table.table.find("two", two.path())));
}

BOOST_AUTO_TEST_CASE(a_table_uses_the_directory_of_a_run_that_it_has_forgotten) {
  watched_table table{true, dir / "spare"};
  auto spec = dir.shell("exit 3");
  BOOST_CHECK_EQUAL(table.run(spec), "exited with code 3");
  auto inode = inode_of(spec.directory);
  table.table.forget(spec.directory);
  BOOST_CHECK(!std::filesystem::exists(spec.directory));
  auto next = dir.spec({"sh", "-c", "exit 4"}, "next");
  BOOST_CHECK_EQUAL(table.run(next), "exited with code 4");
  BOOST_CHECK_EQUAL(inode_of(next.directory), inode);
}

// Threads come and go beside each other, and with them the folder above.
BOOST_AUTO_TEST_CASE(no_two_get_the_same) {
  std::atomic<std::size_t> failed = 0;
  auto work = [&](const std::string& name) {
    for (auto i = 0; i < 1'000; ++i) {
      spares.give(run(name));
      auto lock = run(name).create(name);
      if (!std::holds_alternative<unique_fd>(lock) || run(name).tag() != name)
        ++failed;
      lock = unique_fd{};
      spares.take(run(name));
    }
  };
  std::thread one{work, "one"};
  std::thread two{work, "two"};
  one.join();
  two.join();
  BOOST_CHECK_EQUAL(failed, 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
