#pragma once

#include "apps/common/exit_codes.hpp"
#include "config/units.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace entente {

/// Where a master listens unless it is told otherwise.
inline constexpr std::string_view default_master = "127.0.0.1:5060";

/// Reads `HOST:PORT`; `source` is what the text is from, for the error.
inline std::variant<endpoint, usage_error> parse_master(std::string_view source,
                                                        std::string_view text) {
  auto where = parse_endpoint(text);
  if (where && where->port != 0)
    return *where;
  return usage_error{std::string{source} + ": \"" + std::string{text} +
                     "\" is not HOST:PORT, such as " + std::string{default_master}};
}

/// Where the master of a client is: the value of `--master`, if it is not empty, else
/// `ENTENTE_MASTER`, else `default_master`.
inline std::variant<endpoint, usage_error> find_master(std::string_view flag) {
  if (!flag.empty())
    return parse_master("--master", flag);
  if (auto* variable = std::getenv("ENTENTE_MASTER"); variable && *variable)
    return parse_master("ENTENTE_MASTER", variable);
  return parse_master("default", default_master);
}

}  // namespace entente
