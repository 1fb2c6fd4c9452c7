#include "actors/runtime/process_stat.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace entente::runtime::test {

namespace {

/// Looks often at a process that ends and is reaped meanwhile, in a process of its own.
pid_t look_at(pid_t victim) {
  auto looker = ::fork();
  if (looker != 0)
    return looker;
  for (auto i = 0; i < 60; ++i)
    process_stat{victim};
  ::_exit(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(process_stat)

BOOST_AUTO_TEST_CASE(a_process_has_its_fields) {
  const runtime::process_stat own{::getpid()};
  BOOST_REQUIRE(own.has(4));
  BOOST_CHECK_EQUAL(own.field(4), std::to_string(::getppid()));
}

BOOST_AUTO_TEST_CASE(a_process_that_ends_while_it_is_looked_at_is_gone_and_no_error) {
  for (auto i = 0; i < 300; ++i) {
    auto victim = ::fork();
    if (victim == 0)
      ::_exit(0);
    auto looker = look_at(victim);
    ::waitpid(victim, nullptr, 0);
    int status = 0;
    ::waitpid(looker, &status, 0);
    BOOST_REQUIRE_EQUAL(status, 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
