#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "apps/common/exit_codes.hpp"
#include "messages/resources.hpp"

/// Quantities of resources as the command line has them, in the units of the configuration. In
/// errors `source` is what the text is from: `--cpus`.
namespace entente {

/// A scalar in thousandths, zero included.
std::variant<std::int64_t, usage_error>
parse_amount(std::string_view source, std::string_view resource, std::string_view text);

/// Reads `cpus=4,mem=8GB`: at least one scalar, each above zero and named once.
std::variant<resources, usage_error> parse_amounts(std::string_view source, std::string_view text);

}  // namespace entente
