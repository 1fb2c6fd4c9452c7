#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/file_lock.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente {

/// A file of records that survives crashes: `journal` in a directory of its own. Records are opaque
/// bytes; journal_format.hpp says how they lie in the file.
///
/// A record is safe when the sync() after its append() has returned without a failure. All records
/// of one sync are there after a crash, or none of them is. What a crash has torn at the end of the
/// file is dropped when it is opened, for nobody was told that it is safe.
///
/// A failure names the file and the reason, and changes nothing: what was appended is still to be
/// synced, and sync() may be called again when there is room again. (What a failed fdatasync leaves
/// in the page cache counts as clean, so the file is cut and everything is written anew.)
///
/// While it is open the directory is locked: `journal.lock` says by which process. Not thread-safe.
/// Blocks for as long as the disk does. Sizes in bytes.
class journal {
public:
  /// A file that is smaller is not worth rewriting.
  static constexpr std::size_t smallest_rewrite = 1024 * 1024;
  /// The largest record.
  static constexpr std::size_t max_record = 0xFFFF'FFFF;

  struct opened;
  /// Opens the journal in the directory; both are made if they are not there. A file that is
  /// damaged, but for its end, or of another version is refused, and left as it is.
  static std::variant<opened, runtime::failure> open(const std::filesystem::path& directory);

  /// Keeps a record for the next sync.
  void append(std::string_view record);
  /// True if something was appended and is not safe yet.
  bool is_dirty() const noexcept { return has_pending() || !name_is_safe_; }
  /// Writes what was appended in one piece, and waits until it is on the disk.
  std::optional<runtime::failure> sync();

  /// True if the file has doubled since it was rewritten, and is not small: it costs little then,
  /// compared with what was appended. After a failure this is false until it has doubled again.
  bool wants_rewrite() const noexcept { return size_ > rewrite_above_; }
  /// Replaces everything that was appended so far, synced or not, by these records: a new file,
  /// that takes the old one's name when it is whole and safe.
  std::optional<runtime::failure> rewrite(const std::vector<std::string>& records);

  const std::filesystem::path& file() const noexcept { return file_; }
  /// Of what is safe.
  std::size_t size() const noexcept { return size_; }

  /// Why the journal cannot be used, and how to go on.
  runtime::failure unusable(const std::string& why) const;

private:
  static const std::size_t empty_batch;

  explicit journal(std::filesystem::path directory);

  bool has_pending() const noexcept { return pending_.size() > empty_batch; }
  std::optional<runtime::failure> lock();
  std::optional<runtime::failure> open_file();
  std::variant<std::vector<std::string>, runtime::failure> load();
  std::optional<runtime::failure> cut_tail();
  std::optional<runtime::failure> write_batch();
  std::optional<runtime::failure> replace_file(const std::string& content);
  std::optional<runtime::failure> sync_directory();
  void clear_pending();
  void plan_rewrite(std::size_t base);

  std::filesystem::path directory_;
  std::filesystem::path file_;
  std::optional<runtime::file_lock> lock_;
  runtime::unique_fd fd_;
  std::string pending_;  ///< room for the header of a batch, and its payload
  std::uint64_t batches_ = 0;
  std::size_t size_ = 0;
  std::size_t rewrite_above_ = smallest_rewrite;
  bool torn_ = false;         ///< there may be something behind what is safe
  bool name_is_safe_ = true;  ///< the directory with the file's name in it is on the disk
};

/// A journal, and what was in it.
struct journal::opened {
  journal file;
  std::vector<std::string> records;
};

}  // namespace entente
