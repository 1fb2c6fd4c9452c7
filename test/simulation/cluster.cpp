// The real master, agents and drivers on faulty links between hosts that crash, from many seeds.
#include <boost/test/unit_test.hpp>
#include <iostream>

#include "lib/simulate.hpp"

namespace entente::test {

using namespace simulation;

namespace {

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
    wanted = {"--seeds", "600"};
  BOOST_CHECK_EQUAL(simulation::simulate(wanted, std::cout), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
