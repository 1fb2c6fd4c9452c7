#include "actors/master/explain.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

struct fixture {
  fixture() {
    wanted.count = 8;
    wanted.slot_class = "gpu";
    outlook.agents = 3;
    outlook.free = 5;
  }

  std::string first() const { return entente::explain(wanted, outlook).at(0); }
  std::string second() const { return entente::explain(wanted, outlook).at(1); }

  claim wanted;
  claim_outlook outlook;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(explain, fixture)

BOOST_AUTO_TEST_CASE(what_is_wanted_and_what_is_free_are_always_said) {
  BOOST_CHECK_EQUAL(first(), "8 slots of gpu wanted, 5 free");
  BOOST_CHECK_EQUAL(entente::explain(wanted, outlook).size(), 1u);
}

BOOST_AUTO_TEST_CASE(limits_stand_for_a_class_that_is_not_named) {
  wanted.slot_class.clear();
  wanted.limits = std::get<resources>(resources::parse("cpus:2"));
  wanted.count = 1;
  wanted.ports = 2;
  BOOST_CHECK_EQUAL(first(), "1 slot of cpus:2 and 2 ports wanted, 5 free");
}

BOOST_AUTO_TEST_CASE(a_cluster_without_agents_is_reason_enough) {
  outlook = {};
  outlook.never = true;
  BOOST_CHECK_EQUAL(first(), "8 slots of gpu wanted; no agent is registered");
  BOOST_CHECK_EQUAL(entente::explain(wanted, outlook).size(), 1u);
}

BOOST_AUTO_TEST_CASE(what_other_rounds_ask_for_is_said) {
  outlook.in_rounds = 3;
  BOOST_CHECK_EQUAL(first(), "8 slots of gpu wanted, 5 free, 3 asked for by other claims just now");
}

BOOST_AUTO_TEST_CASE(a_layout_that_cannot_be_had_is_said) {
  outlook.free = 9;
  outlook.layout_impossible = true;
  wanted.max_per_agent = 2;
  wanted.same_attribute = "rack";
  BOOST_CHECK_EQUAL(second(), "not enough of them at most 2 on one agent, all in one rack");
}

BOOST_AUTO_TEST_CASE(agents_are_counted_by_the_constraint_that_excludes_them) {
  outlook.excluded = {{"rack==r1", 1}, {"zone==eu", 2}};
  BOOST_CHECK_EQUAL(second(), "1 of 3 agents does not satisfy rack==r1");
  BOOST_CHECK_EQUAL(entente::explain(wanted, outlook).at(2),
                    "2 of 3 agents do not satisfy zone==eu");
}

BOOST_AUTO_TEST_CASE(agents_are_counted_by_what_they_have_answered) {
  outlook.refusals = {{bid_refusal::no_room, 2}};
  BOOST_CHECK_EQUAL(second(), "when last asked, 2 agents had no room");
  outlook.refusals = {{bid_refusal::draining, 2}};
  BOOST_CHECK_EQUAL(second(), "when last asked, 2 agents were draining");
  outlook.refusals = {{bid_refusal::stale, 1}};
  BOOST_CHECK_EQUAL(second(), "when last asked, 1 agent was too late");
  outlook.refusals = {{bid_refusal::no_answer, 1}};
  BOOST_CHECK_EQUAL(second(), "when last asked, 1 agent did not answer");
}

BOOST_AUTO_TEST_CASE(agents_set_aside_are_said) {
  outlook.set_aside = 2;
  BOOST_CHECK_EQUAL(second(), "2 agents are set aside for a claim that has waited longer");
}

BOOST_AUTO_TEST_CASE(a_claim_that_never_fits_is_told_how_much_there_would_be) {
  outlook.never = true;
  outlook.when_empty = 1;
  BOOST_CHECK_EQUAL(second(), "if nothing ran, 3 agents would have 1 such slot");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
