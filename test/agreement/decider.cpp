// The decider against all choices that there are, for everything small; and its rules, for what is
// large.
#include "actors/agreement/decider.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "decider_oracle.hpp"

namespace entente::test {

namespace {

std::string describe(const claim& wanted, const cluster& where) {
  std::string text = std::string{to_string(wanted.layout)} + ' ' + std::to_string(wanted.count) +
                     ".." + std::to_string(most_slots(wanted)) + " of at most " +
                     std::to_string(wanted.max_per_agent) + " in '" + wanted.same_attribute + "':";
  for (const auto& x : where.agents)
    text += " " + std::to_string(x.slots) + "*" + std::to_string(x.score) + "@" + x.rack;
  return text + "; decided " + text_of(wanted, where);
}

struct tally {
  std::size_t cases = 0;
  std::size_t below_best = 0;  ///< in score
};

/// Nothing if the decision is right; else what is wrong.
std::string fault_of(const claim& wanted, const cluster& where, tally& seen) {
  auto decided = decide(wanted, where.candidates);
  auto best = best_of_all{wanted, where}.best;
  ++seen.cases;
  if (decided.has_value() != best.has_value())
    return "one was found, but there is none; or the other way round";
  if (!decided || !best)
    return {};
  auto xs = counts_of(where, *decided);
  if (!is_allowed(wanted, where, xs))
    return "it is not what was claimed";
  const auto [objective, score] = best.value_or(decltype(best)::value_type{});
  if (objective_of(wanted, xs) != objective)
    return "there is a better layout";
  auto missed = score - score_of(where, xs);
  seen.below_best += missed > 0 ? 1 : 0;
  return missed > missed_score(wanted, where) ? "the score is out of bounds" : "";
}

void check(const claim& wanted, const cluster& where, tally& seen, const std::string& seed = {}) {
  auto fault = fault_of(wanted, where, seen);
  BOOST_REQUIRE_MESSAGE(fault.empty(), fault << ": " << describe(wanted, where) << seed);
}

/// Calls with every claim of up to `slots` slots, and of one more, that is worth trying.
template <class F>
void for_each_claim(std::uint32_t slots, const std::vector<std::string>& attributes, const F& f) {
  for (auto layout : {placement::any, placement::pack, placement::spread})
    for (const auto& attribute : attributes)
      for (std::uint32_t per_agent : {0, 2})
        for (std::uint32_t count = 1; count <= slots + 1; ++count)
          for (std::uint32_t max : {0U, count + 2}) {
            auto wanted = claim_of(count, layout, max);
            wanted.max_per_agent = per_agent;
            wanted.same_attribute = attribute;
            f(wanted);
          }
}

std::vector<agent> every_agent(std::uint32_t slots, const std::vector<std::uint32_t>& scores,
                               const std::vector<std::string>& racks) {
  std::vector<agent> result{{0, max_score}};
  for (std::uint32_t n = 1; n <= slots; ++n)
    for (auto score : scores)
      for (const auto& rack : racks)
        result.push_back({n, score, rack});
  return result;
}

/// Calls with every cluster of that many agents of these kinds; two clusters that differ in the
/// order of agents only count as one.
template <class F>
void for_each_cluster(std::size_t size, const std::vector<agent>& kinds, const F& f,
                      const std::vector<agent>& agents = {}, std::size_t from = 0) {
  if (agents.size() == size)
    return f(cluster{agents});
  for (auto kind = from; kind < kinds.size(); ++kind) {
    auto more = agents;
    more.push_back(kinds[kind]);
    for_each_cluster(size, kinds, f, more, kind);
  }
}

cluster random_cluster(std::mt19937& random, std::size_t size, std::uint32_t slots) {
  std::vector<agent> agents;
  for (std::size_t i = 0; i < size; ++i)
    agents.push_back({static_cast<std::uint32_t>(random() % (slots + 1)),
                      static_cast<std::uint32_t>(random() % 1001),
                      random() % 9 == 0 ? "" : "r" + std::to_string(random() % 2)});
  return cluster{std::move(agents)};
}

claim random_claim(std::mt19937& random, std::uint32_t slots) {
  auto result = claim_of(1 + random() % slots, static_cast<placement>(random() % placement_count));
  if (random() % 2 == 0)
    result.max_count = result.count + random() % slots;
  if (random() % 3 == 0)
    result.max_per_agent = 1 + random() % 4;
  if (random() % 3 == 0)
    result.same_attribute = "rack";
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decider)

// -- single rules -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(nobody_can_serve_a_claim_without_candidates) {
  BOOST_CHECK_EQUAL(text_of(claim_of(1), cluster{{}}), "none");
}

BOOST_AUTO_TEST_CASE(too_few_slots_are_none) {
  BOOST_CHECK_EQUAL(text_of(claim_of(4), cluster{{{1, 9}, {2, 9}}}), "none");
}

BOOST_AUTO_TEST_CASE(as_many_slots_are_taken_as_there_are_up_to_the_most) {
  cluster where{{{1, 9}, {2, 9}}};
  BOOST_CHECK_EQUAL(text_of(claim_of(1, placement::any, 9), where), "1 2");
  BOOST_CHECK_EQUAL(text_of(claim_of(1, placement::any, 2), where), "1 1");
}

BOOST_AUTO_TEST_CASE(an_agent_without_slots_is_not_in_the_choice) {
  auto decided = decide(claim_of(1, placement::spread), cluster{{{0, 9}, {1, 1}}}.candidates);
  BOOST_REQUIRE(decided);
  BOOST_CHECK_EQUAL(decided->size(), 1);
}

BOOST_AUTO_TEST_CASE(any_takes_the_highest_scores) {
  BOOST_CHECK_EQUAL(text_of(claim_of(4), cluster{{{3, 1}, {3, 5}, {2, 9}}}), "0 2 2");
}

BOOST_AUTO_TEST_CASE(pack_takes_as_few_agents_as_possible) {
  cluster where{{{1, 9}, {1, 9}, {3, 1}}};
  BOOST_CHECK_EQUAL(text_of(claim_of(3, placement::pack), where), "0 0 3");
}

BOOST_AUTO_TEST_CASE(of_as_few_agents_pack_takes_those_that_score_highest) {
  cluster where{{{8, 100}, {4, 500}, {4, 700}, {4, 900}}};
  BOOST_CHECK_EQUAL(text_of(claim_of(4, placement::pack), where), "0 0 0 4");
  BOOST_CHECK_EQUAL(text_of(claim_of(8, placement::pack), where), "8 0 0 0");
  BOOST_CHECK_EQUAL(text_of(claim_of(9, placement::pack), where), "5 0 0 4");
}

BOOST_AUTO_TEST_CASE(spread_takes_as_many_agents_as_possible) {
  cluster where{{{3, 9}, {3, 8}, {3, 1}}};
  BOOST_CHECK_EQUAL(text_of(claim_of(2, placement::spread), where), "1 1 0");
  BOOST_CHECK_EQUAL(text_of(claim_of(3, placement::spread), where), "1 1 1");
}

BOOST_AUTO_TEST_CASE(spread_is_even_before_it_looks_at_scores) {
  cluster where{{{9, 1}, {9, 9}, {9, 5}, {1, 9}}};
  BOOST_CHECK_EQUAL(text_of(claim_of(8, placement::spread), where), "2 3 2 1");
}

BOOST_AUTO_TEST_CASE(no_agent_gives_more_than_the_most_per_agent) {
  auto wanted = claim_of(4);
  wanted.max_per_agent = 2;
  BOOST_CHECK_EQUAL(text_of(wanted, cluster{{{9, 9}, {9, 1}}}), "2 2");
  BOOST_CHECK_EQUAL(text_of(wanted, cluster{{{9, 9}, {1, 1}}}), "none");
}

BOOST_AUTO_TEST_CASE(all_slots_share_one_value_of_an_attribute) {
  auto wanted = claim_of(3);
  wanted.same_attribute = "rack";
  cluster where{{{2, 9, "r1"}, {2, 9, "r2"}, {2, 9, ""}, {1, 1, "r2"}}};
  BOOST_CHECK_EQUAL(text_of(wanted, where), "0 2 0 1");
}

BOOST_AUTO_TEST_CASE(more_slots_in_one_value_beat_a_higher_score_in_another) {
  auto wanted = claim_of(1, placement::pack, 5);
  wanted.same_attribute = "rack";
  cluster where{{{2, 900, "r1"}, {2, 1, "r2"}, {1, 1, "r2"}}};
  BOOST_CHECK_EQUAL(text_of(wanted, where), "0 2 1");
}

BOOST_AUTO_TEST_CASE(an_agent_that_tells_no_attributes_shares_none) {
  auto wanted = claim_of(1);
  wanted.same_attribute = "rack";
  std::vector<candidate> candidates{{agent_id{"a"}, 1, 1}};
  BOOST_CHECK(!decide(wanted, candidates));
}

BOOST_AUTO_TEST_CASE(ties_go_to_the_smaller_id_whatever_the_order_of_candidates) {
  for (auto layout : {placement::any, placement::pack, placement::spread}) {
    cluster where{{{2, 5, "r2"}, {2, 5, "r1"}, {2, 5, "r2"}, {2, 5, "r1"}}};
    for (const auto* attribute : {"", "rack"}) {
      auto wanted = claim_of(1, layout);
      wanted.same_attribute = attribute;
      std::ranges::reverse(where.candidates);
      auto decided = decide(wanted, where.candidates);
      BOOST_REQUIRE(decided);
      BOOST_CHECK_EQUAL(decided->front().agent, agent_id{name_of(0)});
    }
  }
}

BOOST_AUTO_TEST_CASE(ranks_are_by_agent_id) {
  auto decided = decide(claim_of(3), cluster{{{1, 1}, {1, 3}, {1, 2}}}.candidates);
  BOOST_REQUIRE(decided);
  BOOST_CHECK(std::ranges::is_sorted(*decided, {}, &grant_member::agent));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_there_twice_is_a_bug) {
  std::vector<candidate> candidates{
    {agent_id{"a"}, 1, 1}, {agent_id{"b"}, 1, 1}, {agent_id{"a"}, 2, 1}};
  BOOST_CHECK_THROW(decide(claim_of(1), candidates), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_largest_claim_of_the_largest_agents_does_not_overflow) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  for (auto layout : {placement::any, placement::pack, placement::spread}) {
    cluster where{{{most, most}, {most - 1, 0}, {60'000, 0}, {50'000, most}, {40'000, 7}}};
    auto decided = decide(claim_of(max_claim_slots, layout), where.candidates);
    BOOST_REQUIRE(decided);
    BOOST_CHECK_EQUAL(sum(counts_of(where, *decided)), max_claim_slots);
  }
}

// -- all there is -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_decision_for_up_to_three_agents_in_racks_is_the_best) {
  tally seen;
  for (std::size_t size = 0; size <= 3; ++size)
    for_each_cluster(size, every_agent(3, {1, 3}, {"", "r1", "r2"}), [&](const cluster& where) {
      for_each_claim(5, {"", "rack"}, [&](const claim& x) { check(x, where, seen); });
    });
  BOOST_CHECK_EQUAL(seen.below_best, 0);
}

BOOST_AUTO_TEST_CASE(every_decision_for_four_agents_is_the_best) {
  tally seen;
  for_each_cluster(4, every_agent(3, {0, 2, 3}, {"r"}), [&](const cluster& where) {
    for_each_claim(12, {""}, [&](const claim& x) { check(x, where, seen); });
  });
  BOOST_CHECK_EQUAL(seen.below_best, 0);
}

// -- random -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(random_decisions_for_six_agents_are_the_best) {
  tally seen;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    std::mt19937 random{seed};
    auto where = random_cluster(random, 6, 6);
    check(random_claim(random, 14), where, seen, "; seed " + std::to_string(seed));
  }
  BOOST_CHECK_LT(seen.below_best * 50, seen.cases);
}

BOOST_AUTO_TEST_CASE(packed_scores_of_a_few_large_agents_are_within_the_bound) {
  tally seen;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    std::mt19937 random{seed};
    auto where = random_cluster(random, 4, 24);
    check(claim_of(1 + random() % 60, placement::pack), where, seen,
          "; seed " + std::to_string(seed));
  }
  BOOST_CHECK_LT(seen.below_best * 50, seen.cases);
}

BOOST_AUTO_TEST_CASE(large_decisions_keep_the_rules) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    auto where = random_cluster(random, 1 + random() % 800, 40);
    auto wanted = random_claim(random, 9000);
    auto decided = decide(wanted, where.candidates);
    std::ranges::shuffle(where.candidates, random);
    BOOST_REQUIRE_MESSAGE(decided == decide(wanted, where.candidates), "seed " << seed);
    if (!decided)
      continue;
    std::ranges::sort(where.candidates, {}, &candidate::agent);
    auto xs = counts_of(where, *decided);
    BOOST_REQUIRE_MESSAGE(is_allowed(wanted, where, xs), "seed " << seed);
    BOOST_REQUIRE_MESSAGE(std::ranges::is_sorted(*decided, {}, &grant_member::agent),
                          "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
