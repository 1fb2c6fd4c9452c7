// What a framework is told of grants when an agent is lost.
#include <boost/test/unit_test.hpp>

#include "actors/framework/claim_tracker.hpp"

namespace entente::test {

namespace {

grant grant_on(const std::string& id, const std::vector<std::string>& agents) {
  grant x;
  x.id = grant_id{id};
  x.claim = claim_id{id};
  for (const auto& agent : agents)
    x.slots.push_back({agent_id{agent}, {}, 0, {}});
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lost_agents)

BOOST_AUTO_TEST_CASE(the_loss_of_slots_is_news_once) {
  claim_tracker x;
  x.adopt(grant_on("g1", {"a1", "a2"}));
  x.adopt(grant_on("g2", {"a2"}));
  agent_lost both{agent_id{"a2"}, {grant_id{"g1"}, grant_id{"g2"}}};
  BOOST_CHECK(x.lost(both) == both.grants);
  BOOST_CHECK(x.lost(both).empty());
}

BOOST_AUTO_TEST_CASE(what_is_said_again_of_an_old_grant_does_not_touch_a_newer_one) {
  claim_tracker x;
  x.adopt(grant_on("new", {"a2"}));
  BOOST_CHECK(x.lost({agent_id{"a2"}, {grant_id{"old"}}}).empty());
  BOOST_CHECK_EQUAL(x.report().grants.size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_grant_whose_slots_there_were_given_back_has_lost_nothing) {
  claim_tracker x;
  x.adopt(grant_on("g1", {"a1", "a2"}));
  x.released({{}, grant_id{"g1"}, {1}, 0});
  BOOST_CHECK(x.lost({agent_id{"a2"}, {grant_id{"g1"}}}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
