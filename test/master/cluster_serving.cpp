// Which claim comes first, and what is taken back for it.
#include "claims_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_serving, claims_fixture)

// -- the fair order -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_role_that_has_less_is_served_first) {
  f = add_framework(0ms, {}, "rich");
  grant_to("c1", {{a1, 1}});
  add_claim(claim_of("c2", 3));
  f = add_framework(0ms, {}, "poor");
  add_claim(claim_of("c3", 3));
  auto plans = rounds();
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK_EQUAL(plans[0].claim.id, claim_id{"c3"});
}

BOOST_AUTO_TEST_CASE(in_a_role_the_higher_priority_is_served_first) {
  add_claim(claim_of("low", 3));
  auto high = claim_of("high", 3);
  high.priority = 1;
  add_claim(high);
  BOOST_CHECK_EQUAL(rounds().at(0).claim.id, high.id);
}

BOOST_AUTO_TEST_CASE(in_a_role_the_older_is_served_first) {
  add_claim(claim_of("z-older", 3));
  add_claim(claim_of("a-newer", 3));
  BOOST_CHECK_EQUAL(rounds().at(0).claim.id, claim_id{"z-older"});
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_does_not_hinder_a_smaller_one_behind_it) {
  grant_to("c1", {{a1, 1}});
  add_claim(claim_of("c2", 4));
  add_claim(claim_of("c3", 2));
  BOOST_CHECK_EQUAL(rounds().at(0).claim.id, claim_id{"c3"});
}

// -- offers in the way ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_offer_is_rescinded_for_a_claim_that_fits_beside_them) {
  offers();
  add_agent(a2);
  add_claim(claim_of("c", 4));
  book.serve_claims(t0);
  BOOST_CHECK(told<offer_rescinded>().empty());
  BOOST_CHECK_EQUAL(held(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(the_offers_that_a_claim_needs_are_rescinded_and_no_others) {
  add_agent(a2);
  auto made = offers();
  add_claim(claim_of("c", 3));
  book.serve_claims(t0);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_CHECK_EQUAL(std::get<offer_rescinded>(std::get<tell_framework>(effects[0]).message).offer,
                    made.at(a1).id);
  BOOST_CHECK_EQUAL(asked(std::get<start_round>(effects[1]).plan), "a1:3");
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(no_offer_is_rescinded_for_a_claim_that_waits_all_the_same) {
  grant_to("c1", {{a1, 1}});
  offers();
  add_claim(claim_of("c2", 4));
  book.serve_claims(t0);
  BOOST_CHECK(told<offer_rescinded>().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
