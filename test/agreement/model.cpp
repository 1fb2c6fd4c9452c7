// The examples of docs/model.md, computed. A test is named after the example.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "actors/agreement/decider.hpp"

namespace entente::test {

namespace {

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

claim claim_of(std::uint32_t count, placement layout = placement::any) {
  claim result;
  result.count = count;
  result.layout = layout;
  return result;
}

struct agent {
  std::uint32_t cap;
  std::uint32_t score;
};

/// What is decided, as `2 0 1`: how many slots of each agent; and its score.
struct decision {
  decision(const claim& wanted, const std::vector<agent>& agents) {
    std::vector<candidate> candidates;
    for (const auto& x : agents)
      candidates.push_back({name_of(candidates.size()), x.cap, x.score});
    auto chosen = decide(wanted, candidates).value();
    for (std::size_t i = 0; i < agents.size(); ++i) {
      auto member = std::ranges::find(chosen, name_of(i), &grant_member::agent);
      auto slots = member == chosen.end() ? 0 : member->slots;
      text += (i == 0 ? "" : " ") + std::to_string(slots);
      score += slots * agents[i].score;
    }
  }

  static agent_id name_of(std::size_t index) { return agent_id{"a" + std::to_string(index)}; }

  std::string text;
  std::uint32_t score = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(model)

// -- 1. Resources and slots -------------------------------------------------------

BOOST_AUTO_TEST_CASE(slots_that_fit) {
  BOOST_CHECK_EQUAL(parse("cpus:3.5;mem:4096").slots(parse("cpus:1;mem:1024")), 3);
}

// -- 2. The pool ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_pool_is_summed_over_agents) {
  auto slot = parse("cpus:1");
  auto free = parse("cpus:1.5");
  BOOST_CHECK_EQUAL(free.slots(slot) + free.slots(slot), 2);
  BOOST_CHECK_EQUAL((free + free).slots(slot), 3);
}

// -- 4. Feasibility and choosing --------------------------------------------------

BOOST_AUTO_TEST_CASE(more_slots_win) {
  attribute_map r1{{"rack", "r1"}};
  attribute_map r2{{"rack", "r2"}};
  std::vector<candidate> candidates{{agent_id{"a"}, 2, 900, &r1}, {agent_id{"b"}, 3, 1, &r2}};
  auto wanted = claim_of(1);
  wanted.max_count = 5;
  wanted.same_attribute = "rack";
  BOOST_CHECK((decide(wanted, candidates) == choice{{agent_id{"b"}, 3}}));
}

BOOST_AUTO_TEST_CASE(any_takes_the_highest_scores) {
  decision decided{claim_of(4), {{3, 1}, {3, 5}, {2, 9}}};
  BOOST_CHECK_EQUAL(decided.text, "0 2 2");
  BOOST_CHECK_EQUAL(decided.score, 28);
}

BOOST_AUTO_TEST_CASE(spread_is_even_before_it_looks_at_scores) {
  decision decided{claim_of(8, placement::spread), {{9, 1}, {9, 9}, {9, 5}, {1, 9}}};
  BOOST_CHECK_EQUAL(decided.text, "2 3 2 1");
}

BOOST_AUTO_TEST_CASE(pack_takes_the_highest_scores_of_the_fewest_agents) {
  std::vector<agent> agents{{8, 100}, {4, 500}, {4, 700}, {4, 900}};
  BOOST_CHECK_EQUAL(decision(claim_of(8, placement::pack), agents).text, "8 0 0 0");
  BOOST_CHECK_EQUAL(decision(claim_of(9, placement::pack), agents).text, "5 0 0 4");
}

BOOST_AUTO_TEST_CASE(pack_misses_less_than_its_bound) {
  decision decided{claim_of(4, placement::pack), {{1, 700}, {3, 300}, {2, 400}}};
  constexpr std::uint32_t best = 1 * 700 + 3 * 300;
  constexpr std::uint32_t bound = (3 - 1) * (700 - 300) - 1;
  BOOST_CHECK_EQUAL(decided.text, "0 2 2");
  BOOST_CHECK_EQUAL(decided.score, 1400);
  BOOST_CHECK_LE(best - decided.score, bound);
}

// -- 6. Set-aside -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_agents_set_aside_are_those_that_are_used_least) {
  decision decided{claim_of(8), {{4, 250}, {4, 1000}, {4, 750}}};
  BOOST_CHECK_EQUAL(decided.text, "0 4 4");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
