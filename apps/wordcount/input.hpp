#pragma once

#include "apps/wordcount/chunker.hpp"
#include "apps/wordcount/text_file.hpp"

#include <string>
#include <variant>
#include <vector>

namespace entente::wordcount {

/// Splits files into chunks of a size that suits them all; the chunks name absolute paths, as a
/// task runs in a directory of its own.
std::variant<std::vector<chunk>, file_error> split_files(const std::vector<std::string>& files);

}  // namespace entente::wordcount
