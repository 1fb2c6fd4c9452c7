#include "actors/transport/dial.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "actors/transport/sockets.hpp"

namespace entente {

namespace {

using clock = std::chrono::steady_clock;

/// Waits until the socket is ready. @returns false when the time is over
bool wait_for(int socket, short what, clock::time_point end) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock::now());
  pollfd entry{socket, what, 0};
  return ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) != 0;
}

/// @returns why not, empty if it went well
std::string shake_hands(tls_session& tls, int socket, clock::time_point end) {
  for (;;) {
    auto progress = tls.shake_hands();
    if (progress == io_progress::done)
      return {};
    if (progress == io_progress::failed)
      return tls.failure().empty() ? "it closes the connection instead of answering in TLS"
                                   : tls.failure();
    if (!wait_for(socket, progress == io_progress::wants_read ? POLLIN : POLLOUT, end))
      return "it does not answer in TLS";
  }
}

}  // namespace

std::variant<dialled, std::string> dial(const endpoint& where, const tls_context* tls,
                                        std::chrono::milliseconds limit) {
  auto end = clock::now() + limit;
  auto connected = connect_socket(where, limit);
  if (auto* why = std::get_if<std::string>(&connected))
    return std::move(*why);
  dialled result;
  result.socket = std::move(std::get<runtime::unique_fd>(connected));
  if (!tls)
    return result;
  auto socket = result.socket.value();
  result.tls = std::make_unique<tls_session>(*tls, connection_side::connecting, socket, where.host);
  if (auto why = shake_hands(*result.tls, socket, end); !why.empty())
    return why;
  return result;
}

}  // namespace entente
