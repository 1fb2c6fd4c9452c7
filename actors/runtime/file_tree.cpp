#include "actors/runtime/file_tree.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

/// Each directory on the way takes a descriptor and some of the stack.
constexpr int deepest_measured = 1'000;
constexpr int deepest_removed = 100;

constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system has
constexpr mode_t all_rights = 0700;

unique_fd open_directory(int parent, const char* name) {
  constexpr auto flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  return unique_fd{::openat(parent, name, flags)};
}

/// Calls `look(name)` for every entry of a directory.
void for_each_entry(const unique_fd& directory, const std::function<void(const char*)>& look) {
  auto own = ::fcntl(directory.value(), F_DUPFD_CLOEXEC, 0);
  std::unique_ptr<DIR, int (*)(DIR*)> entries{::fdopendir(own), ::closedir};
  if (!entries) {
    ::close(own);
    return;
  }
  ::rewinddir(entries.get());
  while (auto* entry = ::readdir(entries.get()))
    if (std::string_view name = entry->d_name; name != "." && name != "..")
      look(entry->d_name);
}

class measurement {
public:
  std::uint64_t of(int parent, const char* name, int depth = 0) {
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      return 0;
    if (depth == 0)
      device_ = info.st_dev;
    if (info.st_dev != device_)
      return 0;
    auto result = static_cast<std::uint64_t>(info.st_blocks) * block;
    if (!S_ISDIR(info.st_mode))
      return info.st_nlink == 1 || seen_.insert(info.st_ino).second ? result : 0;
    auto directory = depth < deepest_measured ? open_directory(parent, name) : unique_fd{};
    if (directory)
      for_each_entry(directory,
                     [&](const char* child) { result += of(directory.value(), child, depth + 1); });
    return result;
  }

private:
  dev_t device_ = 0;
  std::set<ino_t> seen_;  ///< that have several names
};

class removal {
public:
  removal(int parent, const char* name) : top_(open(parent, name)) {
    struct stat info {};
    if (top_ && ::fstat(top_.value(), &info) == 0)
      device_ = info.st_dev;
  }

  /// Empties the directory at the top. @returns whether there is reason to try again: something
  /// that was too deep is now nearer to the top.
  bool round() {
    moved_ = false;
    empty(top_, 0);
    return moved_;
  }

  int error() const { return error_; }

private:
  /// A task may have taken the rights from a directory of its own.
  static unique_fd open(int parent, const char* name) {
    auto result = open_directory(parent, name);
    if (result || errno != EACCES)
      return result;
    // Only what is a directory: a change of rights follows links.
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
      return {};
    ::fchmodat(parent, name, all_rights, 0);
    return open_directory(parent, name);
  }

  void empty(const unique_fd& directory, int depth) {
    struct stat info {};
    if (::fstat(directory.value(), &info) != 0 || info.st_dev != device_) {
      error_ = EXDEV;
      return;
    }
    if ((info.st_mode & all_rights) != all_rights)
      ::fchmod(directory.value(), all_rights);
    for_each_entry(directory, [&](const char* name) { remove(directory, name, depth); });
  }

  void remove(const unique_fd& parent, const char* name, int depth) {
    if (::unlinkat(parent.value(), name, 0) == 0 || errno == ENOENT)
      return;
    if (errno != EISDIR && errno != EPERM) {
      error_ = errno;
      return;
    }
    if (depth >= deepest_removed)
      return move_up(parent, name);
    if (auto child = open(parent.value(), name))
      empty(child, depth + 1);
    if (::unlinkat(parent.value(), name, AT_REMOVEDIR) != 0 && !moved_)
      error_ = errno;
  }

  void move_up(const unique_fd& parent, const char* name) {
    auto nearer = "deep-" + std::to_string(::getpid()) + '-' + std::to_string(++number_);
    if (::renameat(parent.value(), name, top_.value(), nearer.c_str()) == 0)
      moved_ = true;
    else
      error_ = errno;
  }

  unique_fd top_;
  dev_t device_ = 0;
  bool moved_ = false;
  int number_ = 0;
  int error_ = 0;
};

}  // namespace

std::uint64_t tree_bytes(const std::filesystem::path& top) {
  return measurement{}.of(AT_FDCWD, top.c_str());
}

std::optional<failure> remove_tree(const std::filesystem::path& top) {
  removal work{AT_FDCWD, top.c_str()};
  while (work.round()) {
  }
  if (::rmdir(top.c_str()) == 0 || errno == ENOENT)
    return std::nullopt;
  auto code = errno == ENOTEMPTY && work.error() != 0 ? work.error() : errno;
  return make_failure(code, "cannot remove " + in_quotes(top));
}

}  // namespace entente::runtime
