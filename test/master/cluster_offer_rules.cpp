// When offers are made, how small, over which domains, and what is remembered of them.
#include "shares_fixture.hpp"

namespace entente::test {

namespace {

/// Starts anew with one of the options set.
struct fixture : shares_fixture {
  template <class Member, class Value>
  void begin_with(Member cluster_options::*member, Value value) {
    auto what = options();
    what.*member = std::move(value);
    begin(what);
  }

  offer_counts counts(const framework_id& framework) {
    for (const auto& x : book.view({listing::frameworks}).frameworks)
      if (x.info.id == framework)
        return x.offers;
    return {};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_offer_rules, fixture)

// -- the interval -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(offers_within_the_interval_wait_for_its_end) {
  begin_with(&cluster_options::offer_interval, 100ms);
  act_in("prod");
  BOOST_CHECK_EQUAL(offered_now(t0), "prod@a1:cpus:4;mem:1024");
  add_agent(a2);
  BOOST_CHECK_EQUAL(offered_now(t0 + 99ms), "");
  BOOST_CHECK(book.next_deadline() == t0 + 100ms);
  BOOST_CHECK_EQUAL(offered_now(t0 + 100ms), "prod@a2:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_CASE(the_interval_begins_with_an_offer_that_was_made) {
  begin_with(&cluster_options::offer_interval, 100ms);
  BOOST_CHECK_EQUAL(offered_now(t0), "");
  act_in("prod");
  BOOST_CHECK_EQUAL(offered_now(t0 + 1ms), "prod@a1:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_CASE(nobody_is_woken_by_an_interval_that_no_offer_waits_for) {
  begin_with(&cluster_options::offer_interval, 100ms);
  act_in("prod");
  offered_now(t0);
  BOOST_CHECK(book.next_deadline() == t0 + 30s);
}

BOOST_AUTO_TEST_CASE(claims_do_not_wait_for_the_interval) {
  begin_with(&cluster_options::offer_interval, 1h);
  act_in("prod");
  offered_now();
  claim_slots_of("c", 4);
  BOOST_CHECK_EQUAL(served(), "c");
}

// -- the smallest offer -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_less_than_the_smallest_offer_is_not_offered) {
  begin_with(&cluster_options::min_offer, parse("cpus:0.5;mem:32"));
  auto prod = act_in("prod");
  run_as(prod, task("t", "cpus:3.6;mem:1000"));
  BOOST_CHECK_EQUAL(offered_now(), "");
  update(prod, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(offered_now(), "prod@a1:cpus:4;mem:1024");
}

BOOST_AUTO_TEST_CASE(enough_of_one_scalar_is_an_offer) {
  begin_with(&cluster_options::min_offer, parse("cpus:0.5;mem:32"));
  auto prod = act_in("prod");
  run_as(prod, task("t", "cpus:3.6"));
  BOOST_CHECK_EQUAL(offered_now(), "prod@a1:cpus:0.4;mem:1024");
}

BOOST_AUTO_TEST_CASE(a_claim_may_be_smaller_than_the_smallest_offer) {
  begin_with(&cluster_options::min_offer, parse("cpus:2"));
  act_in("prod");
  claim_slots_of("c", 1);
  BOOST_CHECK_EQUAL(served(), "c");
}

// -- fault domains --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_framework_is_offered_something_in_each_domain) {
  begin_with(&cluster_options::fault_domain, "rack");
  book.remove_agent(a1, t0);
  for (const auto* id : {"b1", "b2", "b3", "b4"})
    add_agent(agent_id{id}, "cpus:4;mem:1024", {{"rack", id[1] < '3' ? "r1" : "r2"}});
  act_in("prod");
  act_in("prod");
  std::map<framework_id, std::set<std::string>> racks;
  for (const auto& x : make_offers())
    racks[x.framework].insert(x.attributes.at("rack"));
  BOOST_CHECK_EQUAL(racks.size(), 2u);
  for (const auto& [framework, names] : racks)
    BOOST_CHECK_EQUAL(names.size(), 2u);
}

// -- what is remembered -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(offers_are_counted_by_framework_and_outcome) {
  auto own = act_in("prod");
  accept(own, {make_offers().at(0).id}, {task("t", "cpus:1")});
  book.decline({own, {make_offers().at(0).id}, 0s}, t0);
  auto other = act_in("batch");
  BOOST_CHECK_EQUAL(make_offers().at(0).framework, other);
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(make_offers(t0 + 30s).at(0).framework, own);
  book.disconnect_framework(other, t0 + 30s);
  reserve("live", "cpus:3");
  BOOST_CHECK(counts(own) == (offer_counts{3, 1, 1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(the_history_says_how_long_an_answer_took) {
  auto own = act_in("prod");
  auto made = make_offers(t0).at(0);
  book.decline({own, {made.id}, 1h}, t0 + 2s);
  book.expire(t0 + 5s);
  auto history = book.view({listing::offer_history}).offer_history;
  BOOST_REQUIRE_EQUAL(history.size(), 1u);
  offer_record expected{made.id, own, "prod", a1, made.available, offer_outcome::declined, 5s, 2s};
  BOOST_CHECK(history[0] == expected);
}

BOOST_AUTO_TEST_CASE(the_history_has_open_offers_too) {
  act_in("prod");
  offered_now();
  auto history = book.view({listing::offer_history}).offer_history;
  BOOST_REQUIRE_EQUAL(history.size(), 1u);
  BOOST_CHECK(history[0].outcome == offer_outcome::open);
}

BOOST_AUTO_TEST_CASE(an_offer_that_timed_out_is_told_apart_from_one_that_was_in_the_way) {
  act_in("prod");
  add_agent(a2);
  BOOST_REQUIRE_EQUAL(make_offers().size(), 2u);
  reserve("live", "cpus:4");
  book.expire(t0 + 30s);
  std::map<agent_id, offer_outcome> outcomes;
  for (const auto& x : book.view({listing::offer_history}).offer_history)
    outcomes[x.agent] = x.outcome;
  BOOST_CHECK(outcomes[a1] == offer_outcome::rescinded);
  BOOST_CHECK(outcomes[a2] == offer_outcome::timed_out);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
