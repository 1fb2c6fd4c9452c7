// What the processes of a task use.
#include "actors/runtime/process_usage.hpp"

#include <boost/test/unit_test.hpp>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

using namespace std::chrono_literals;

struct fixture {
  process_usage usage_of(const run_key& key) const {
    auto pid = run_directory{dir / "runs" / key}.supervisor().value();
    return usage_below({pid})[pid];
  }

  /// Starts a script that says that it is ready by writing to its argument.
  void start(const run_key& key, const std::string& script) {
    auto fifo = make_fifo(dir, key + ".fifo");
    BOOST_REQUIRE(!table.table.start(key, dir.spec({"sh", "-c", script, "sh", fifo}, key)));
    read_line(fifo);
  }

  scratch dir;
  watched_table table;
};

/// Uses processor time, at least for as long as a clock tick is.
constexpr auto works = "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process_usage, fixture)

BOOST_AUTO_TEST_CASE(all_processes_of_a_task_count) {
  start("a", "echo ready > $1; exec sleep 1000");
  start("b", "sleep 1000 & sleep 1000 & echo ready > $1; wait");
  BOOST_CHECK_GT(usage_of("a").mem_bytes, 0u);
  BOOST_CHECK_GT(usage_of("b").mem_bytes, usage_of("a").mem_bytes);
}

BOOST_AUTO_TEST_CASE(time_counts_of_those_too_that_have_ended) {
  start("a", std::string{"("} + works + "); echo ready > $1; exec sleep 1000");
  BOOST_CHECK_GT(usage_of("a").cpu, 0ms);
}

BOOST_AUTO_TEST_CASE(time_counts_of_orphans_that_have_ended) {
  start("a", std::string{"(setsid sh -c '"} + works + "; echo ready > '$1 &); exec sleep 1000");
  BOOST_CHECK_GT(usage_of("a").cpu, 0ms);
}

BOOST_AUTO_TEST_CASE(tasks_are_counted_apart) {
  start("a", "echo ready > $1; exec sleep 1000");
  start("b", std::string{works} + "; echo ready > $1; exec sleep 1000");
  BOOST_CHECK_LT(usage_of("a").cpu, usage_of("b").cpu);
}

BOOST_AUTO_TEST_CASE(who_is_gone_has_nothing) {
  BOOST_CHECK(usage_below({}).empty());
  BOOST_CHECK(usage_below({999'999'999}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
