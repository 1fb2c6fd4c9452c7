#include "actors/runtime/fetch/unpack.hpp"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <memory>
#include <string>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/fetch/beneath.hpp"
#include "actors/runtime/fetch/entry_rules.hpp"

namespace entente::runtime {

namespace {

constexpr std::size_t read_size = 256 * 1024;
/// A file of an archive can be executed or not; nothing else of its rights counts.
constexpr mode_t file_mode = 0644;
constexpr mode_t program_mode = 0755;
constexpr mode_t executable_bits = 0111;

/// Names are UTF-8 while it lives, in this thread.
class utf8_names {
public:
  utf8_names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_)
      before_ = ::uselocale(locale_);
  }
  utf8_names(const utf8_names&) = delete;
  utf8_names& operator=(const utf8_names&) = delete;
  ~utf8_names() {
    if (!locale_)
      return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }

private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

class unpacker {
public:
  unpacker(const unique_fd& sandbox, const std::filesystem::path& below,
           const unpack_limits& limits, const allow_function& allow)
      : sandbox_(sandbox), below_(below), limits_(limits), allow_(allow) {}

  std::optional<failure> run(const unique_fd& file) {
    utf8_names names;
    ::lseek(file.value(), 0, SEEK_SET);
    archive_read_support_format_tar(archive_.get());
    archive_read_support_format_zip(archive_.get());
    for (auto support : {archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
                         archive_read_support_filter_xz, archive_read_support_filter_zstd})
      support(archive_.get());
    if (archive_read_open_fd(archive_.get(), file.value(), read_size) != ARCHIVE_OK)
      return broken();
    for (;;) {
      archive_entry* entry = nullptr;
      auto code = archive_read_next_header(archive_.get(), &entry);
      if (code == ARCHIVE_EOF)
        return std::nullopt;
      if (code < ARCHIVE_WARN)
        return broken();
      if (auto why = take(entry))
        return why;
    }
  }

private:
  std::optional<failure> take(archive_entry* entry) {
    if (++entries_ > limits_.entries)
      return failure{EFBIG, "it has more than " + std::to_string(limits_.entries) + " entries"};
    auto checked = check_entry(facts_of(entry), below_);
    if (auto* problem = std::get_if<std::string>(&checked))
      return failure{EPERM, *problem};
    auto& clean = std::get<clean_entry>(checked);
    auto path = below_ / clean.path;
    if (clean.path.empty())
      return std::nullopt;
    switch (clean.kind) {
    case entry_kind::directory:
      return make_directory(path);
    case entry_kind::symbolic_link:
      return make_symbolic_link(path, clean.target);
    case entry_kind::hard_link:
      return make_hard_link(path, below_ / clean.target);
    default:
      return make_file(path, entry);
    }
  }

  static entry_facts facts_of(archive_entry* entry) {
    auto text = [](const char* x) { return std::string{x ? x : ""}; };
    entry_facts result{text(archive_entry_pathname(entry)), entry_kind::other, {}};
    if (const auto* target = archive_entry_hardlink(entry)) {
      result.kind = entry_kind::hard_link;
      result.target = target;
      return result;
    }
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      result.kind = entry_kind::file;
      break;
    case AE_IFDIR:
      result.kind = entry_kind::directory;
      break;
    case AE_IFLNK:
      result.kind = entry_kind::symbolic_link;
      result.target = text(archive_entry_symlink(entry));
      break;
    default:
      break;
    }
    return result;
  }

  std::optional<failure> make_directory(const std::filesystem::path& path) {
    auto made = open_beneath(sandbox_, path);
    if (auto* why = std::get_if<failure>(&made))
      return *why;
    return std::nullopt;
  }

  std::optional<failure> make_symbolic_link(const std::filesystem::path& path,
                                            const std::filesystem::path& target) {
    auto parent = open_beneath(sandbox_, path.parent_path());
    if (auto* why = std::get_if<failure>(&parent))
      return *why;
    auto& directory = std::get<unique_fd>(parent);
    if (auto why = clear_beneath(directory, path.filename()))
      return why;
    if (::symlinkat(target.c_str(), directory.value(), path.filename().c_str()) != 0)
      return make_failure(errno, "cannot make " + in_quotes(path));
    return std::nullopt;
  }

  /// Of a link that would be a link to what is meant somewhere else: only files have other names.
  std::optional<failure> make_hard_link(const std::filesystem::path& path,
                                        const std::filesystem::path& target) {
    auto from = open_beneath(sandbox_, target.parent_path());
    auto to = open_beneath(sandbox_, path.parent_path());
    for (auto* side : {&from, &to})
      if (auto* why = std::get_if<failure>(side))
        return *why;
    auto& source = std::get<unique_fd>(from);
    auto& directory = std::get<unique_fd>(to);
    struct stat info {};
    if (::fstatat(source.value(), target.filename().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(info.st_mode))
      return failure{EPERM, "its entry " + in_quotes(path) + " is a hard link to no file of it"};
    if (path == target)
      return std::nullopt;
    if (auto why = clear_beneath(directory, path.filename()))
      return why;
    if (::linkat(source.value(), target.filename().c_str(), directory.value(),
                 path.filename().c_str(), 0) != 0)
      return make_failure(errno, "cannot make " + in_quotes(path));
    return std::nullopt;
  }

  std::optional<failure> make_file(const std::filesystem::path& path, archive_entry* entry) {
    auto is_program = (archive_entry_perm(entry) & executable_bits) != 0;
    auto made = create_beneath(sandbox_, path, is_program ? program_mode : file_mode);
    if (auto* why = std::get_if<failure>(&made))
      return *why;
    const auto& file = std::get<unique_fd>(made);
    if (auto why = write_content(path, file, entry))
      return why;
    if (archive_entry_mtime_is_set(entry)) {
      timespec times[2]{{archive_entry_mtime(entry), archive_entry_mtime_nsec(entry)}};
      times[1] = times[0];
      ::futimens(file.value(), times);
    }
    return std::nullopt;
  }

  std::optional<failure> write_content(const std::filesystem::path& path, const unique_fd& file,
                                       archive_entry* entry) {
    const void* bytes = nullptr;
    std::size_t count = 0;
    la_int64_t offset = 0;
    std::uint64_t size = 0;
    for (;;) {
      auto code = archive_read_data_block(archive_.get(), &bytes, &count, &offset);
      if (code < ARCHIVE_WARN)
        return broken();
      if (code == ARCHIVE_EOF)
        break;
      size = std::max(size, static_cast<std::uint64_t>(offset) + count);
      if (auto why = check_size(size))
        return why;
      if (auto why = write_at(path, file, static_cast<const char*>(bytes), count, offset))
        return why;
      written_ += count;
      if (auto why = allow_ ? allow_(written_) : std::nullopt)
        return why;
    }
    // What ends in a hole has no block at its end.
    if (archive_entry_size_is_set(entry))
      size = std::max(size, static_cast<std::uint64_t>(archive_entry_size(entry)));
    if (auto why = check_size(size))
      return why;
    bytes_ += size;
    if (::ftruncate(file.value(), static_cast<off_t>(size)) != 0)
      return make_failure(errno, "cannot write " + in_quotes(path));
    return std::nullopt;
  }

  /// @param size of the file that is being written
  std::optional<failure> check_size(std::uint64_t size) const {
    if (size <= limits_.bytes - bytes_)
      return std::nullopt;
    return failure{EFBIG, "it unpacks to more than the " + std::to_string(limits_.bytes >> 20) +
                            " MB that it may have (agent.artifact_size)"};
  }

  static std::optional<failure> write_at(const std::filesystem::path& path, const unique_fd& file,
                                         const char* bytes, std::size_t count, la_int64_t offset) {
    while (count > 0) {
      auto written = ::pwrite(file.value(), bytes, count, offset);
      if (written < 0 && errno != EINTR)
        return make_failure(errno, "cannot write " + in_quotes(path));
      if (written > 0) {
        bytes += written;
        count -= static_cast<std::size_t>(written);
        offset += written;
      }
    }
    return std::nullopt;
  }

  failure broken() const {
    const auto* words = archive_error_string(archive_.get());
    return {EBADMSG, std::string{"it cannot be unpacked: "} + (words ? words : "it is damaged")};
  }

  std::unique_ptr<archive, int (*)(archive*)> archive_{archive_read_new(), archive_read_free};
  const unique_fd& sandbox_;
  std::filesystem::path below_;
  unpack_limits limits_;
  const allow_function& allow_;
  std::uint64_t written_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace

std::optional<failure> unpack(const unique_fd& archive, const unique_fd& sandbox,
                              const std::filesystem::path& below, const unpack_limits& limits,
                              const allow_function& allow) {
  return unpacker{sandbox, below, limits, allow}.run(archive);
}

}  // namespace entente::runtime
