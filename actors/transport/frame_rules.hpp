#pragma once

#include <caf/io/basp/header.hpp>
#include <cstdint>
#include <string>

namespace entente {

/// Which side of a connection this process is.
enum class connection_side {
  accepting,   ///< it listens
  connecting,  ///< it has asked for the connection
};

/// What the other end of a connection may say, frame by frame; no socket, no clock. A frame is a
/// header of CAF's protocol (BASP) and as many bytes as that announces.
///
/// CAF 0.18 believes a header: it makes room at once for what is announced, up to 4 GB, and a
/// handshake that announces nothing it takes from a null pointer. So a header is shown to this
/// class before CAF gets it.
class frame_rules {
public:
  /// A handshake has the other end's identity, and from a listener the names of the messages that
  /// its actor takes.
  static constexpr std::uint32_t most_bytes_of_handshake = 64 * 1024;

  /// @param most_bytes of one frame, once the other end has said who it is
  frame_rules(connection_side side, std::uint32_t most_bytes)
      : side_(side), most_bytes_(most_bytes) {}

  /// Called with each header. @returns why the connection is to be closed, empty if it is not.
  std::string check(const caf::io::basp::header& header);

  /// Whether the frame whose header came last is the handshake.
  bool is_at_handshake() const noexcept { return frames_ == 1; }

private:
  std::string check_handshake(const caf::io::basp::header& header) const;

  connection_side side_;
  std::uint32_t most_bytes_;
  std::uint64_t frames_ = 0;
};

}  // namespace entente
