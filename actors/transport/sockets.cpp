#include "actors/transport/sockets.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace entente {

namespace {

using namespace std::chrono_literals;
using runtime::unique_fd;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds unacknowledged_limit = 20s;
constexpr int keepalive_idle_seconds = 10;
constexpr int keepalive_pause_seconds = 5;
constexpr int keepalive_probes = 2;

void set(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

const sockaddr* generic(const socket_address& x) {
  return reinterpret_cast<const sockaddr*>(&x.storage);
}

unique_fd new_socket(const socket_address& where) {
  return unique_fd{
    ::socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
}

bool is_loopback(const socket_address& x) {
  if (x.storage.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(x.storage);
    return ntohl(address.sin_addr.s_addr) >> 24 == 127;
  }
  const auto& address = reinterpret_cast<const sockaddr_in6&>(x.storage).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&address) ||
         (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
}

std::string reason(int number) {
  switch (number) {
  case ECONNREFUSED:
    return "nothing listens there";
  case ETIMEDOUT:
    return "no answer";
  default:
    return std::strerror(number);
  }
}

/// Waits for the connection. @returns 0 or what went wrong
int await_connection(int socket, clock::time_point end) {
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock::now());
    pollfd entry{socket, POLLOUT, 0};
    auto count = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count == 0)
      return ETIMEDOUT;
    if (count < 0 && errno == EINTR)
      continue;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

/// @returns 0 or what went wrong
int connect_to(const socket_address& where, clock::time_point end, unique_fd& out) {
  auto socket = new_socket(where);
  if (!socket)
    return errno;
  set_connection_options(socket.value());
  auto result = 0;
  if (::connect(socket.value(), generic(where), where.size) != 0)
    result = errno == EINPROGRESS ? await_connection(socket.value(), end) : errno;
  if (result == 0)
    out = std::move(socket);
  return result;
}

/// @returns 0 or what went wrong
int listen_at(const socket_address& where, unique_fd& out) {
  auto socket = new_socket(where);
  if (!socket)
    return errno;
  set(socket.value(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (where.storage.ss_family == AF_INET6)
    set(socket.value(), IPPROTO_IPV6, IPV6_V6ONLY, 0);  // [::] is every address of this machine
  if (::bind(socket.value(), generic(where), where.size) != 0 ||
      ::listen(socket.value(), SOMAXCONN) != 0)
    return errno;
  out = std::move(socket);
  return 0;
}

}  // namespace

std::variant<std::vector<socket_address>, std::string> resolve_endpoint(const endpoint& where,
                                                                        bool to_listen) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (to_listen ? AI_PASSIVE : 0);
  addrinfo* list = nullptr;
  auto failed =
    ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &list);
  // A machine without a file of hosts may not know the name that every machine has: RFC 6761, 6.3.
  if (failed != 0 && where.host == "localhost")
    return resolve_endpoint({"127.0.0.1", where.port}, to_listen);
  if (failed != 0)
    return "the name " + where.host + " is not known: " + ::gai_strerror(failed);
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard{list, ::freeaddrinfo};
  std::vector<socket_address> result;
  for (const auto* x = list; x; x = x->ai_next) {
    socket_address address{};
    std::memcpy(&address.storage, x->ai_addr, x->ai_addrlen);
    address.size = x->ai_addrlen;
    result.push_back(address);
  }
  return result;
}

bool is_loopback(const std::string& host) {
  auto found = resolve_endpoint({host, 0}, true);
  const auto* addresses = std::get_if<std::vector<socket_address>>(&found);
  return addresses && std::ranges::all_of(*addresses, [](const auto& x) { return is_loopback(x); });
}

std::variant<unique_fd, std::string> connect_socket(const endpoint& where,
                                                    std::chrono::milliseconds limit) {
  auto found = resolve_endpoint(where, false);
  if (auto* unknown = std::get_if<std::string>(&found))
    return std::move(*unknown);
  const auto& addresses = std::get<std::vector<socket_address>>(found);
  auto end = clock::now() + limit;
  auto left = static_cast<std::int64_t>(addresses.size());
  int failed = 0;
  for (const auto& address : addresses) {
    auto now = clock::now();
    unique_fd socket;
    failed = connect_to(address, now + (end - now) / left--, socket);
    if (failed == 0)
      return socket;
  }
  return reason(failed);
}

std::variant<unique_fd, std::string> listen_socket(const endpoint& where) {
  auto found = resolve_endpoint(where, true);
  if (auto* unknown = std::get_if<std::string>(&found))
    return std::move(*unknown);
  int failed = 0;
  for (const auto& address : std::get<std::vector<socket_address>>(found)) {
    unique_fd socket;
    failed = listen_at(address, socket);
    if (failed == 0)
      return socket;
  }
  if (failed == EADDRINUSE)
    return std::string{"the address is in use"};
  if (failed == EADDRNOTAVAIL)
    return std::string{"the address is not of this machine"};
  return std::string{std::strerror(failed)};
}

void set_connection_options(int socket) {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, keepalive_pause_seconds);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

void limit_leftovers(int socket) {
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(unacknowledged_limit.count()));
}

std::uint16_t local_port(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  // The port is at the same place in both versions.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::string peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(socket, any, &size) != 0 ||
      ::getnameinfo(any, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "unknown";
  std::string name = host;
  return (address.ss_family == AF_INET6 ? '[' + name + ']' : name) + ':' + port;
}

}  // namespace entente
