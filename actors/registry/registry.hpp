#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/registry/database.hpp"
#include "actors/registry/registry_store.hpp"
#include "actors/registry/registry_tables.hpp"
#include "actors/runtime/failure.hpp"
#include "actors/runtime/file_lock.hpp"

namespace entente {

/// The master's durable state: the SQLite file `registry.db` in its work directory, written ahead
/// into `registry.db-wal` and synced with every transaction.
///
/// A change is safe when the sync() after its append() has returned without a failure. All changes
/// of one sync are there after a crash, or none of them is.
///
/// A failure names the file and what to do, and changes nothing: what was appended is still to be
/// synced, and sync() may be called again when there is room again.
///
/// While it is open the work directory is locked: `registry.lock` says by which process. Others may
/// read the file meanwhile. Not thread-safe. Blocks for as long as the disk does.
class registry final : public registry_store {
public:
  /// Opens the registry in the directory, and counts one life more; both are made if they are not
  /// there: it is in its first life then. A file of another cluster is refused; one that is
  /// damaged, empty, not a registry or of a newer version is refused, too, and left as it is. One
  /// of an older version is brought to this one; a copy of it as it was stays beside it.
  static std::variant<registry, runtime::failure> open(const std::filesystem::path& work_dir,
                                                       const std::string& cluster);

  /// What was read when it was opened, and everything that was appended since.
  const registry_state& state() const override { return state_; }

  void append(const std::vector<registry_change>& changes) override;
  /// True if something was appended and is not safe yet.
  bool is_dirty() const { return !touched_.empty(); }
  /// Writes what was appended in one transaction, and waits until it is on the disk.
  std::optional<runtime::failure> sync() override;

  const std::filesystem::path& file() const noexcept { return path_; }

private:
  registry(std::filesystem::path path, runtime::file_lock lock, database file);

  std::filesystem::path path_;
  runtime::file_lock lock_;
  database file_;
  registry_state state_;
  registry_tables::touched_entries touched_;
};

}  // namespace entente
