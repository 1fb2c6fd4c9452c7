// The real master, agents and drivers on faulty links between hosts that crash, from many seeds.
#include <boost/test/unit_test.hpp>
#include <iostream>

#include "lib/simulate.hpp"

namespace entente::test {

using namespace simulation;

namespace {

/// About a minute's seeds, in two processes. Sanitizers make each several times as slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* seeds_of_the_suite = "200";
#else
constexpr const char* seeds_of_the_suite = "2400";
#endif

/// What comes after `--` on the command line.
std::vector<std::string> arguments() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  return {suite.argv + 1, suite.argv + suite.argc};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster)

/// With arguments it is the program that `./dev simulate` runs.
BOOST_AUTO_TEST_CASE(all_promises_hold_whatever_happens) {
  auto wanted = arguments();
  if (wanted.empty())
    wanted = {"--seeds", seeds_of_the_suite, "--jobs", "2"};
  BOOST_CHECK_EQUAL(simulation::simulate(wanted, std::cout), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
