#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "actors/registry/database.hpp"
#include "actors/runtime/failure.hpp"
#include "actors/runtime/file_lock.hpp"

/// The files of a registry: their names, their lock, and what is said when they cannot be used.
namespace entente::registry_file {

/// Below the master's work directory.
std::filesystem::path of(const std::filesystem::path& work_dir);
/// Is there while a restore is under way: until it has ended there may be nothing, or half of it.
std::filesystem::path restore_mark(const std::filesystem::path& work_dir);
/// SQLite's own file beside a database: what is not in the database itself yet.
std::filesystem::path ahead_of(const std::filesystem::path& file);
/// Another one, which those who have the database open share.
std::filesystem::path shared_by(const std::filesystem::path& file);

/// Makes sure that nobody else has the registry of the directory, or says who.
std::variant<runtime::file_lock, runtime::failure> lock(const std::filesystem::path& work_dir);

/// Makes an empty file that only its owner may read, if there is none.
std::optional<runtime::failure> make(const std::filesystem::path& file);
/// Removes a file, if it is there.
std::optional<runtime::failure> remove(const std::filesystem::path& file);
/// Renames a file, if it is there.
std::optional<runtime::failure> rename(const std::filesystem::path& from,
                                       const std::filesystem::path& to);
/// Done as root, gives the files to whom the directory belongs: the user that the master runs as.
std::optional<runtime::failure> give_to_owner(const std::filesystem::path& work_dir);
/// Waits until the file, or the directory with the names in it, is on the disk.
std::optional<runtime::failure> sync(const std::filesystem::path& path);

/// What SQLite has refused, with the file's name and what to do.
runtime::failure failure_of(const std::filesystem::path& file, const database_error& why);

}  // namespace entente::registry_file
