#include "actors/transport/frame_rules.hpp"

namespace entente {

std::string frame_rules::check(const caf::io::basp::header& header) {
  if (!caf::io::basp::valid(header))
    return "it does not speak the protocol of Entente's actors";
  if (++frames_ == 1)
    return check_handshake(header);
  if (caf::io::basp::is_handshake(header))
    return "it says a second time who it is";
  if (header.payload_len > most_bytes_)
    return "it announces a message of " + std::to_string(header.payload_len) +
           " bytes, more than " + std::to_string(most_bytes_);
  return {};
}

std::string frame_rules::check_handshake(const caf::io::basp::header& header) const {
  auto expected = side_ == connection_side::accepting
                    ? caf::io::basp::message_type::client_handshake
                    : caf::io::basp::message_type::server_handshake;
  if (header.operation != expected)
    return "it does not say first who it is";
  if (header.payload_len == 0 || header.payload_len > most_bytes_of_handshake)
    return "what it says of itself has " + std::to_string(header.payload_len) + " bytes";
  return {};
}

}  // namespace entente
