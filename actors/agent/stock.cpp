#include "actors/agent/stock.hpp"

#include <algorithm>
#include <utility>

namespace entente {

namespace {

/// How many numbers are in ranges and names in sets; modulo 2^64, which is enough to compare.
std::uint64_t count_items(const resources& x) {
  std::uint64_t count = 0;
  for (const auto& [name, ranges] : x.ranges())
    for (const auto& range : ranges)
      count += range.end - range.begin + 1;
  for (const auto& [name, items] : x.sets())
    count += items.size();
  return count;
}

}  // namespace

stock::stock(resources whole) : whole_(std::move(whole)) {
  sum_of(pot::free) = {whole_, count_items(whole_)};
}

void stock::move(const resources& amount, pot from, pot to) {
  auto items = count_items(amount);
  sum_of(from).sum -= amount;
  sum_of(from).items -= items;
  sum_of(to).sum += amount;
  sum_of(to).items += items;
  verify();
}

void stock::verify() const {
  auto counted = std::all_of(pots_.begin(), pots_.end(),
                             [](const auto& x) { return x.items == count_items(x.sum); });
  if (!counted || in(pot::free) + in(pot::held) + in(pot::allocated) != whole_)
    throw ledger_error{"of " + whole_.to_string() + " there are " + in(pot::free).to_string() +
                       " free, " + in(pot::held).to_string() + " held and " +
                       in(pot::allocated).to_string() + " allocated"};
}

}  // namespace entente
