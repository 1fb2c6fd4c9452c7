#pragma once

#include <caf/actor_system.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "actors/transport/connection_table.hpp"
#include "actors/transport/connector.hpp"
#include "actors/transport/tls.hpp"

namespace entente {

/// Under which the system's registry has the connector.
constexpr std::string_view connector_name = "entente.connector";

/// What a connector needs.
struct connector_parts {
  std::optional<tls_context> tls;  ///< for all connections; none: plain TCP
  std::shared_ptr<connection_table> table;
  /// Called on the actor's thread with what an operator has to know, a line each; may be empty.
  std::function<void(const std::string&)> warn;
};

/// Starts a connector, which besides keeps the table's time. It keeps what it has found until that
/// is gone, so that several who ask for one place share one connection.
connector_actor spawn_connector(caf::actor_system& system, connector_parts parts);

}  // namespace entente
