#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "apps/common/exit_codes.hpp"
#include "messages/artifact.hpp"

namespace entente {

/// What an artifact looks like on the command line, for help and for errors.
inline constexpr const char* artifact_form =
  "URI[,sha256=HEX][,name=NAME][,no-extract][,executable]";

/// Reads `https://host/data.tar.gz,sha256=9f86...,name=data.tgz`. A path that is not absolute is
/// one in `directory`. A comma in a URI is written as `%2C`.
std::variant<artifact, usage_error> parse_artifact(std::string_view text,
                                                   const std::filesystem::path& directory);

}  // namespace entente
