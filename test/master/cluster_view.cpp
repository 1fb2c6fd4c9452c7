// What operators are told.
#include "cluster_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_view, cluster_fixture)

BOOST_AUTO_TEST_CASE(a_listing_holds_what_was_asked_for_and_the_summary) {
  auto f = run("t");
  offers();
  auto agents = book.view({listing::agents});
  BOOST_REQUIRE_EQUAL(agents.agents.size(), 1u);
  BOOST_CHECK_EQUAL(agents.agents[0].allocated, parse("cpus:1"));
  BOOST_CHECK_EQUAL(agents.agents[0].offered, parse("cpus:3;mem:1024"));
  BOOST_CHECK(agents.tasks.empty() && agents.frameworks.empty() && agents.offers.empty());
  auto frameworks = book.view({listing::frameworks});
  BOOST_REQUIRE_EQUAL(frameworks.frameworks.size(), 1u);
  BOOST_CHECK_EQUAL(frameworks.frameworks[0].tasks, 1u);
  auto tasks = book.view({listing::tasks});
  BOOST_REQUIRE_EQUAL(tasks.tasks.size(), 1u);
  BOOST_CHECK_EQUAL(tasks.tasks[0].hostname, "host-of-a1");
  BOOST_CHECK_EQUAL(book.view({listing::offers}).offers.at(0).framework, f);
  auto all = summary();
  BOOST_CHECK_EQUAL(all.cluster, "lab");
  BOOST_CHECK_EQUAL(all.agents, 1u);
  BOOST_CHECK_EQUAL(all.frameworks, 1u);
  BOOST_CHECK_EQUAL(all.tasks_active, 1u);
  BOOST_CHECK_EQUAL(all.offers, 1u);
}

BOOST_AUTO_TEST_CASE(only_the_newest_ended_tasks_are_kept) {
  auto f = add_framework();
  for (const auto* id : {"t1", "t2", "t3", "t4"}) {
    accept(f, {offers().at(a1).id}, {task(id, "cpus:4;mem:1024")});
    update(f, id, 1, task_state::finished);
  }
  auto tasks = book.view({listing::tasks}).tasks;
  BOOST_REQUIRE_EQUAL(tasks.size(), 3u);
  BOOST_CHECK_EQUAL(tasks.front().id, task_id{"t2"});
  BOOST_CHECK_EQUAL(summary().tasks_finished, 4u);
}

BOOST_AUTO_TEST_CASE(the_version_changes_with_what_a_view_shows) {
  auto before = book.version();
  auto f = run("t");
  BOOST_CHECK_NE(book.version(), before);
  before = book.version();
  update(f, "t", 1, task_state::running);
  BOOST_CHECK_NE(book.version(), before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
