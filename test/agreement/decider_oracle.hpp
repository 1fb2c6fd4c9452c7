#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/agreement/decider.hpp"

/// Small clusters to decide about, and what is best in them, said in another way than the decider
/// says it: by trying all choices.
namespace entente::test {

using counts = std::vector<std::int64_t>;  ///< of each agent

/// An agent: how many slots, how good, where.
struct agent {
  std::uint32_t slots;
  std::uint32_t score;
  std::string rack = "r";  ///< empty: has none
};

inline std::string name_of(std::size_t index) {
  return (index < 10 ? "a0000" : index < 100 ? "a000" : "a00") + std::to_string(index);
}

/// Agents as candidates; agent 0 has the smallest id.
struct cluster {
  explicit cluster(std::vector<agent> xs) : agents(std::move(xs)), attributes(agents.size()) {
    for (std::size_t i = 0; i < agents.size(); ++i) {
      if (!agents[i].rack.empty())
        attributes[i]["rack"] = agents[i].rack;
      candidates.push_back(
        {agent_id{name_of(i)}, agents[i].slots, agents[i].score, &attributes[i]});
    }
  }

  std::vector<agent> agents;
  std::vector<attribute_map> attributes;
  std::vector<candidate> candidates;
};

inline claim claim_of(std::uint32_t count, placement layout = placement::any,
                      std::uint32_t max = 0) {
  claim result;
  result.id = claim_id{"c"};
  result.count = count;
  result.max_count = max;
  result.layout = layout;
  return result;
}

inline counts counts_of(const cluster& where, const choice& x) {
  counts result(where.agents.size());
  for (const auto& member : x)
    for (std::size_t i = 0; i < result.size(); ++i)
      if (where.candidates[i].agent == member.agent)
        result[i] += member.slots;
  return result;
}

/// `1 0 2`: how many slots of each agent; `none`.
inline std::string text_of(const claim& wanted, const cluster& where) {
  auto decided = decide(wanted, where.candidates);
  if (!decided)
    return "none";
  std::string result;
  for (auto x : counts_of(where, *decided))
    result += (result.empty() ? "" : " ") + std::to_string(x);
  return result;
}

// -- what is best, said another way -----------------------------------------------

inline std::int64_t sum(const counts& xs) {
  return std::accumulate(xs.begin(), xs.end(), std::int64_t{0});
}

inline std::int64_t score_of(const cluster& where, const counts& xs) {
  std::int64_t result = 0;
  for (std::size_t i = 0; i < xs.size(); ++i)
    result += xs[i] * where.agents[i].score;
  return result;
}

inline bool is_allowed(const claim& wanted, const cluster& where, const counts& xs) {
  if (sum(xs) < wanted.count || sum(xs) > most_slots(wanted))
    return false;
  std::set<std::string> racks;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i] > where.agents[i].slots || (wanted.max_per_agent > 0 && xs[i] > wanted.max_per_agent))
      return false;
    if (xs[i] > 0)
      racks.insert(where.agents[i].rack);
  }
  return wanted.same_attribute.empty() || (racks.size() == 1 && !racks.contains(""));
}

/// Slots and layout, the larger the better; the score is left out.
inline auto objective_of(const claim& wanted, const counts& xs) {
  auto used = std::ranges::count_if(xs, [](auto x) { return x > 0; });
  std::int64_t agents = 0;
  std::int64_t squares = 0;
  if (wanted.layout == placement::pack)
    agents = -used;
  if (wanted.layout == placement::spread) {
    agents = used;
    for (auto x : xs)
      squares += x * x;
  }
  return std::tuple{sum(xs), agents, -squares};
}

using objective = decltype(objective_of(claim{}, {}));

/// The best of all choices there are; their number must be small.
struct best_of_all {
  best_of_all(const claim& claimed, const cluster& cluster) : wanted{claimed}, where{cluster} {
    xs.resize(where.agents.size());
    visit(0);
  }

  void visit(std::size_t i) {
    if (i == xs.size())
      return look();
    for (xs[i] = 0; xs[i] <= where.agents[i].slots; ++xs[i])
      visit(i + 1);
  }

  void look() {
    if (!is_allowed(wanted, where, xs))
      return;
    auto found = std::pair{objective_of(wanted, xs), score_of(where, xs)};
    if (!best || found > *best)
      best = found;
  }

  const claim& wanted;
  const cluster& where;
  counts xs;
  std::optional<std::pair<objective, std::int64_t>> best;
};

/// What `pack` may miss of the best score: docs/model.md, section 4.
inline std::int64_t missed_score(const claim& wanted, const cluster& where) {
  if (wanted.layout != placement::pack)
    return 0;
  std::int64_t cap = 0;
  std::int64_t low = max_score;
  std::int64_t high = 0;
  for (const auto& x : where.agents)
    if (x.slots > 0) {
      cap = std::max<std::int64_t>(cap, x.slots);
      low = std::min<std::int64_t>(low, x.score);
      high = std::max<std::int64_t>(high, x.score);
    }
  if (wanted.max_per_agent > 0)
    cap = std::min<std::int64_t>(cap, wanted.max_per_agent);
  return std::max<std::int64_t>(0, (cap - 1) * (high - low) - 1);
}

}  // namespace entente::test
