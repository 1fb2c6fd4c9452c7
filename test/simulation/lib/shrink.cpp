#include "shrink.hpp"

#include <algorithm>

namespace entente::simulation {

namespace {

/// The plan without the events from `begin` to before `end`.
plan without(const plan& x, std::size_t begin, std::size_t end) {
  auto result = x;
  auto first = result.events.begin();
  result.events.erase(first + static_cast<std::ptrdiff_t>(begin),
                      first + static_cast<std::ptrdiff_t>(end));
  return result;
}

}  // namespace

plan shrink(plan failing, const std::function<bool(const plan&)>& fails, unsigned most_runs) {
  auto piece = std::max<std::size_t>(failing.events.size() / 2, 1);
  auto runs = 0u;
  while (!failing.events.empty()) {
    auto found = false;
    for (std::size_t begin = 0; begin < failing.events.size() && runs < most_runs; ++runs) {
      auto shorter = without(failing, begin, std::min(begin + piece, failing.events.size()));
      if (fails(shorter)) {
        failing = std::move(shorter);
        found = true;
      } else {
        begin += piece;
      }
    }
    if (runs >= most_runs || (piece == 1 && !found))
      break;
    if (!found)
      piece = (piece + 1) / 2;
    piece = std::max<std::size_t>(std::min(piece, failing.events.size() / 2), 1);
  }
  return failing;
}

}  // namespace entente::simulation
