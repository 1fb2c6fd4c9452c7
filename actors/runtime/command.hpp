#pragma once

#include <string>
#include <variant>

namespace entente::runtime {

/// Where a command is looked for if there is no PATH at all.
inline constexpr const char* default_search_path = "/usr/local/bin:/usr/bin:/bin";

/// Finds the file to execute for `name` as a shell in `directory_fd` would: a name with a slash is
/// itself, any other is looked up in `search_path`; relative parts are relative to the directory.
/// @returns the path, or the errno that says why there is none: EACCES if only files were found
///          that may not be executed, else ENOENT.
std::variant<std::string, int> find_command(const std::string& name, const std::string& search_path,
                                            int directory_fd);

/// @returns whether the file is something that /bin/sh may be asked to run: it has no NUL byte in
///          its first 128 bytes.
bool looks_like_script(const std::string& path, int directory_fd);

/// @returns whether the file exists.
bool file_exists(const std::string& path, int directory_fd);

}  // namespace entente::runtime
