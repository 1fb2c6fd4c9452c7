#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace entente {

/// A pause between half of `longest` and all of it, by chance: those who have lost the same peer at
/// the same moment do not come back to it at one.
inline std::chrono::milliseconds spread(std::chrono::milliseconds longest,
                                        std::mt19937_64& chance) {
  std::uniform_int_distribution<std::int64_t> some{longest.count() / 2, longest.count()};
  return std::chrono::milliseconds{some(chance)};
}

}  // namespace entente
