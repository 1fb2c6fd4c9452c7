#include "actors/agent/score.hpp"

#include <algorithm>
#include <limits>

#include "messages/constraints.hpp"

namespace entente {

namespace {

constexpr std::uint64_t unit = max_score;

/// `part / whole` in thousandths; more than the whole counts as the whole.
std::uint64_t thousandths(std::uint64_t part, std::uint64_t whole) {
  if (part >= whole)
    return unit;
  if (whole > std::numeric_limits<std::uint64_t>::max() / unit / 2)
    return part / (whole / unit);  // too large to multiply, and so large that it is exact enough
  return (part * unit + whole / 2) / whole;
}

std::uint64_t fit(const score_inputs& x) {
  auto least = unit;
  auto most = std::uint64_t{0};
  for (const auto& [name, limit] : x.limits.scalars()) {
    auto left = thousandths(static_cast<std::uint64_t>(x.free.milli(name)),
                            static_cast<std::uint64_t>(x.capacity.milli(name)));
    least = std::min(least, left);
    most = std::max(most, left);
  }
  return most < least ? unit : unit - (most - least);
}

std::uint64_t wish(const score_inputs& x) {
  std::uint64_t satisfied = 0;
  std::uint64_t all = 0;
  for (const auto& wanted : x.preferences) {
    all += wanted.weight;
    if (satisfies(x.attributes, wanted.when))
      satisfied += wanted.weight;
  }
  return thousandths(satisfied, all);
}

}  // namespace

std::uint32_t score(const score_inputs& x) {
  auto own = thousandths(x.own_slots, 4);
  auto idle = unit - thousandths(x.load, unit);
  return static_cast<std::uint32_t>((4 * fit(x) + 2 * own + 2 * idle + 2 * wish(x) + 5) / 10);
}

}  // namespace entente
