#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "actors/runtime/failure.hpp"

/// Directories with all that is in them, made by who knows whom: no symbolic link is followed, and
/// no other file system is entered.
namespace entente::runtime {

/// How many bytes of the disk it has. What has several names counts once; what cannot be read, or
/// is nested deeper than a thousand directories, does not count.
std::uint64_t tree_bytes(const std::filesystem::path& top);

/// Removes it, however deep it is, and whatever rights its directories have. What is not there is
/// no error. @returns why something is left
std::optional<failure> remove_tree(const std::filesystem::path& top);

}  // namespace entente::runtime
