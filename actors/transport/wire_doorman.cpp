#include "actors/transport/wire_doorman.hpp"

#include <caf/actor_system.hpp>
#include <caf/io/broker.hpp>
#include <caf/make_counted.hpp>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>

#include "actors/transport/sockets.hpp"
#include "actors/transport/wire_scribe.hpp"

namespace entente {

namespace {

runtime::unique_fd open_spare() {
  return runtime::unique_fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

}  // namespace

accept_policy::accept_policy() : spare_(open_spare()) {}

bool accept_policy::try_accept(caf::io::network::native_socket& result,
                               caf::io::network::native_socket listener) {
  result = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (result >= 0)
    return true;
  if (errno == EMFILE || errno == ENFILE) {
    spare_ = {};
    runtime::unique_fd{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)};
    spare_ = open_spare();
  }
  return false;
}

wire_doorman::wire_doorman(caf::io::network::default_multiplexer& multiplexer,
                           runtime::unique_fd socket, std::optional<tls_context> tls,
                           std::shared_ptr<connection_table> table)
    : doorman(caf::io::network::accept_hdl_from_socket(socket.value())),
      tls_(std::move(tls)),
      table_(std::move(table)),
      acceptor_(multiplexer, socket.release()) {}

bool wire_doorman::new_connection() {
  runtime::unique_fd socket{acceptor_.accepted_socket()};
  if (detached())
    return false;
  auto& multiplexer = acceptor_.backend();
  auto id = table_->add(socket.value(), multiplexer.system().clock().now());
  if (id == 0) {
    table_->refused(peer_of(socket.value()) + ": there are too many connections");
    return false;
  }
  set_connection_options(socket.value());
  wire_scribe::parts parts{std::move(socket),
                           nullptr,
                           connection_side::accepting,
                           table_,
                           id,
                           std::make_shared<connection_report>()};
  if (tls_)
    parts.tls = std::make_unique<tls_session>(*tls_, connection_side::accepting,
                                              parts.socket.value(), std::string{});
  auto connection = caf::make_counted<wire_scribe>(multiplexer, std::move(parts));
  auto handle = connection->hdl();
  parent()->add_scribe(std::move(connection));
  return doorman::new_connection(&multiplexer, handle);
}

void wire_doorman::graceful_shutdown() {
  acceptor_.graceful_shutdown();
  detach(&acceptor_.backend(), false);
}

std::string wire_doorman::addr() const {
  auto address = caf::io::network::local_addr_of_fd(acceptor_.fd());
  return address ? *address : std::string{};
}

std::uint16_t wire_doorman::port() const {
  return local_port(acceptor_.fd());
}

}  // namespace entente
