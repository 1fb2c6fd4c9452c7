#pragma once

#include <cstdint>

#include "dice.hpp"

namespace entente::simulation {

/// Whether there is room on a disk, which is full now and then, and for a while then.
class disk_room {
public:
  /// @param full of a thousand attempts to write while there is room, so many find none
  disk_room(std::uint64_t seed, unsigned full) : chance_(seed), full_(full) {}

  /// For the next attempt.
  bool is_full() {
    is_full_ = full_ > 0 && chance_.chance(is_full_ ? stays_full : full_);
    failures_ += is_full_;
    return is_full_;
  }

  /// From now on there always is.
  void make() { full_ = 0; }

  std::uint64_t failures() const { return failures_; }

private:
  /// Of a thousand attempts after one that has found no room, so many find none.
  static constexpr unsigned stays_full = 800;

  dice chance_;
  unsigned full_;
  bool is_full_ = false;
  std::uint64_t failures_ = 0;
};

}  // namespace entente::simulation
