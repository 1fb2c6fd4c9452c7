// Runs that the kernel will not let a table watch: it says no to one call, as it does when the user
// watches as many descriptors as is allowed.
#include <cerrno>

#include <boost/test/unit_test.hpp>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixtures.hpp"

namespace {

/// Which of the next descriptors to be watched, by this thread, is refused; 0: none.
thread_local int refused = 0;

}  // namespace

/// In place of the C library's, for this program.
extern "C" int epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) noexcept {
  if (operation == EPOLL_CTL_ADD && refused > 0 && --refused == 0) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_epoll_ctl, epoll, operation, descriptor, event));
}

namespace entente::runtime::test {

namespace {

constexpr auto message = "cannot watch a supervisor: No space left on device";

struct fixture {
  ~fixture() { refused = 0; }

  /// A command that ends when somebody reads `fifo`, or never.
  run_spec waiting() const { return dir.shell("echo > " + fifo.string()); }

  run_directory run() const { return run_directory{dir / "runs/run"}; }

  scratch dir;
  std::filesystem::path fifo = make_fifo(dir, "fifo");
  watched_table table;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(unwatched_runs, fixture)

BOOST_AUTO_TEST_CASE(a_supervisor_that_cannot_be_watched_is_not_left) {
  refused = 1;
  auto why = table.table.start("run", waiting());
  BOOST_REQUIRE(why);
  BOOST_CHECK_EQUAL(why->message, message);
  BOOST_CHECK_EQUAL(table.table.size(), 0u);
  BOOST_CHECK(!open_pidfd(run().supervisor().value()));
  BOOST_CHECK(!run().is_locked());
  BOOST_CHECK_EQUAL(table.ends("run"), 0u);
  BOOST_CHECK_EQUAL(table.run(dir.shell("exit 3")), "exited with code 3");
}

BOOST_AUTO_TEST_CASE(a_run_whose_report_cannot_be_watched_is_told_to_have_begun) {
  refused = 2;
  BOOST_REQUIRE(!table.table.start("run", waiting()));
  BOOST_CHECK(table.await_begin("run"));
  BOOST_CHECK_EQUAL(table.ends("run"), 0u);
  read_line(fifo);
  BOOST_CHECK_EQUAL(table.await("run"), "exited with code 0");
}

BOOST_AUTO_TEST_CASE(one_that_was_found_and_cannot_be_watched_is_lost_and_nothing_of_it_is_left) {
  {
    watched_table first{false};
    BOOST_REQUIRE(!first.table.start("run", waiting()));
    BOOST_REQUIRE(first.await_begin("run"));
  }
  refused = 1;
  auto found = table.table.find("run", run().path());
  BOOST_REQUIRE(std::holds_alternative<run_lost>(found));
  BOOST_CHECK_EQUAL(std::get<run_lost>(found).message, message);
  BOOST_CHECK(!run().is_locked());
  BOOST_CHECK_EQUAL(table.table.size(), 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
