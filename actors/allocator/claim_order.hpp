#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/allocator/role_tree.hpp"

namespace entente {

/// A claim that waits, as far as its turn depends on it.
struct claim_demand {
  std::string role;
  quantities amount;          ///< that it would take
  std::int64_t priority = 0;  ///< the higher is served before others of its role
  std::uint64_t number = 0;   ///< the higher, the later it came
};

/// Puts claims into the order in which they are to be served. At every level of the tree of roles
/// comes first who is below its guarantee, then who has the smallest share, then whose next claim
/// came first; within a role, the highest priority, then the oldest. A share counts what was put
/// in order before: so of two roles that have nothing each claim in turn, in proportion to their
/// weights.
///
/// @returns indices into `claims`. Costs O(n log n) for n claims in a tree of bounded depth and
/// width.
std::vector<std::size_t> fair_order(const role_tree& tree, const std::vector<claim_demand>& claims);

}  // namespace entente
