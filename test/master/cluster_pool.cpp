// What frameworks are told of the pool.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : claims_fixture {
  /// `total/free` of the class as it is told now; empty if nothing is.
  std::string published(time_point now) {
    book.take_effects();
    book.publish_pool(now);
    std::string text;
    for (const auto& x : told<pool_changed>())
      for (const auto& y : x.classes)
        text += std::to_string(y.total) + '/' + std::to_string(y.free);
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_pool, fixture)

BOOST_AUTO_TEST_CASE(changes_are_told_at_intervals) {
  BOOST_CHECK_EQUAL(published(t0), "4/4");
  grant_to("c", {{a1, 1}});
  BOOST_CHECK_EQUAL(published(t0 + 199ms), "");
  BOOST_CHECK(book.next_deadline() == t0 + 200ms);
  BOOST_CHECK_EQUAL(published(t0 + 200ms), "4/3");
  BOOST_CHECK_EQUAL(published(t0 + 1s), "");
}

BOOST_AUTO_TEST_CASE(a_lost_agent_takes_its_slots_out_of_the_pool) {
  add_agent(a2);
  BOOST_CHECK_EQUAL(published(t0), "8/8");
  book.remove_agent(a2, t0);
  BOOST_CHECK_EQUAL(published(t0 + 1s), "4/4");
}

BOOST_AUTO_TEST_CASE(a_change_that_an_operator_has_seen_is_told_all_the_same) {
  published(t0);
  grant_to("c", {{a1, 1}});
  BOOST_CHECK_EQUAL(book.view({listing::pool}).pool.at(0).free, 3u);
  BOOST_CHECK(book.next_deadline() == t0 + 200ms);
  BOOST_CHECK_EQUAL(published(t0 + 1s), "4/3");
}

BOOST_AUTO_TEST_CASE(a_framework_is_told_all_of_the_pool_when_it_subscribes) {
  subscribe_again({}, {});
  auto news = told<pool_changed>();
  BOOST_REQUIRE_EQUAL(news.size(), 1u);
  BOOST_CHECK(news[0].classes.at(0) == (pool_entry{"small", parse("cpus:1"), 4, 4}));
  subscribe_again({}, {}, 2);
  BOOST_CHECK(told<pool_changed>().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
