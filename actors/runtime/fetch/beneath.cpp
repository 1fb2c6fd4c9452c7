#include "actors/runtime/fetch/beneath.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

constexpr mode_t directory_mode = 0755;

failure cannot_enter(const std::filesystem::path& path, int code) {
  auto what = "cannot enter " + in_quotes(path);
  if (code == ELOOP || code == ENOTDIR)
    return {code, what + ": something that is no directory is in the way"};
  return make_failure(code, what);
}

}  // namespace

std::variant<unique_fd, failure> open_beneath(const unique_fd& root,
                                              const std::filesystem::path& path) {
  constexpr auto flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  auto result = duplicate_above(STDERR_FILENO, root.value());
  for (const auto& part : path) {
    if (part == ".." || part.is_absolute())
      return failure{EINVAL, "cannot enter " + in_quotes(path) + ": it leads out of the sandbox"};
    ::mkdirat(result.value(), part.c_str(), directory_mode);
    unique_fd next{::openat(result.value(), part.c_str(), flags)};
    if (!next)
      return cannot_enter(path, errno);
    result = std::move(next);
  }
  return result;
}

std::optional<failure> clear_beneath(const unique_fd& parent, const std::filesystem::path& name) {
  if (::unlinkat(parent.value(), name.c_str(), 0) == 0 || errno == ENOENT)
    return std::nullopt;
  return make_failure(errno, "cannot replace " + in_quotes(name));
}

std::variant<unique_fd, failure> create_beneath(const unique_fd& root,
                                                const std::filesystem::path& path, mode_t mode) {
  auto parent = open_beneath(root, path.parent_path());
  if (auto* why = std::get_if<failure>(&parent))
    return *why;
  auto& directory = std::get<unique_fd>(parent);
  if (auto why = clear_beneath(directory, path.filename()))
    return *why;
  constexpr auto flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  unique_fd file{::openat(directory.value(), path.filename().c_str(), flags, mode)};
  if (!file)
    return make_failure(errno, "cannot make " + in_quotes(path));
  return file;
}

}  // namespace entente::runtime
