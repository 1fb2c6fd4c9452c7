#pragma once

#include <filesystem>
#include <optional>
#include <variant>

#include <sys/types.h>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/unique_fd.hpp"

/// Files below a directory, whatever links somebody has put there: no path leaves it.
namespace entente::runtime {

/// Opens a directory below `root`, and makes what is missing on the way. No part of the path may be
/// a symbolic link, nor `..`; an empty path is `root` itself.
std::variant<unique_fd, failure> open_beneath(const unique_fd& root,
                                              const std::filesystem::path& path);

/// Makes a new file below `root`, open to read and write, in place of what has its name and is no
/// directory.
std::variant<unique_fd, failure> create_beneath(const unique_fd& root,
                                                const std::filesystem::path& path, mode_t mode);

/// Removes what has the name, if it is no directory. @returns why not; nothing there is no error.
std::optional<failure> clear_beneath(const unique_fd& parent, const std::filesystem::path& name);

}  // namespace entente::runtime
