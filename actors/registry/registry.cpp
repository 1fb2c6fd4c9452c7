#include "actors/registry/registry.hpp"

#include <cerrno>
#include <sqlite3.h>
#include <system_error>
#include <utility>

#include "actors/registry/registry_copy.hpp"
#include "actors/registry/registry_file.hpp"
#include "actors/registry/registry_schema.hpp"

namespace entente {

namespace {

using problem = std::optional<runtime::failure>;

problem make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return runtime::make_failure(error.value(),
                                 "cannot create the directory " + runtime::in_quotes(directory));
  return std::nullopt;
}

/// A restore that was killed may have left nothing, or half of it.
problem refuse_half_restored(const std::filesystem::path& work_dir) {
  if (!std::filesystem::exists(registry_file::restore_mark(work_dir)))
    return std::nullopt;
  return runtime::failure{EBADMSG,
                          "the registry in " + runtime::in_quotes(work_dir) +
                            " was not restored to the end: call entente registry restore again"};
}

/// Commits are safe when they return, and do not wait for those who read.
void write_ahead(database& file) {
  if (auto mode = file.text("PRAGMA journal_mode=WAL"); mode != "wal")
    throw database_error{0, 0, "its file system cannot share memory between processes"};
  file.run("PRAGMA synchronous=FULL");
  file.run("PRAGMA foreign_keys=ON");
}

/// Begins a registry where there is none. It gets its name when all of it is there: a master that
/// dies meanwhile leaves none, and an empty file of that name is one that has lost what it had.
problem begin(const std::filesystem::path& path) {
  if (std::filesystem::exists(path))
    return std::nullopt;
  std::filesystem::path made = path.string() + ".new";
  // What belonged to a registry that was moved away must not be read into this one.
  for (const auto& left : {made, std::filesystem::path{made.string() + "-journal"},
                           registry_file::ahead_of(path), registry_file::shared_by(path)})
    if (auto failed = registry_file::remove(left))
      return failed;
  if (auto failed = registry_file::make(made))
    return failed;
  try {
    database file{made, access::write};
    registry_schema::migrate(file, 0);
  } catch (const database_error& why) {
    return registry_file::failure_of(path, why);
  }
  if (auto failed = registry_file::rename(made, path))
    return failed;
  return registry_file::sync(path.parent_path());
}

/// Keeps an older file as it was.
problem keep_older(const std::filesystem::path& path, int version) {
  auto copy = path.string() + ".version-" + std::to_string(version);
  if (std::filesystem::exists(copy))
    return std::nullopt;
  return back_up_registry(path, copy);
}

problem bring_to_newest(database& file, const std::filesystem::path& path) {
  auto version = registry_schema::check(file);
  if (version == 0)
    throw database_error{SQLITE_CORRUPT, 0, "it is empty"};
  if (version < registry_schema::newest)
    if (auto failed = keep_older(path, version))
      return failed;
  write_ahead(file);
  registry_schema::migrate(file, version);
  return std::nullopt;
}

problem refuse_other_cluster(const registry_state& state, const std::string& cluster,
                             const std::filesystem::path& path) {
  if (state.cluster.empty() || state.cluster == cluster)
    return std::nullopt;
  return runtime::failure{EINVAL, "the registry " + runtime::in_quotes(path) + " is of cluster " +
                                    runtime::in_quotes(state.cluster) +
                                    ", and this is a master of " + runtime::in_quotes(cluster) +
                                    ": set \"cluster\" to its name, or give this master a work "
                                    "directory of its own"};
}

}  // namespace

registry::registry(std::filesystem::path path, runtime::file_lock lock, database file)
    : path_(std::move(path)), lock_(std::move(lock)), file_(std::move(file)) {}

std::variant<registry, runtime::failure> registry::open(const std::filesystem::path& work_dir,
                                                        const std::string& cluster) {
  if (auto failed = make_directory(work_dir))
    return *failed;
  auto lock = registry_file::lock(work_dir);
  if (auto* failed = std::get_if<runtime::failure>(&lock))
    return *failed;
  if (auto failed = refuse_half_restored(work_dir))
    return *failed;
  auto path = registry_file::of(work_dir);
  if (auto failed = begin(path))
    return *failed;
  try {
    registry result{path, std::move(std::get<runtime::file_lock>(lock)),
                    database{path, access::write}};
    if (auto failed = bring_to_newest(result.file_, path))
      return *failed;
    result.state_ = registry_tables::read(result.file_);
    if (auto failed = refuse_other_cluster(result.state_, cluster, path))
      return *failed;
    result.state_.cluster = cluster;
    ++result.state_.lives;
    registry_tables::write_cluster(result.file_, result.state_);
    return result;
  } catch (const database_error& why) {
    return registry_file::failure_of(path, why);
  }
}

void registry::append(const std::vector<registry_change>& changes) {
  for (const auto& change : changes) {
    apply(state_, change);
    touched_.add(change);
  }
}

problem registry::sync() {
  if (!is_dirty())
    return std::nullopt;
  try {
    transaction whole{file_};
    registry_tables::write(file_, state_, touched_);
    whole.commit();
  } catch (const database_error& why) {
    return registry_file::failure_of(path_, why);
  }
  touched_ = {};
  return std::nullopt;
}

}  // namespace entente
