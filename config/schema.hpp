#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

/// What can be said of the configuration's format from the table of its keys alone.
namespace entente {

/// A JSON Schema (draft 2020-12) of configuration files, for editors: names, types, and what each
/// key is for. It accepts every file that is valid, and some that are not: whether a text is a
/// duration, and what must fit together, only `config check` finds.
nlohmann::json config_schema();

/// A table of every key with its default and what it is for, in Markdown.
std::string settings_table();

}  // namespace entente
