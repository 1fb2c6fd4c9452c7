// A task that writes more than is kept.
#include <boost/test/unit_test.hpp>

#include "support.hpp"

using namespace entente::test;

BOOST_FIXTURE_TEST_SUITE(much_output, hosts)

BOOST_AUTO_TEST_CASE(a_gigabyte_of_output_ends_no_task_and_fills_no_disk) {
  BOOST_REQUIRE_EQUAL(
    run_shell("head -c 1G /dev/zero; echo; echo the end", {"--detach", "--name", "writer"}).code,
    0);
  wait_for_task("writer", "FINISHED");
  auto kept = std::stoull(shell("du -sm " + work_dir(1) + "/frameworks | cut -f 1"));
  BOOST_CHECK_LE(kept, 201u);
  auto tail =
    shell(std::string{"tail -c 9 \"$(find "} + work_dir(1) + "/frameworks -name stdout)\"");
  BOOST_CHECK_EQUAL(tail, "\nthe end\n");
}

BOOST_AUTO_TEST_SUITE_END()
