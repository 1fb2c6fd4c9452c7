#include "actors/runtime/file_tree.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/size_unit.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;
using stream = std::unique_ptr<DIR, int (*)(DIR*)>;
/// A directory of a tree, by the one that it is in.
struct place {
  std::shared_ptr<const place> above;  ///< null at the top
  std::string name;
  std::size_t depth = 1;
};
using place_ptr = std::shared_ptr<const place>;

constexpr std::size_t deepest_measured = 1'000;
/// A walk may rest for long, and there may be many: descriptors are few.
constexpr std::size_t most_held_open = 3;
/// What is below more of them is not measured.
constexpr std::size_t most_waiting = 1'000'000;
constexpr std::size_t entries_at_once = 1'000;
/// Each directory on the way takes a descriptor and some of the stack.
constexpr int deepest_removed = 100;

constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system has
constexpr mode_t all_rights = 0700;

unique_fd open_directory_at(int parent, const char* name) {
  constexpr auto flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  return unique_fd{::openat(parent, name, flags)};
}

/// @returns nothing for none
stream stream_of(unique_fd directory) {
  stream result{::fdopendir(directory.value()), ::closedir};
  if (result)
    directory.release();
  return result;
}

/// Calls `look(name)` for every entry of a directory.
void for_each_entry(const unique_fd& directory, const std::function<void(const char*)>& look) {
  auto entries = stream_of(unique_fd{::fcntl(directory.value(), F_DUPFD_CLOEXEC, 0)});
  if (!entries)
    return;
  ::rewinddir(entries.get());
  while (auto* entry = ::readdir(entries.get()))
    if (std::string_view name = entry->d_name; name != "." && name != "..")
      look(entry->d_name);
}

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
    auto result = open_directory_at(parent, name);
    if (result || errno != EACCES)
      return result;
    // Only what is a directory: a change of rights follows links.
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
      return {};
    ::fchmodat(parent, name, all_rights, 0);
    return open_directory_at(parent, name);
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

// -- tree_walk ------------------------------------------------------------------------------------

/// Depth first. Where too many directories would be open at once, those below wait, by their names,
/// until all of these are done.
class tree_walk::impl {
public:
  explicit impl(fs::path top) : top_(std::move(top)) {}

  bool step(std::size_t entries) {
    if (!std::exchange(has_begun_, true))
      begin();
    for (std::size_t spent = 0; spent < entries && !is_at_end();)
      spent += open_.empty() ? open_next() : look_at_next();
    return is_at_end();
  }

  std::uint64_t bytes() const noexcept { return bytes_; }

private:
  struct open_directory {
    place_ptr at;
    stream entries;
  };

  bool is_at_end() const { return open_.empty() && waiting_.empty(); }

  void begin() {
    struct stat info {};
    if (::fstatat(AT_FDCWD, top_.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return;
    device_ = info.st_dev;
    bytes_ += static_cast<std::uint64_t>(info.st_blocks) * block;
    if (S_ISDIR(info.st_mode))
      waiting_.push_back(std::make_shared<place>());
  }

  /// Opens that which waits shortest, so that few wait. @returns what that cost, in entries
  std::size_t open_next() {
    auto next = std::move(waiting_.back());
    waiting_.pop_back();
    std::vector<const char*> way;
    for (const auto* x = next.get(); x->above; x = x->above.get())
      way.push_back(x->name.c_str());
    auto directory = open_directory_at(AT_FDCWD, top_.c_str());
    for (auto i = way.rbegin(); directory && i != way.rend(); ++i)
      directory = open_directory_at(directory.value(), *i);
    auto cost = next->depth;
    hold(std::move(next), std::move(directory));
    return cost;
  }

  void hold(place_ptr at, unique_fd directory) {
    if (auto entries = stream_of(std::move(directory)))
      open_.push_back({std::move(at), std::move(entries)});
  }

  std::size_t look_at_next() {
    auto* entry = ::readdir(open_.back().entries.get());
    if (!entry)
      open_.pop_back();
    else if (std::string_view name = entry->d_name; name != "." && name != "..")
      look_at(entry->d_name);
    return 1;
  }

  void look_at(const char* name) {
    auto parent = ::dirfd(open_.back().entries.get());
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_dev != device_)
      return;
    auto is_directory = S_ISDIR(info.st_mode);
    if (is_directory || info.st_nlink == 1 || seen_.insert(info.st_ino).second)
      bytes_ += static_cast<std::uint64_t>(info.st_blocks) * block;
    const auto& above = open_.back().at;
    if (!is_directory || above->depth >= deepest_measured)
      return;
    auto at = std::make_shared<place>(place{above, name, above->depth + 1});
    if (open_.size() < most_held_open)
      hold(std::move(at), open_directory_at(parent, name));
    else if (waiting_.size() < most_waiting)
      waiting_.push_back(std::move(at));
  }

  const fs::path top_;
  bool has_begun_ = false;
  dev_t device_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<open_directory> open_;  ///< each in the one before it
  std::vector<place_ptr> waiting_;    ///< directories that have been seen, and not been read
  std::set<ino_t> seen_;              ///< that have several names
};

tree_walk::tree_walk(fs::path top) : impl_(std::make_unique<impl>(std::move(top))) {}
tree_walk::tree_walk(tree_walk&&) noexcept = default;
tree_walk& tree_walk::operator=(tree_walk&&) noexcept = default;
tree_walk::~tree_walk() = default;

bool tree_walk::step(std::size_t entries) {
  return impl_->step(entries);
}

std::uint64_t tree_walk::bytes() const noexcept {
  return impl_->bytes();
}

std::uint64_t tree_bytes(const fs::path& top) {
  tree_walk walk{top};
  while (!walk.step(entries_at_once)) {
  }
  return walk.bytes();
}

std::string over_disk_text(std::uint64_t bytes, std::uint64_t limit) {
  auto unit = unit_for(limit);
  auto told = [&](std::uint64_t x) {
    return std::to_string(x / unit.bytes) + ' ' + std::string{unit.name};
  };
  return "its sandbox has " + told(bytes + unit.bytes - 1) + ", " + told(limit) + " were asked for";
}

// -- removal --------------------------------------------------------------------------------------

std::optional<failure> remove_tree(const fs::path& top) {
  removal work{AT_FDCWD, top.c_str()};
  while (work.round()) {
  }
  if (::rmdir(top.c_str()) == 0 || errno == ENOENT)
    return std::nullopt;
  auto code = errno == ENOTEMPTY && work.error() != 0 ? work.error() : errno;
  return make_failure(code, "cannot remove " + in_quotes(top));
}

}  // namespace entente::runtime
