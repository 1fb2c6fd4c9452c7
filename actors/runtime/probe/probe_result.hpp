#pragma once

#include <chrono>
#include <string>

namespace entente::runtime {

/// What a probe has found.
struct probe_result {
  bool passed = false;
  /// One line for a person: `port 80: Connection refused`; a command's may be empty if it passed.
  std::string message;
};

/// The end of a message, for a probe that has taken longer than it may.
std::string too_long(std::chrono::milliseconds timeout);

}  // namespace entente::runtime
