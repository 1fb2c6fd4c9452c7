#pragma once

#include <caf/io/network/native_socket.hpp>
#include <caf/io/network/rw_state.hpp>
#include <cstddef>
#include <memory>

#include "actors/transport/connection_report.hpp"
#include "actors/transport/tls.hpp"

namespace entente {

/// How CAF's stream reads from and writes to a connection, with TLS or without; what goes wrong is
/// noted. For caf::io::network::stream_impl.
class stream_policy {
public:
  stream_policy(std::unique_ptr<tls_session> tls, std::shared_ptr<connection_report> report)
      : tls_(std::move(tls)), report_(std::move(report)) {}

  using state = caf::io::network::rw_state;
  using native_socket = caf::io::network::native_socket;

  state read_some(std::size_t& count, native_socket socket, void* bytes, std::size_t size);
  state write_some(std::size_t& count, native_socket socket, const void* bytes, std::size_t size);

  /// Whether so much is decrypted already that no socket will tell of it.
  bool must_read_more(native_socket, std::size_t threshold) const {
    return tls_ && tls_->pending() >= threshold;
  }

private:
  state read_plain(std::size_t& count, native_socket socket, void* bytes, std::size_t size);
  state fail();

  std::unique_ptr<tls_session> tls_;
  std::shared_ptr<connection_report> report_;
  bool has_read_ = false;
};

}  // namespace entente
