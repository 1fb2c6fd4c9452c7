#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>

#include "messages/resources.hpp"

namespace entente {

/// A bug: what an agent has written down contradicts itself. It cannot go on from there.
struct ledger_error : std::logic_error {
  using std::logic_error::logic_error;
};

/// What there is, and in whose hands. Not thread-safe; a plain value.
///
/// Invariant, verified after every change in every type of build: free + held + allocated = whole,
/// for every scalar, and every item of a range or a set is in exactly one of them. Each is a sum of
/// its own, and items are counted beside, so what is taken twice, given back twice or taken where
/// it is not shows at once. This costs time in proportion to the names and the pieces of ranges.
class stock {
public:
  enum class pot : std::uint8_t { free, held, allocated };

  explicit stock(resources whole);

  /// Throws ledger_error if the amount was not there.
  void move(const resources& amount, pot from, pot to);

  const resources& in(pot which) const { return sum_of(which).sum; }
  const resources& whole() const noexcept { return whole_; }

private:
  struct pot_sum {
    resources sum;
    std::uint64_t items = 0;  ///< of ranges and sets, each as often as it was put in
  };

  const pot_sum& sum_of(pot which) const { return pots_[static_cast<std::size_t>(which)]; }
  pot_sum& sum_of(pot which) { return pots_[static_cast<std::size_t>(which)]; }
  void verify() const;

  resources whole_;
  std::array<pot_sum, 3> pots_;
};

}  // namespace entente
