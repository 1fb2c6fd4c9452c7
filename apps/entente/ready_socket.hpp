#pragma once

#include <string>

#include "actors/runtime/unique_fd.hpp"

namespace entente {

/// Where a process that this one starts says that it is ready, as it would to a service manager
/// (see notify_service_manager()): its NOTIFY_SOCKET.
class ready_socket {
public:
  /// Throws std::system_error.
  ready_socket();

  /// For NOTIFY_SOCKET.
  const std::string& name() const noexcept { return name_; }

  /// Readable when something was said; for poll loops.
  int descriptor() const noexcept { return socket_.value(); }

  /// Takes all that was said. @returns whether READY=1 was among it
  bool take();

private:
  runtime::unique_fd socket_;
  std::string name_;
};

}  // namespace entente
