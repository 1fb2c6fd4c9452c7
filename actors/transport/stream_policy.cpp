#include "actors/transport/stream_policy.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace entente {

namespace {

using caf::io::network::rw_state;

bool is_temporary(int number) {
  return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

/// Whether these are the first bytes of TLS: of what a client says, or of a refusal.
bool looks_like_tls(const void* bytes, std::size_t size) {
  const auto* x = static_cast<const unsigned char*>(bytes);
  return size >= 2 && (x[0] == 0x15 || x[0] == 0x16) && x[1] == 0x03;
}

}  // namespace

stream_policy::state stream_policy::read_some(std::size_t& count, native_socket socket, void* bytes,
                                              std::size_t size) {
  count = 0;
  if (!tls_)
    return read_plain(count, socket, bytes, size);
  switch (tls_->shake_hands()) {
  case io_progress::failed:
    return fail();
  case io_progress::wants_read:
    return rw_state::want_read;
  case io_progress::wants_write:
    return rw_state::success;
  case io_progress::done:
    break;
  }
  // `success` even when nothing has come: a write that waits for the handshake goes on then.
  return tls_->read(bytes, size, count) == io_progress::failed ? fail() : rw_state::success;
}

stream_policy::state stream_policy::write_some(std::size_t& count, native_socket socket,
                                               const void* bytes, std::size_t size) {
  count = 0;
  if (!tls_) {
    auto sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && !is_temporary(errno))
      return rw_state::failure;
    count = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    return rw_state::success;
  }
  auto progress = tls_->shake_hands();
  if (progress == io_progress::done) {
    if (size == 0)
      return rw_state::indeterminate;
    progress = tls_->write(bytes, size, count);
  }
  if (progress == io_progress::failed)
    return fail();
  return progress == io_progress::wants_read ? rw_state::want_read : rw_state::success;
}

stream_policy::state stream_policy::read_plain(std::size_t& count, native_socket socket,
                                               void* bytes, std::size_t size) {
  auto got = ::recv(socket, bytes, size, 0);
  if (got == 0 || (got < 0 && !is_temporary(errno)))
    return rw_state::failure;
  count = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (!has_read_ && looks_like_tls(bytes, count))
    report_->note("it speaks TLS, and this side does not: \"tls\" is missing in the configuration");
  has_read_ = has_read_ || count > 0;
  return rw_state::success;
}

stream_policy::state stream_policy::fail() {
  report_->note(tls_->failure());
  return rw_state::failure;
}

}  // namespace entente
