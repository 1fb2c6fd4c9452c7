// A task that writes more than is kept.
#include <boost/test/unit_test.hpp>

#include "support.hpp"

using namespace entente::test;

namespace {

struct keeps_little : hosts {
  keeps_little() : hosts(0) {
    env["ENTENTE_AGENT_OUTPUT_SIZE"] = "1MB";
    start_agent(1);
    wait_for_agents(1);
  }
};

}  // namespace

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

BOOST_FIXTURE_TEST_CASE(run_says_how_much_of_the_output_was_gone_before_it_was_read, keeps_little) {
  auto reader = start_in_shell(
    "{ entente run --name writer -- sh -c 'head -c 20000000 /dev/zero; echo the end'; "
    "echo code $? >&2; } | { until [ -e " +
    path("go") + " ]; do sleep 0.01; done; cat; } > " + path("out"));
  wait_for_task("writer", "FINISHED");
  write("go", "");
  auto end = reader.wait();
  BOOST_CHECK(mentions(end.err, "entente: the stdout of task run-"));
  BOOST_CHECK(mentions(end.err, "agent.output_size"));
  BOOST_CHECK(mentions(end.err, "\ncode 0\n"));
  std::uint64_t lacks = 0;
  constexpr std::string_view word = " lacks ";
  for (auto at = end.err.find(word); at != std::string::npos; at = end.err.find(word, at + 1))
    lacks += std::stoull(end.err.substr(at + word.size()));
  auto out = read("out");
  BOOST_CHECK_GT(lacks, 10'000'000u);
  BOOST_CHECK_EQUAL(out.size() + lacks, 20'000'000u + 8);
  BOOST_CHECK(out.ends_with("the end\n"));
}

BOOST_AUTO_TEST_SUITE_END()
