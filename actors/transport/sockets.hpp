#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/unique_fd.hpp"
#include "config/units.hpp"

/// TCP sockets: names and addresses of either version of IP. What goes wrong is said as text.
namespace entente {

/// An address that a name stands for.
struct socket_address {
  sockaddr_storage storage;
  socklen_t size;
};

/// Looks a name up; blocks for as long as the machine's resolver does.
std::variant<std::vector<socket_address>, std::string> resolve_endpoint(const endpoint& where,
                                                                        bool to_listen);

/// Whether nothing but this machine can reach what listens there: every address of the name is of
/// the loopback interface. A name that cannot be looked up is not.
bool is_loopback(const std::string& host);

/// Connects to one of the addresses, whichever answers first in their order.
/// @param limit for all of them together
std::variant<runtime::unique_fd, std::string> connect_socket(const endpoint& where,
                                                             std::chrono::milliseconds limit);

/// A socket that listens at the first of the addresses that can be had.
std::variant<runtime::unique_fd, std::string> listen_socket(const endpoint& where);

/// What every connection is set to: no waiting for more to send, and an end by the kernel when
/// nothing comes back from a silent end for a while.
void set_connection_options(int socket);

/// For a connection that is given up: the kernel ends it when what is left to be sent is not
/// acknowledged for 20 seconds; else it would try for a quarter of an hour. Not for one in use,
/// whose dead peer CAF's heartbeats show: Linux takes a peer for dead as well that is merely slow,
/// if its window stays smaller than a segment for so long.
void limit_leftovers(int socket);

/// The port of this end.
std::uint16_t local_port(int socket);

/// The other end, `10.0.0.9:40123`, and `unknown` when it has gone.
std::string peer_of(int socket);

}  // namespace entente
