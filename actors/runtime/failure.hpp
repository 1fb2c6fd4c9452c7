#pragma once

#include <string>

namespace entente::runtime {

/// What the operating system refused, as a value.
struct failure {
  /// The errno that says why.
  int code = 0;
  /// One line for a person; names what was tried, on what, and why it failed.
  std::string message;
};

/// @returns `what` followed by the system's words for `code`: `cannot open "x": Permission denied`.
failure make_failure(int code, const std::string& what);

/// @returns `text` in double quotes, control characters replaced by `?`, for a one-line message.
std::string in_quotes(const std::string& text);

}  // namespace entente::runtime
