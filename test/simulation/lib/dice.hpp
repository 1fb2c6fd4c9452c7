#pragma once

#include <cstdint>
#include <random>

namespace entente::simulation {

/// All chance of one simulation: the same seed gives the same numbers on every machine.
class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}

  /// A number from 0 to `count - 1`; `count` is not 0.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }

  /// True `per_mille` times in a thousand. What never happens takes no number.
  bool chance(unsigned per_mille) { return per_mille > 0 && below(1000) < per_mille; }

private:
  std::mt19937_64 engine_;
};

}  // namespace entente::simulation
