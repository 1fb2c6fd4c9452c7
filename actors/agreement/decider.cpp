#include "actors/agreement/decider.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace entente {

namespace {

/// A candidate while a choice is made. Entries are kept by agent id: `rank` is the place in it.
struct entry {
  const agent_id* agent;
  std::size_t rank;
  std::int64_t cap;    ///< the most slots that may be taken
  std::int64_t score;  ///< of each slot
  std::int64_t taken = 0;
  std::int64_t worth = 0;  ///< scratch of pack()
};

using entries = std::vector<entry>;
/// Entries of one `entries`, in some order.
using picks = std::vector<entry*>;

std::int64_t sum_of(const picks& xs, std::int64_t entry::*member) {
  return std::accumulate(xs.begin(), xs.end(), std::int64_t{0},
                         [member](auto sum, const auto* x) { return sum + x->*member; });
}

picks all_of(entries& xs) {
  picks result(xs.size());
  std::ranges::transform(xs, result.begin(), [](entry& x) { return &x; });
  return result;
}

bool scores_higher(const entry* a, const entry* b) {
  return std::tuple{-a->score, a->rank} < std::tuple{-b->score, b->rank};
}

/// Takes `wanted` slots more of the agents that score highest, up to `room(x)` of each.
template <class Room>
void take_by_score(picks xs, std::int64_t wanted, Room room) {
  std::ranges::sort(xs, scores_higher);
  for (auto* x : xs) {
    auto more = std::min(wanted, room(*x));
    x->taken += more;
    wanted -= more;
  }
}

// -- any ------------------------------------------------------------------------

void choose_any(entries& xs, std::int64_t wanted) {
  take_by_score(all_of(xs), wanted, [](const entry& x) { return x.cap; });
}

// -- spread ---------------------------------------------------------------------

/// How many slots there are if no agent gives more than `level`.
std::int64_t slots_below(const entries& xs, std::int64_t level) {
  return std::accumulate(xs.begin(), xs.end(), std::int64_t{0},
                         [level](auto sum, const auto& x) { return sum + std::min(x.cap, level); });
}

/// The smallest level with room for `wanted` slots.
std::int64_t level_for(const entries& xs, std::int64_t wanted) {
  std::int64_t low = 0;  // has no room
  std::int64_t high = wanted;
  while (high - low > 1) {
    auto middle = low + (high - low) / 2;
    (slots_below(xs, middle) < wanted ? low : high) = middle;
  }
  return high;
}

/// Fills all agents evenly to one below the level, and then one slot more of those that score
/// highest.
void choose_spread(entries& xs, std::int64_t wanted) {
  auto level = level_for(xs, wanted);
  for (auto& x : xs)
    x.taken = std::min(x.cap, level - 1);
  take_by_score(all_of(xs), wanted - slots_below(xs, level - 1),
                [](const entry& x) { return x.cap > x.taken ? std::int64_t{1} : 0; });
}

// -- pack -----------------------------------------------------------------------

/// The first `count` in the order `before`, in no order.
template <class Before>
picks first_of(picks xs, std::size_t count, Before before) {
  std::nth_element(xs.begin(), xs.begin() + static_cast<std::ptrdiff_t>(count) - 1, xs.end(),
                   before);
  xs.resize(count);
  return xs;
}

/// The larger caps first.
bool is_larger(const entry* a, const entry* b) {
  return std::tuple{-a->cap, -a->score, a->rank} < std::tuple{-b->cap, -b->score, b->rank};
}

/// The higher scores first.
bool is_better(const entry* a, const entry* b) {
  return std::tuple{-a->score, -a->cap, a->rank} < std::tuple{-b->score, -b->cap, b->rank};
}

/// The smallest number of agents that have `wanted` slots.
std::size_t fewest(picks xs, std::int64_t wanted) {
  std::ranges::sort(xs, is_larger);
  std::size_t count = 0;
  for (; wanted > 0; ++count)
    wanted -= xs[count]->cap;
  return count;
}

/// Sums over a set of agents: all that the search for the best price needs to know of it.
struct line {
  std::int64_t caps;
  std::int64_t value = 0;  ///< sum of cap * score

  explicit line(const picks& set) : caps{sum_of(set, &entry::cap)} {
    for (const auto* x : set)
      value += x->cap * x->score;
  }
};

/// A price of a slot, as a fraction. What is above the price is an agent's worth.
struct price {
  std::int64_t over;
  std::int64_t under;

  std::int64_t worth(const entry& x) const { return x.cap * (x.score * under - over); }
  std::int64_t worth(const line& x) const { return x.value * under - over * x.caps; }
};

bool is_worthier(const entry* a, const entry* b) {
  return std::tuple{-a->worth, -a->cap, a->rank} < std::tuple{-b->worth, -b->cap, b->rank};
}

/// Leaves in `xs` what agents are worth at the fair price: sets with enough slots and sets with too
/// few are worth the same there, and no set of `count` agents is worth more. It is Lagrange's
/// multiplier of "at least `wanted` slots", found by the method of Handler and Zang.
/// @param enough the agents with the largest caps.
/// @param lacking the agents with the highest scores, which have too few slots.
void price_fairly(picks& xs, std::size_t count, std::int64_t wanted, line enough, line lacking) {
  for (;;) {
    price at{enough.value - lacking.value, enough.caps - lacking.caps};
    for (auto* x : xs)
      x->worth = at.worth(*x);
    line best{first_of(xs, count, is_worthier)};
    if (at.worth(best) <= at.worth(enough))
      return;
    (best.caps >= wanted ? enough : lacking) = best;
  }
}

/// A set of the worthiest `count` agents that has `wanted` slots. Of agents with equal worth at the
/// border it takes the smallest, and exchanges them for the largest until there are enough.
picks worthiest(picks xs, std::size_t count, std::int64_t wanted) {
  std::ranges::sort(xs, is_worthier);
  auto border = xs[count - 1]->worth;
  auto first = std::ranges::lower_bound(xs, border, std::greater{}, &entry::worth);
  auto last = std::ranges::upper_bound(xs, border, std::greater{}, &entry::worth);
  picks result(xs.begin(), first);
  result.insert(result.end(), last - static_cast<std::ptrdiff_t>(count - result.size()), last);
  auto missing = wanted - sum_of(result, &entry::cap);
  auto smallest = result.end();
  for (auto large = first; missing > 0; ++large) {
    --smallest;
    missing -= (*large)->cap - (*smallest)->cap;
    *smallest = *large;
  }
  return result;
}

/// The agents that `wanted` slots are packed on.
picks packed(entries& xs, std::int64_t wanted) {
  auto all = all_of(xs);
  auto count = fewest(all, wanted);
  auto best = first_of(all, count, is_better);
  line high{best};
  if (high.caps >= wanted)
    return best;
  price_fairly(all, count, wanted, line{first_of(all, count, is_larger)}, high);
  return worthiest(std::move(all), count, wanted);
}

void choose_pack(entries& xs, std::int64_t wanted) {
  take_by_score(packed(xs, wanted), wanted, [](const entry& x) { return x.cap; });
}

// -- what is best ---------------------------------------------------------------

void choose(placement layout, entries& xs, std::int64_t wanted) {
  switch (layout) {
  case placement::pack:
    return choose_pack(xs, wanted);
  case placement::spread:
    return choose_spread(xs, wanted);
  default:
    return choose_any(xs, wanted);
  }
}

/// What makes one choice better than another: the larger in the order of the members.
struct merit {
  std::int64_t slots = 0;
  std::int64_t agents = 0;    ///< more of them is better for `spread`, fewer for `pack`
  std::int64_t evenness = 0;  ///< for `spread`: minus the sum of the squares of the counts
  std::int64_t score = 0;

  friend auto operator<=>(const merit&, const merit&) = default;
};

merit merit_of(placement layout, const entries& xs) {
  merit result;
  for (const auto& x : xs) {
    result.slots += x.taken;
    result.score += x.taken * x.score;
    if (layout != placement::any && x.taken > 0)
      result.agents += layout == placement::spread ? 1 : -1;
    if (layout == placement::spread)
      result.evenness -= x.taken * x.taken;
  }
  return result;
}

// -- who may be chosen ----------------------------------------------------------

/// The candidates with slots, by agent id.
std::vector<const candidate*> sorted(std::span<const candidate> candidates) {
  std::vector<const candidate*> result;
  for (const auto& x : candidates)
    if (x.slots > 0)
      result.push_back(&x);
  auto by_id = [](const candidate* x) -> const agent_id& { return x->agent; };
  std::ranges::sort(result, {}, by_id);
  if (auto twice = std::ranges::adjacent_find(result, {}, by_id); twice != result.end())
    throw std::invalid_argument{"agent " + (*twice)->agent.str() + " is a candidate twice"};
  return result;
}

entry entry_of(const claim& wanted, const candidate& x, std::size_t rank) {
  auto cap = std::min(x.slots, most_slots(wanted));
  if (wanted.max_per_agent > 0)
    cap = std::min(cap, wanted.max_per_agent);
  return {&x.agent, rank, cap, std::min(x.score, max_score)};
}

/// The value of the attribute that all chosen agents must share; null if the agent has none.
const std::string* shared_value(const claim& wanted, const candidate& x) {
  static const std::string anywhere;
  if (wanted.same_attribute.empty())
    return &anywhere;
  if (x.attributes == nullptr)
    return nullptr;
  auto found = x.attributes->find(wanted.same_attribute);
  return found == x.attributes->end() ? nullptr : &found->second;
}

/// What may be chosen together, in the order of the smallest agent id.
std::vector<entries> groups_of(const claim& wanted, std::span<const candidate> candidates) {
  std::map<std::string_view, std::size_t> places;
  std::vector<entries> result;
  for (const auto* x : sorted(candidates))
    if (const auto* value = shared_value(wanted, *x)) {
      auto place = places.try_emplace(*value, result.size()).first->second;
      if (place == result.size())
        result.emplace_back();
      result[place].push_back(entry_of(wanted, *x, result[place].size()));
    }
  return result;
}

choice choice_of(const entries& xs) {
  choice result;
  for (const auto& x : xs)
    if (x.taken > 0)
      result.push_back({*x.agent, static_cast<std::uint32_t>(x.taken)});
  return result;
}

}  // namespace

std::optional<choice> decide(const claim& wanted, std::span<const candidate> candidates) {
  std::optional<choice> result;
  merit best;
  for (auto& group : groups_of(wanted, candidates)) {
    auto most = std::min<std::int64_t>(most_slots(wanted), slots_below(group, most_slots(wanted)));
    if (most < wanted.count)
      continue;
    choose(wanted.layout, group, most);
    if (auto found = merit_of(wanted.layout, group); !result || found > best) {
      best = found;
      result = choice_of(group);
    }
  }
  return result;
}

}  // namespace entente
