#include "actors/registry/registry_copy.hpp"

#include <cerrno>
#include <sqlite3.h>
#include <system_error>

#include "actors/registry/registry_file.hpp"
#include "actors/registry/registry_schema.hpp"
#include "actors/registry/registry_tables.hpp"

namespace entente {

namespace {

using problem = std::optional<runtime::failure>;
using std::filesystem::path;

/// SQLite takes some names for something else than a file; none of them is absolute.
path plain(const path& file) {
  std::error_code ignored;
  return std::filesystem::absolute(file, ignored);
}

problem refuse_missing(const path& file) {
  std::error_code error;
  if (std::filesystem::is_regular_file(file, error))
    return std::nullopt;
  return runtime::failure{ENOENT, "there is no registry " + runtime::in_quotes(file)};
}

/// A whole copy, on the disk, of which nobody knows yet. `to` must not be there.
problem copy_whole(const path& from, const path& to) {
  try {
    database file{from, access::read};
    if (registry_schema::check(file) == 0)
      return runtime::failure{EBADMSG, "the registry " + runtime::in_quotes(from) + " is empty"};
    if (auto failed = registry_file::make(to))
      return failed;
    statement{file, "VACUUM INTO ?"}.run(to.string());
  } catch (const database_error& why) {
    std::error_code ignored;
    std::filesystem::remove(to, ignored);
    return registry_file::failure_of(from, why);
  }
  return registry_file::sync(to);
}

path replaced_by_restore(const path& file) {
  return file.string() + ".replaced";
}

/// Gives what an earlier restore has put aside the next number, the database last, as below.
problem number_replaced(const path& file) {
  auto replaced = replaced_by_restore(file);
  std::error_code error;
  if (!std::filesystem::exists(replaced, error))
    return registry_file::remove(registry_file::ahead_of(replaced));
  path numbered;
  for (auto number = 1; numbered.empty() || std::filesystem::exists(numbered, error); ++number)
    numbered = replaced.string() + '.' + std::to_string(number);
  if (auto failed =
        registry_file::rename(registry_file::ahead_of(replaced), registry_file::ahead_of(numbered)))
    return failed;
  return registry_file::rename(replaced, numbered);
}

/// Takes the old files out of the way: what was not in the old database yet must not be read into
/// the new one. The database is last, so that it lies aside only when all of it does.
problem put_aside(const path& file) {
  auto replaced = replaced_by_restore(file);
  if (std::filesystem::exists(replaced))
    return std::nullopt;
  if (auto failed =
        registry_file::rename(registry_file::ahead_of(file), registry_file::ahead_of(replaced)))
    return failed;
  if (auto failed = registry_file::remove(registry_file::shared_by(file)))
    return failed;
  return registry_file::rename(file, replaced);
}

/// Puts `made` in the place of the registry.
problem replace(const path& work_dir, const path& made) {
  auto file = registry_file::of(work_dir);
  auto mark = registry_file::restore_mark(work_dir);
  if (!std::filesystem::exists(mark))
    if (auto failed = number_replaced(file))
      return failed;
  if (auto failed = registry_file::make(mark))
    return failed;
  if (auto failed = put_aside(file))
    return failed;
  if (auto failed = registry_file::rename(made, file))
    return failed;
  if (auto failed = registry_file::give_to_owner(work_dir))
    return failed;
  if (auto failed = registry_file::sync(work_dir))
    return failed;
  if (auto failed = registry_file::remove(mark))
    return failed;
  return registry_file::sync(work_dir);
}

/// A back-up is looked at before anything gives way to it.
problem refuse_unreadable(const path& file) {
  try {
    database opened{file, access::read};
    if (registry_schema::check(opened) == registry_schema::newest)
      registry_tables::read(opened);
    return std::nullopt;
  } catch (const database_error& why) {
    return registry_file::failure_of(file, why);
  }
}

}  // namespace

std::variant<registry_state, runtime::failure> read_registry(const path& name) {
  auto file = plain(name);
  if (auto failed = refuse_missing(file))
    return *failed;
  try {
    database opened{file, access::read};
    auto version = registry_schema::check(opened);
    if (version == 0)
      throw database_error{SQLITE_CORRUPT, 0, "it is empty"};
    if (version < registry_schema::newest)
      return runtime::failure{EINVAL, "the registry " + runtime::in_quotes(file) +
                                        " is of an older version: the master brings it to this one "
                                        "when it starts"};
    return registry_tables::read(opened);
  } catch (const database_error& why) {
    return registry_file::failure_of(file, why);
  }
}

problem back_up_registry(const path& name, const path& to_name) {
  auto file = plain(name);
  auto to = plain(to_name);
  if (auto failed = refuse_missing(file))
    return failed;
  if (std::filesystem::exists(to))
    return runtime::failure{EEXIST, runtime::in_quotes(to) +
                                      " is there already: name another file, or remove it first"};
  auto made = path{to.string() + ".new"};
  if (auto failed = registry_file::remove(made))
    return failed;
  if (auto failed = copy_whole(file, made))
    return failed;
  if (auto failed = registry_file::rename(made, to))
    return failed;
  return registry_file::sync(to.parent_path());
}

problem restore_registry(const path& from_name, const path& work_dir_name) {
  auto from = plain(from_name);
  auto work_dir = plain(work_dir_name);
  if (auto failed = refuse_missing(from))
    return failed;
  std::error_code error;
  std::filesystem::create_directories(work_dir, error);
  if (error)
    return runtime::make_failure(error.value(),
                                 "cannot create the directory " + runtime::in_quotes(work_dir));
  auto lock = registry_file::lock(work_dir);
  if (auto* failed = std::get_if<runtime::failure>(&lock))
    return *failed;
  if (auto failed = refuse_unreadable(from))
    return failed;
  auto made = path{registry_file::of(work_dir).string() + ".new"};
  if (auto failed = registry_file::remove(made))
    return failed;
  if (auto failed = copy_whole(from, made))
    return failed;
  return replace(work_dir, made);
}

}  // namespace entente
