#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apps/common/exit_codes.hpp"
#include "config/units.hpp"

namespace entente {

/// What `--master` of a client takes, for its help.
inline constexpr std::string_view master_option_help =
  "HOST:PORT of the master, several separated by commas; else ENTENTE_MASTER, else "
  "agent.masters of the configuration file, else 127.0.0.1:5060";

/// Reads `HOST:PORT,HOST:PORT`; `source` is what the text is from, for the error, which names the
/// one that is wrong.
std::variant<std::vector<endpoint>, usage_error> parse_masters(std::string_view source,
                                                               std::string_view text);

/// Where the master of a client may be, at least one address: the value of `--master`, if it is not
/// empty, else `ENTENTE_MASTER`, else "agent.masters" of its configuration, see
/// settings_of_client().
std::variant<std::vector<endpoint>, usage_error> find_masters(std::string_view flag);

}  // namespace entente
