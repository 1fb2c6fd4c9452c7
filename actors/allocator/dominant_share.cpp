#include "actors/allocator/dominant_share.hpp"

#include <algorithm>

namespace entente {

std::uint64_t dominant_share(const resources& allocated, const resources& total) {
  std::uint64_t share = 0;
  for (const auto& [name, milli] : allocated.scalars())
    if (auto all = total.milli(name); all > 0) {
      // Scalars go up to 10^15: the exact product needs more than 64 bits.
      auto millionths = 1e6L * static_cast<long double>(milli) / static_cast<long double>(all);
      share = std::max(share, static_cast<std::uint64_t>(millionths));
    }
  return share;
}

}  // namespace entente
