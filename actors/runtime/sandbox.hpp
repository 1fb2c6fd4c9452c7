#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// The names of a task's output files in its sandbox.
inline constexpr const char* stdout_name = "stdout";
inline constexpr const char* stderr_name = "stderr";

/// @returns `name` as one file name that is never special: letters, digits, `-`, `_` and inner dots
/// stay, all else is percent-encoded; an empty name is `%`. What would be longer than 200
/// characters is cut and ends in `~` and a hash of the whole name. Different names stay different.
std::string safe_file_name(std::string_view name);

/// @returns where a task's sandbox is: `WORK_DIR/frameworks/FRAMEWORK/tasks/TASK`, names made safe.
std::filesystem::path sandbox_path(const std::filesystem::path& work_dir,
                                   std::string_view framework_id, std::string_view task_id);

/// Creates the directory, private to this user, and those above it. One that exists is kept.
/// @returns why not, or nothing.
std::optional<failure> create_sandbox(const std::filesystem::path& sandbox);

/// A piece of a file.
struct file_chunk {
  /// The bytes at the offset asked for; empty at or behind the end.
  std::string data;
  /// The size of the whole file now.
  std::uint64_t size = 0;
};

/// Reads up to `max_bytes` at `offset`. Only regular files, and never through a symbolic link as
/// last part of `path`: what lies in a sandbox was put there by a task.
std::variant<file_chunk, failure> read_chunk(const std::filesystem::path& path,
                                             std::uint64_t offset, std::size_t max_bytes);

}  // namespace entente::runtime
