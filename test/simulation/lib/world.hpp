#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <cstdint>
#include <ostream>

#include "dice.hpp"
#include "network.hpp"
#include "scheduler.hpp"
#include "trace.hpp"

namespace entente::simulation {

/// All that one simulation needs, from one seed. The network is quiet at first, and carries the
/// handles that Entente's messages hold.
class world {
public:
  explicit world(std::uint64_t seed);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

private:
  struct config : caf::actor_system_config {
    config();
  };
  config config_;

public:
  trace log;
  dice chance;
  caf::actor_system system;
  network net;
  scheduler run;

private:
  std::uint64_t seed_;

  /// For the messages of a failed test: what replays it.
  friend std::ostream& operator<<(std::ostream& out, const world& x) {
    return out << "seed " << x.seed_ << ", trace " << x.log.hash();
  }
};

}  // namespace entente::simulation
