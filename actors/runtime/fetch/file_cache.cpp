#include "actors/runtime/fetch/file_cache.hpp"

#include <cerrno>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/removal.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto part_suffix = ".part";
constexpr auto lock_suffix = ".lock";
/// How often is looked whether who else fetches a file is ready, or gone.
constexpr auto look_pause = 50ms;

fs::path with_suffix(fs::path path, const char* suffix) {
  return path += suffix;
}

/// Opens and locks a file that anybody may remove at any time; none if somebody else has the lock.
unique_fd try_lock(const fs::path& path) {
  for (;;) {
    unique_fd result{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!result || ::flock(result.value(), LOCK_EX | LOCK_NB) != 0)
      return {};
    struct stat mine {};
    struct stat now {};
    // Else it was removed between the two, and another has the name.
    if (::fstat(result.value(), &mine) == 0 && ::stat(path.c_str(), &now) == 0 &&
        mine.st_ino == now.st_ino)
      return result;
  }
}

}  // namespace

unique_fd file_cache::find(const std::string& sha256) const {
  unique_fd result{::open(file_of(sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!result)
    return {};
  auto sum = sha256_of(result);
  const auto* hex = std::get_if<std::string>(&sum);
  if (!hex || *hex != sha256)
    return {};
  ::futimens(result.value(), nullptr);  // It is used now.
  return result;
}

std::variant<unique_fd, failure> file_cache::lock(const std::string& sha256,
                                                  std::chrono::milliseconds patience) const {
  auto path = with_suffix(file_of(sha256), lock_suffix);
  auto give_up = std::chrono::steady_clock::now() + patience;
  for (auto has_said = false;;) {
    if (auto result = try_lock(path))
      return result;
    if (errno != EWOULDBLOCK)
      return make_failure(errno, "cannot lock " + in_quotes(path));
    if (!std::exchange(has_said, true))
      say_("another task is fetching this file; waiting for it");
    if (std::chrono::steady_clock::now() >= give_up)
      return failure{ETIMEDOUT, "another task has been fetching the same file for too long"};
    std::this_thread::sleep_for(look_pause);
  }
}

std::variant<unique_fd, failure> file_cache::get(const std::string& sha256,
                                                 std::chrono::milliseconds patience,
                                                 const source& fetch) {
  std::error_code error;
  fs::create_directories(directory_.parent_path(), error);
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
    return make_failure(errno, "cannot make the cache " + in_quotes(directory_));
  if (auto found = find(sha256))
    return found;
  auto locked = lock(sha256, patience);
  if (auto* why = std::get_if<failure>(&locked))
    return *why;
  if (auto found = find(sha256))
    return found;  // Somebody else was quicker.
  auto result = fill(sha256, fetch);
  trim();
  return result;
}

std::variant<unique_fd, failure> file_cache::fill(const std::string& sha256,
                                                  const source& fetch) const {
  auto part = with_suffix(file_of(sha256), part_suffix);
  constexpr auto flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  unique_fd file{::open(part.c_str(), flags, 0600)};
  if (!file)
    return make_failure(errno, "cannot make " + in_quotes(part));
  auto why = fetch(file);
  if (!why && ::rename(part.c_str(), file_of(sha256).c_str()) != 0)
    why = make_failure(errno, "cannot keep " + in_quotes(part));
  if (!why)
    return file;
  ::unlink(part.c_str());
  return *why;
}

/// What is locked is left to who has the lock; what is open already can be read to its end.
void file_cache::trim() const {
  std::vector<removable> files;
  std::uint64_t all = 0;
  std::error_code error;
  for (fs::directory_iterator i{directory_, error}; i != fs::directory_iterator{};
       i.increment(error)) {
    std::error_code gone;
    auto bytes = i->file_size(gone);
    if (gone || i->path().extension() == lock_suffix)
      continue;
    all += bytes;
    files.push_back({i->path(), bytes, i->last_write_time(gone)});
  }
  if (all <= most_bytes_)
    return;
  for (const auto& path : oldest_first(std::move(files), all - most_bytes_)) {
    auto is_part = path.extension() == part_suffix;
    auto lock_path = with_suffix(is_part ? directory_ / path.stem() : path, lock_suffix);
    auto held = try_lock(lock_path);
    if (!held && is_part)
      continue;
    ::unlink(path.c_str());
    if (held)
      ::unlink(lock_path.c_str());
  }
}

}  // namespace entente::runtime
