// Who may use what only one may use.
#include "actors/runtime/file_lock.hpp"

#include <boost/test/unit_test.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch_directory.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  using outcome = std::variant<runtime::file_lock, runtime::file_lock::taken, failure>;

  outcome take() const { return runtime::file_lock::take(directory / "lock"); }

  entente::test::scratch_directory directory;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file_lock, fixture)

BOOST_AUTO_TEST_CASE(who_comes_second_is_told_who_has_it) {
  auto first = take();
  BOOST_REQUIRE(std::holds_alternative<runtime::file_lock>(first));
  auto second = take();
  BOOST_REQUIRE(std::holds_alternative<runtime::file_lock::taken>(second));
  BOOST_CHECK_EQUAL(std::get<runtime::file_lock::taken>(second).by,
                    " (process " + std::to_string(::getpid()) + ")");
}

// A process that is killed between the fork and the exec of another leaves it to that one.
BOOST_AUTO_TEST_CASE(who_comes_while_it_is_given_up_gets_it) {
  auto first = take();
  BOOST_REQUIRE(std::holds_alternative<runtime::file_lock>(first));
  auto child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::poll(nullptr, 0, 200);  // The time that it takes to begin.
    ::_exit(0);
  }
  first = failure{};  // Here; the child has it still.
  BOOST_CHECK(std::holds_alternative<runtime::file_lock>(take()));
  ::waitpid(child, nullptr, 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
