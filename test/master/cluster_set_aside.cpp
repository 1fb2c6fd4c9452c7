// A large claim that has waited long is not starved by small ones.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

const auto old = t0 + 30s;

/// Two agents on which small claims run: one slot of a1, two of a2. A large claim waits for four on
/// one agent.
struct fixture : claims_fixture {
  fixture() {
    add_agent(a2);
    on_a1 = grant_to("on-a1", {{a1, 1}});
    on_a2 = grant_to("on-a2", {{a2, 2}});
    add_claim(large);
    BOOST_REQUIRE(rounds().empty());
  }

  static claim whole_agent(const std::string& id) {
    auto x = claim_of(id, 1);
    x.slot_class.clear();
    x.limits = parse("cpus:4");
    return x;
  }

  claim large = whole_agent("large");
  grant on_a1;
  grant on_a2;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_set_aside, fixture)

BOOST_AUTO_TEST_CASE(before_a_claim_is_old_small_ones_are_served_anywhere) {
  BOOST_CHECK(book.next_deadline() == old);
  add_claim(claim_of("small", 1));
  BOOST_CHECK_EQUAL(asked(rounds(old - 1ms).at(0)), "a1:1 a2:1");
}

BOOST_AUTO_TEST_CASE(the_agent_with_least_on_it_is_set_aside_for_an_old_claim) {
  add_claim(claim_of("small", 1), old);
  BOOST_CHECK_EQUAL(asked(rounds(old).at(0)), "a2:1");
  BOOST_CHECK(!offers(old).contains(a1));
}

BOOST_AUTO_TEST_CASE(elsewhere_offers_are_made_all_the_same) {
  rounds(old);
  BOOST_CHECK_EQUAL(offers(old).at(a2).available, parse("cpus:2;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_claim_that_would_need_the_room_says_that_it_is_set_aside) {
  add_claim(claim_of("small", 3), old);
  BOOST_CHECK(rounds(old).empty());
  BOOST_CHECK_EQUAL(entry("small").reasons.back(),
                    "1 agent is set aside for a claim that has waited longer");
}

BOOST_AUTO_TEST_CASE(the_old_claim_gets_what_was_set_aside_and_then_others_have_the_rest) {
  add_claim(claim_of("small", 3), old);
  rounds(old);
  released_by(a1, on_a1.id);
  auto plans = rounds(old);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK_EQUAL(plans[0].claim.id, large.id);
  book.round_ended(granted(plans[0].id, {{a1, 1}}), old);
  rounds(old);
  released_by(a2, on_a2.id, {0});
  BOOST_CHECK_EQUAL(asked(rounds(old).at(0)), "a2:3");
  BOOST_CHECK_EQUAL(offers(old).at(a1).available, parse("mem:1024"));
}

BOOST_AUTO_TEST_CASE(when_the_old_claim_is_withdrawn_its_room_is_for_others_at_once) {
  add_claim(claim_of("small", 3), old);
  rounds(old);
  book.withdraw({f, large.id, 0});
  BOOST_CHECK_EQUAL(asked(rounds(old).at(0)), "a1:3 a2:2");
}

BOOST_AUTO_TEST_CASE(the_next_old_claim_is_tried_when_the_same_room_is_kept_for_it) {
  rounds(old);
  auto next = whole_agent("next");
  next.limits = parse("cpus:3");
  add_claim(next, old);
  auto later = old + 30s;
  BOOST_CHECK(rounds(later).empty());
  book.withdraw({f, large.id, 0});
  auto plans = rounds(later);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK_EQUAL(plans[0].claim.id, next.id);
  BOOST_CHECK_EQUAL(asked(plans[0]), "a1:1");
}

BOOST_AUTO_TEST_CASE(when_the_old_claim_is_refused_its_room_is_for_others_at_once) {
  book.withdraw({f, large.id, 0});
  auto x = whole_agent("hasty");
  x.wait = 40s;
  add_claim(x);
  rounds(old);
  add_claim(claim_of("small", 3), old);
  BOOST_CHECK(rounds(old).empty());
  book.expire(t0 + 40s);
  BOOST_CHECK_EQUAL(rounds(t0 + 40s).at(0).claim.id, claim_id{"small"});
}

BOOST_AUTO_TEST_CASE(an_old_claim_that_never_fits_does_not_keep_others_from_their_turn) {
  auto impossible = whole_agent("impossible");
  impossible.limits = parse("cpus:5");
  impossible.wait = 1h;
  impossible.priority = 1;
  add_claim(impossible);
  rounds(old);
  add_claim(claim_of("small", 1), old);
  BOOST_CHECK_EQUAL(asked(rounds(old).at(0)), "a2:1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
