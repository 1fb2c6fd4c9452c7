// What the simulated cluster has found: a short test for each.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

resources allocated_of(cluster& book, const agent_id& agent) {
  for (const auto& x : book.view({listing::agents}).agents)
    if (x.info.id == agent)
      return x.allocated;
  return {};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_found, claims_fixture)

BOOST_AUTO_TEST_CASE(an_adopted_task_that_a_newer_report_has_not_got_has_ended) {
  auto x = agents.at(a1);
  x.life += 1;
  x.revision = 5;
  x.tasks = {running("t", a1)};
  book.report(x, t0);
  BOOST_CHECK_EQUAL(allocated_of(book, a1), parse("cpus:1"));
  x.tasks.clear();
  book.report(x, t0);
  BOOST_CHECK_EQUAL(allocated_of(book, a1), parse("cpus:1"));
  x.revision = 6;
  book.report(x, t0);
  BOOST_CHECK_EQUAL(allocated_of(book, a1), resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
