#pragma once

#include "apps/common/exit_codes.hpp"
#include "config/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace entente::wordcount {

/// What the command line asks for.
struct options {
  std::vector<endpoint> masters;   ///< where the master may be; at least one
  std::optional<std::size_t> top;  ///< how many words are shown
  bool tsv = false;
  std::vector<std::string> files;

  /// How many words are shown, if the command line does not say it: all as TSV, else a few.
  std::size_t words_shown() const;
};

/// A text that was asked for instead, such as the help.
struct information {
  std::string text;
};

std::variant<options, information, usage_error> parse_options(int argc, const char* const* argv);

}  // namespace entente::wordcount
