// What a framework has claimed and was granted, said again to a master that may have missed it.
#include "actors/framework/claim_tracker.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

using verdict = entente::claim_tracker::verdict;

claim claim_of(const std::string& id) {
  claim result;
  result.id = claim_id{id};
  return result;
}

/// A grant for the claim, with a slot on each agent.
grant grant_of(const std::string& id, const std::string& claim,
               const std::vector<std::string>& on) {
  grant result;
  result.id = grant_id{id};
  result.claim = claim_id{claim};
  for (const auto& agent : on)
    result.slots.push_back({agent_id{agent}, agent, 0, {}});
  return result;
}

launch_on_grant launch(const std::string& grant, const std::vector<std::string>& tasks) {
  launch_on_grant result{{}, grant_id{grant}, {}};
  for (std::uint32_t rank = 0; rank < tasks.size(); ++rank) {
    task_info task;
    task.id = task_id{tasks[rank]};
    result.tasks.push_back({rank, std::move(task)});
  }
  return result;
}

/// A tracker that was granted `g` for `c`: rank 0 on a0, rank 1 on a1.
struct fixture {
  fixture() {
    x.claimed(claim_of("c"));
    x.granted(granted);
  }

  std::vector<grant_id> kept() { return x.report().grants; }

  const grant granted = grant_of("g", "c", {"a0", "a1"});
  const std::vector<grant_id> the_grant{grant_id{"g"}};
  entente::claim_tracker x;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(claim_tracker, fixture)

// -- claims -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_is_reported_until_it_is_answered) {
  entente::claim_tracker y;
  y.claimed(claim_of("c"));
  y.claimed(claim_of("d"));
  BOOST_CHECK((y.report().claims == std::vector{claim_of("c"), claim_of("d")}));
  y.granted(granted);
  y.refused(claim_id{"d"});
  BOOST_CHECK(y.report().claims.empty());
  BOOST_CHECK(y.report().grants == the_grant);
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_withdrawn_is_not_reported) {
  x.claimed(claim_of("d"));
  BOOST_CHECK_EQUAL(x.withdrawn(claim_id{"d"}).claim, claim_id{"d"});
  BOOST_CHECK(x.report().claims.empty());
}

BOOST_AUTO_TEST_CASE(a_grant_or_refusal_is_news_once) {
  x.claimed(claim_of("d"));
  BOOST_CHECK(x.refused(claim_id{"d"}) == verdict::deliver);
  BOOST_CHECK(x.refused(claim_id{"d"}) == verdict::drop);
  x.claimed(claim_of("e"));
  auto other = grant_of("h", "e", {"a0"});
  BOOST_CHECK(x.granted(other) == verdict::deliver);
  BOOST_CHECK(x.granted(other) == verdict::drop);
}

BOOST_AUTO_TEST_CASE(a_grant_for_a_claim_that_was_withdrawn_is_given_back) {
  x.claimed(claim_of("d"));
  x.withdrawn(claim_id{"d"});
  BOOST_CHECK(x.granted(grant_of("h", "d", {"a0"})) == verdict::give_back);
  BOOST_CHECK(kept() == the_grant);
}

BOOST_AUTO_TEST_CASE(a_second_grant_for_one_claim_is_given_back) {
  BOOST_CHECK(x.granted(grant_of("h", "c", {"a0"})) == verdict::give_back);
  BOOST_CHECK(kept() == the_grant);
}

BOOST_AUTO_TEST_CASE(a_refusal_that_comes_after_the_grant_is_dropped) {
  BOOST_CHECK(x.refused(claim_id{"c"}) == verdict::drop);
  BOOST_CHECK(kept() == the_grant);
}

// -- the end of grants --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_grant_that_is_over_is_news_once) {
  BOOST_CHECK(x.ended(grant_id{"g"}) == verdict::deliver);
  BOOST_CHECK(x.ended(grant_id{"g"}) == verdict::drop);
  BOOST_CHECK(kept().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_that_will_be_taken_back_is_news_once_and_still_held) {
  BOOST_CHECK(x.recalled({grant_id{"g"}, "for c1", std::chrono::seconds{3}}) == verdict::deliver);
  BOOST_CHECK(x.recalled({grant_id{"g"}, "for c1", std::chrono::seconds{3}}) == verdict::drop);
  // The first has come to nothing, and there is another.
  BOOST_CHECK(x.recalled({grant_id{"g"}, "for c2", std::chrono::seconds{3}}) == verdict::deliver);
  BOOST_CHECK(kept() == the_grant);
  BOOST_CHECK(x.ended(grant_id{"g"}) == verdict::deliver);
}

BOOST_AUTO_TEST_CASE(the_recall_of_a_grant_that_is_not_held_is_no_news) {
  BOOST_CHECK(x.recalled({grant_id{"h"}, "for c1", std::chrono::seconds{3}}) == verdict::drop);
  x.released({{}, grant_id{"g"}, {}, 0});
  BOOST_CHECK(x.recalled({grant_id{"g"}, "for c1", std::chrono::seconds{3}}) == verdict::drop);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_grant_that_was_given_back_is_no_news) {
  x.released({{}, grant_id{"g"}, {}, 0});
  BOOST_CHECK(x.ended(grant_id{"g"}) == verdict::drop);
}

BOOST_AUTO_TEST_CASE(a_grant_is_kept_until_its_last_slot_is_given_back) {
  x.released({{}, grant_id{"g"}, {1}, 0});
  BOOST_CHECK(kept() == the_grant);
  x.released({{}, grant_id{"g"}, {1}, 0});
  BOOST_CHECK(kept() == the_grant);
  x.released({{}, grant_id{"g"}, {0}, 0});
  BOOST_CHECK(kept().empty());
}

BOOST_AUTO_TEST_CASE(slots_that_were_given_back_are_given_back_again) {
  BOOST_CHECK(x.releases().empty());
  x.released({{}, grant_id{"g"}, {1}, 0});
  auto again = x.releases();
  BOOST_REQUIRE_EQUAL(again.size(), 1u);
  BOOST_CHECK_EQUAL(again[0].grant, grant_id{"g"});
  BOOST_CHECK((again[0].ranks == std::vector<std::uint32_t>{1}));
}

BOOST_AUTO_TEST_CASE(a_grant_is_over_when_all_its_agents_are_lost) {
  x.lost({agent_id{"a0"}, the_grant});
  BOOST_CHECK(kept() == the_grant);
  x.lost({agent_id{"a1"}, the_grant});
  BOOST_CHECK(kept().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_is_over_when_what_is_left_by_lost_agents_is_given_back) {
  x.lost({agent_id{"a0"}, the_grant});
  x.released({{}, grant_id{"g"}, {1}, 0});
  BOOST_CHECK(kept().empty());
}

BOOST_AUTO_TEST_CASE(other_agents_are_nothing_to_a_grant) {
  x.lost({agent_id{"elsewhere"}, the_grant});
  BOOST_CHECK(x.releases().empty());
  BOOST_CHECK(kept() == the_grant);
}

// -- launches -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_launch_is_said_again_until_there_is_news_of_its_task) {
  const auto call = launch("g", {"t0", "t1"});
  x.launched(call);
  BOOST_CHECK((x.launches() == std::vector{call}));
  x.heard_of(task_id{"t0"});
  auto left = x.launches();
  BOOST_REQUIRE_EQUAL(left.size(), 1u);
  BOOST_REQUIRE_EQUAL(left[0].tasks.size(), 1u);
  BOOST_CHECK(left[0].tasks[0] == call.tasks[1]);
  x.heard_of(task_id{"t1"});
  BOOST_CHECK(x.launches().empty());
}

BOOST_AUTO_TEST_CASE(launches_are_said_again_each_to_its_own_grant) {
  x.claimed(claim_of("d"));
  x.granted(grant_of("h", "d", {"a0"}));
  x.launched(launch("g", {"t"}));
  x.launched(launch("h", {"u"}));
  BOOST_CHECK((x.launches() == std::vector{launch("g", {"t"}), launch("h", {"u"})}));
}

BOOST_AUTO_TEST_CASE(launches_on_a_grant_that_is_over_are_not_said_again) {
  x.launched(launch("g", {"t0", "t1"}));
  x.ended(grant_id{"g"});
  BOOST_CHECK(x.launches().empty());
}

// -- revisions ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_call_and_report_has_a_higher_revision_than_those_before_it) {
  std::vector<std::uint64_t> revisions{x.report().revision};
  revisions.push_back(x.claimed(claim_of("d")).revision);
  revisions.push_back(x.withdrawn(claim_id{"d"}).revision);
  revisions.push_back(x.released({{}, grant_id{"g"}, {1}, 0}).revision);
  revisions.push_back(x.releases().at(0).revision);
  revisions.push_back(x.report().revision);
  for (std::size_t i = 1; i < revisions.size(); ++i)
    BOOST_CHECK_LT(revisions[i - 1], revisions[i]);
}

BOOST_AUTO_TEST_CASE(tasks_of_a_group_are_said_again_until_all_were_heard_of) {
  auto call = launch("g", {"t1", "t2", "own"});
  call.tasks[0].task.group = call.tasks[1].task.group = "both";
  x.launched(call);
  x.heard_of(task_id{"t1"});
  x.heard_of(task_id{"own"});
  BOOST_REQUIRE_EQUAL(x.launches().size(), 1u);
  BOOST_CHECK_EQUAL(x.launches()[0].tasks.size(), 2u);
  x.heard_of(task_id{"t2"});
  BOOST_CHECK(x.launches().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
