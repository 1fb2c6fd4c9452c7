#pragma once

#include <string>

namespace entente {

/// A file that a task needs in its sandbox before it starts.
struct artifact {
  /// Where it comes from: an absolute path on the agent's machine, or a URI: file, http, https.
  std::string uri;
  /// What it must be, in hexadecimal; without it http and https are refused, and nothing is cached.
  std::string sha256{};
  /// Its name in the sandbox, a path within it; empty: the last part of the URI.
  std::string name{};
  bool extract = true;      ///< if it is an archive; its content is put beside it
  bool executable = false;  ///< the file is made so
  friend bool operator==(const artifact&, const artifact&) = default;
};

}  // namespace entente
