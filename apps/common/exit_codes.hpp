#pragma once

#include <string>

/// What the programs exit with.
namespace entente {

inline constexpr int exit_ok = 0;
/// What was started has failed, without an exit code of its own.
inline constexpr int exit_failure = 1;
/// Wrong usage or configuration.
inline constexpr int exit_usage = 64;
/// The master cannot be reached.
inline constexpr int exit_unavailable = 69;
/// A claim was refused or timed out.
inline constexpr int exit_refused = 75;
/// Ended by SIGINT or SIGTERM.
inline constexpr int exit_interrupted = 130;

/// What is wrong with the command line or the environment, in one line.
struct usage_error {
  std::string message;
};

}  // namespace entente
