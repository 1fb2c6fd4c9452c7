#pragma once

#include "apps/wordcount/chunker.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

/// What this program does as a map task, and the command line that says so.
namespace entente::wordcount {

/// The hidden mode's name: `wordcount --map FILE OFFSET LENGTH [FILE OFFSET LENGTH]...`
inline constexpr const char* map_flag = "--map";

/// The command of the map task for a chunk.
std::vector<std::string> map_command(const std::string& program, const chunk& work);

/// Reads the arguments after `map_flag`.
std::optional<chunk> parse_map_arguments(const std::vector<std::string>& arguments);

/// Counts the words of a chunk and writes them in lines of `count<TAB>word`.
/// @returns what went wrong, if anything did.
std::optional<std::string> run_map_task(const chunk& work, std::ostream& out);

}  // namespace entente::wordcount
