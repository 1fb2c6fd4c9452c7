#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "config/units.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// Where the master is: its handle inside one process, or where it may listen. Of several
/// addresses, at least one, the others are tried at once when one does not do; pauses are between
/// rounds.
using master_location = std::variant<master_for_frameworks, std::vector<endpoint>>;

struct driver_options {
  framework_info info;
  /// What an earlier life of the framework, of the id in `info`, was granted and has not given
  /// back. The master takes back what is not named.
  std::vector<grant> grants{};
  /// How long a master that cannot be reached is tried again, with growing pauses, before the
  /// scheduler gets a framework_error. 0 tries each address once.
  std::chrono::milliseconds patience{30'000};
  /// The same for a master that has been there and is lost; if it is longer.
  std::chrono::milliseconds patience_with_known{0};
  /// Of chance, which spreads the attempts of many frameworks that have lost one master.
  std::uint64_t seed = 0;
};

/// Starts a driver: what every framework needs and nobody should write twice.
///
/// It connects to the master, subscribes (again, after the connection was lost), passes what it
/// hears to the scheduler, acknowledges a status update when the scheduler's handler for it has
/// returned without an error, and drops updates, and recalls of a grant, that come twice. Calls of
/// scheduler_calls go through it; it fills in the framework's id. It ends after `teardown`, after a
/// framework_error, or with its scheduler, and tells the master so.
///
/// A scheduler is a `scheduler_actor`; it may start its driver from its own `make_behavior`:
/// `driver = spawn_driver(self->system(), self, location, options);`
///
/// Needs the I/O module of CAF loaded if `location` has addresses.
driver_actor spawn_driver(caf::actor_system& system, scheduler_actor scheduler,
                          master_location location, driver_options options);

}  // namespace entente
