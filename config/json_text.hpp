#pragma once

#include "config/problems.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace entente {

/// Parses a JSON text more strictly than the library does: a key given twice in one object, and
/// nesting deeper than max_config_depth, are errors.
/// @returns nullopt, with at least one problem added, if the text cannot be used; a value with
/// problems added if only keys are given twice: the first of them counts.
std::optional<nlohmann::json> parse_json(std::string_view text, problems& out);

}  // namespace entente
