#pragma once

#include <cstddef>
#include <cstdint>

namespace entente::simulation {

/// Hosts are counted from 0 in the order in which they were added.
using host = std::size_t;

/// Where an actor lives: a host, and in which of that host's lives.
struct residence {
  host where = 0;
  std::uint32_t life = 0;
  friend bool operator==(const residence&, const residence&) = default;
};

}  // namespace entente::simulation
