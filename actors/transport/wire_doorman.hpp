#pragma once

#include <caf/io/doorman.hpp>
#include <caf/io/network/acceptor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <memory>
#include <optional>

#include "actors/runtime/unique_fd.hpp"
#include "actors/transport/connection_table.hpp"
#include "actors/transport/tls.hpp"

namespace entente {

/// How a connection is taken off a listening socket. When this process has no descriptor left, the
/// next in line is taken and closed: CAF would ask for it again and again.
class accept_policy {
public:
  accept_policy();
  bool try_accept(caf::io::network::native_socket& result,
                  caf::io::network::native_socket listener);

private:
  runtime::unique_fd spare_;
};

/// A listening socket of CAF's broker of actors' messages, which makes each connection a
/// wire_scribe, if the table has room for it. Lives in the multiplexer's thread.
class wire_doorman : public caf::io::doorman {
public:
  wire_doorman(caf::io::network::default_multiplexer& multiplexer, runtime::unique_fd socket,
               std::optional<tls_context> tls, std::shared_ptr<connection_table> table);

  bool new_connection() override;
  void launch() override { acceptor_.start(this); }
  void graceful_shutdown() override;
  void add_to_loop() override { acceptor_.activate(this); }
  void remove_from_loop() override { acceptor_.passivate(); }
  std::string addr() const override;
  std::uint16_t port() const override;

private:
  std::optional<tls_context> tls_;
  std::shared_ptr<connection_table> table_;
  caf::io::network::acceptor_impl<accept_policy> acceptor_;
};

}  // namespace entente
