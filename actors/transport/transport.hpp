#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "actors/transport/connection_table.hpp"
#include "actors/transport/connector.hpp"
#include "actors/transport/tls.hpp"
#include "config/units.hpp"

namespace entente {

struct transport_options {
  /// With it everything listens and connects with TLS, and nothing without; else the reverse.
  std::optional<tls_context> tls{};
  connection_limits limits{};
  /// Called on an actor's thread with what an operator has to know, a line each.
  std::function<void(const std::string&)> warn{};
};

/// How this process's actors talk to those of others. One of it for an actor system, made after
/// that and destroyed before.
///
/// CAF carries the messages; this makes its connections, because CAF 0.18 believes whatever a
/// stranger says: 32 bytes crash it, 32 others make it take 4 GB, and idle connections stay for
/// ever. Its TLS module reads the files anew for each connection and throws when it cannot, and
/// does not look at the name in a certificate.
///
/// A dead peer is noticed by CAF's heartbeats, both ways, within 25 seconds at the latest: its
/// actors are down then, and whoever asks the connector gets a new connection.
class transport {
public:
  transport(caf::actor_system& system, transport_options options);
  ~transport();
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  /// Lets other processes find the actor at the address. @returns the port, or why it cannot be
  template <class Handle>
  std::variant<std::uint16_t, std::string> publish(const Handle& actor, const endpoint& where) {
    return publish(caf::actor_cast<caf::strong_actor_ptr>(actor), system_.message_types(actor),
                   where);
  }

  const connection_table& connections() const noexcept { return *table_; }

private:
  std::variant<std::uint16_t, std::string> publish(const caf::strong_actor_ptr& actor,
                                                   std::set<std::string> interface,
                                                   const endpoint& where);

  caf::actor_system& system_;
  std::optional<tls_context> tls_;
  std::shared_ptr<connection_table> table_;
  connector_actor connector_;
};

/// Loads what a transport needs into an actor system that is to be made, and has it send
/// heartbeats.
void prepare_for_transport(caf::actor_system_config& config);

/// Limits for a process that many connect to: as many connections as it may have descriptors, of
/// which it takes all that the machine allows it. Not for a process that starts others: they would
/// inherit that.
connection_limits limits_of_listener();

}  // namespace entente
