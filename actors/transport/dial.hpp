#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include "actors/runtime/unique_fd.hpp"
#include "actors/transport/tls.hpp"
#include "config/units.hpp"

namespace entente {

/// A connection that was asked for and made, with its TLS if that is used.
struct dialled {
  runtime::unique_fd socket;
  std::unique_ptr<tls_session> tls;
};

/// Makes a connection; blocks until it stands or cannot be made.
/// @param tls to use; nullptr for none
/// @param limit does not count the time that the machine's resolver takes to look up a name
/// @returns the connection, or why there is none
std::variant<dialled, std::string> dial(const endpoint& where, const tls_context* tls,
                                        std::chrono::milliseconds limit);

}  // namespace entente
