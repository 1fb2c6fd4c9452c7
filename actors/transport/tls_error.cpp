#include "actors/transport/tls_error.hpp"

#include <openssl/err.h>

namespace entente {

std::string take_tls_error() {
  auto code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0)
    return {};
  const auto* reason = ERR_reason_error_string(code);
  return reason ? reason : "error " + std::to_string(code);
}

bool tls_error_is(int reason) {
  return ERR_GET_REASON(ERR_peek_error()) == reason;
}

}  // namespace entente
