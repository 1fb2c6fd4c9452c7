#pragma once

#include <caf/actor_system.hpp>
#include <caf/node_id.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <set>
#include <string>

namespace entente {

/// What finds the actor that listens at a host and a port.
using connector_actor = caf::typed_actor<
  /// The process that listens there, its actor, and the messages that it takes; or an error whose
  /// text says why there is none. Always answers, within ten seconds unless the machine's resolver
  /// takes longer to look up the name.
  caf::result<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>(
    caf::connect_atom, std::string, std::uint16_t)>;

/// The connector of the system's `transport`; if it has none, CAF's own, which uses no TLS. Needs
/// the I/O module of CAF.
connector_actor connector_of(caf::actor_system& system);

}  // namespace entente
