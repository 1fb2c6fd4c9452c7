#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "actors/runtime/unique_fd.hpp"
#include "support/scratch_directory.hpp"

namespace entente::runtime::test {

using entente::test::read_file;
using entente::test::scratch_directory;
using entente::test::write_file;

inline unique_fd open_file(const std::filesystem::path& path) {
  return unique_fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
}

inline unique_fd open_directory(const std::filesystem::path& path) {
  return unique_fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

/// Makes archives, also such as nobody should make.
class archive_maker {
public:
  using format = std::function<void(archive*)>;

  static void tar(archive* x) { archive_write_set_format_pax_restricted(x); }
  static void tar_gz(archive* x) {
    tar(x);
    archive_write_add_filter_gzip(x);
  }
  static void zip(archive* x) { archive_write_set_format_zip(x); }

  explicit archive_maker(const std::filesystem::path& file, const format& choose = tar)
      : writer_(archive_write_new(), archive_write_free) {
    choose(writer_.get());
    archive_write_open_filename(writer_.get(), file.c_str());
  }

  archive_maker& file(const std::string& name, const std::string& content, mode_t mode = 0644) {
    return add(
      name, AE_IFREG, mode,
      [&](archive_entry* x) { archive_entry_set_size(x, static_cast<la_int64_t>(content.size())); },
      content);
  }
  archive_maker& directory(const std::string& name) {
    return add(name, AE_IFDIR, 0755, [](archive_entry*) {});
  }
  archive_maker& link(const std::string& name, const std::string& target) {
    return add(name, AE_IFLNK, 0777,
               [&](archive_entry* x) { archive_entry_set_symlink(x, target.c_str()); });
  }
  archive_maker& hard_link(const std::string& name, const std::string& target) {
    return add(name, AE_IFREG, 0644,
               [&](archive_entry* x) { archive_entry_set_hardlink(x, target.c_str()); });
  }
  archive_maker& device(const std::string& name) {
    return add(name, AE_IFCHR, 0666, [](archive_entry* x) {
      archive_entry_set_rdevmajor(x, 1);
      archive_entry_set_rdevminor(x, 3);
    });
  }
  /// A file with nothing but a hole.
  archive_maker& hole(const std::string& name, la_int64_t bytes) {
    return add(name, AE_IFREG, 0644, [&](archive_entry* x) {
      archive_entry_set_size(x, bytes);
      archive_entry_sparse_add_entry(x, bytes, 0);
    });
  }

private:
  archive_maker& add(const std::string& name, unsigned type, mode_t mode,
                     const std::function<void(archive_entry*)>& more,
                     const std::string& content = {}) {
    std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry{archive_entry_new(),
                                                                   archive_entry_free};
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), mode);
    more(entry.get());
    archive_write_header(writer_.get(), entry.get());
    archive_write_data(writer_.get(), content.data(), content.size());
    return *this;
  }

  std::unique_ptr<archive, int (*)(archive*)> writer_;
};

}  // namespace entente::runtime::test
