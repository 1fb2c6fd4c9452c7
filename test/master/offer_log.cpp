// What is remembered of offers.
#include "actors/master/offer_log.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};
const framework_id f1{"f1"};
const framework_id f2{"f2"};

offer made(const std::string& id, const framework_id& to = f1) {
  offer x;
  x.id = offer_id{id};
  x.framework = to;
  x.agent = agent_id{"a1"};
  x.available.set_milli("cpus", 4000);
  x.role = "prod";
  return x;
}

struct fixture {
  void send(const std::string& id, time_point now = t0) { log.sent(made(id), now); }
  void end(const std::string& id, offer_outcome how) { log.ended(f1, offer_id{id}, how); }

  offer_log log;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(offer_log, fixture)

BOOST_AUTO_TEST_CASE(an_offer_is_open_until_it_ends) {
  send("o1");
  auto entries = log.entries();
  BOOST_REQUIRE_EQUAL(entries.size(), 1u);
  offer_record expected{made("o1").id, f1, "prod", agent_id{"a1"}, made("o1").available};
  BOOST_CHECK(entries[0] == expected);
  BOOST_CHECK(log.counts(f1) == offer_counts{.sent = 1});
}

BOOST_AUTO_TEST_CASE(each_outcome_is_counted) {
  for (const auto* id : {"o1", "o2", "o3", "o4", "o5"})
    send(id);
  end("o1", offer_outcome::accepted);
  end("o2", offer_outcome::declined);
  end("o3", offer_outcome::timed_out);
  end("o4", offer_outcome::rescinded);
  BOOST_CHECK(log.counts(f1) == (offer_counts{5, 1, 1, 1, 1}));
  auto entries = log.entries();
  BOOST_REQUIRE_EQUAL(entries.size(), 5u);
  BOOST_CHECK(entries[0].outcome == offer_outcome::open);
  BOOST_CHECK(entries[1].outcome == offer_outcome::rescinded);
  BOOST_CHECK(entries[4].outcome == offer_outcome::accepted);
}

BOOST_AUTO_TEST_CASE(an_answer_took_from_when_the_offer_was_sent_until_it_ended) {
  send("o1", t0 + 1s);
  log.is_now(t0 + 3s);
  end("o1", offer_outcome::declined);
  log.is_now(t0 + 10s);
  BOOST_CHECK(log.entries().at(0).took == 2s);
  BOOST_CHECK(log.entries().at(0).age == 9s);
}

BOOST_AUTO_TEST_CASE(an_answer_from_before_its_offer_took_no_time) {
  send("o1", t0 + 2s);
  log.is_now(t0 + 1s);
  end("o1", offer_outcome::accepted);
  BOOST_CHECK(log.entries().at(0).took == 0s);
  BOOST_CHECK(log.entries().at(0).age == 0s);
}

BOOST_AUTO_TEST_CASE(the_newest_come_first_and_the_oldest_are_forgotten) {
  for (std::size_t i = 0; i <= entente::offer_log::kept; ++i)
    send("o" + std::to_string(i));
  auto entries = log.entries();
  BOOST_REQUIRE_EQUAL(entries.size(), entente::offer_log::kept);
  BOOST_CHECK_EQUAL(entries.front().id, offer_id{"o32"});
  BOOST_CHECK_EQUAL(entries.back().id, offer_id{"o1"});
}

BOOST_AUTO_TEST_CASE(an_offer_that_was_forgotten_is_counted_all_the_same) {
  for (std::size_t i = 0; i <= entente::offer_log::kept; ++i)
    send("o" + std::to_string(i));
  end("o0", offer_outcome::accepted);
  BOOST_CHECK(log.counts(f1) == (offer_counts{33, 1, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(frameworks_are_counted_apart) {
  send("o1");
  log.sent(made("o2", f2), t0);
  end("o1", offer_outcome::accepted);
  BOOST_CHECK_EQUAL(log.entries().size(), 2u);
  BOOST_CHECK(log.counts(f1) == (offer_counts{1, 1, 0, 0, 0}));
  BOOST_CHECK(log.counts(f2) == offer_counts{.sent = 1});
}

BOOST_AUTO_TEST_CASE(the_end_of_an_offer_of_nobody_changes_nothing) {
  end("o1", offer_outcome::accepted);
  BOOST_CHECK(log.entries().empty());
  BOOST_CHECK(log.counts(f1) == offer_counts{});
}

BOOST_AUTO_TEST_CASE(a_framework_that_is_gone_is_remembered_until_many_others_are) {
  send("o1");
  log.is_gone(f1);
  BOOST_CHECK_EQUAL(log.entries().size(), 1u);
  for (std::size_t i = 0; i < entente::offer_log::gone_kept; ++i) {
    framework_id other{"g" + std::to_string(i)};
    log.sent(made("o", other), t0);
    log.is_gone(other);
  }
  BOOST_CHECK(log.counts(f1) == offer_counts{});
  BOOST_CHECK_EQUAL(log.entries().size(), entente::offer_log::gone_kept);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
