#include "actors/runtime/sandbox.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

constexpr std::size_t max_name_length = 200;

std::string hex(std::uint64_t value, int digits) {
  std::string result(static_cast<std::size_t>(digits), '0');
  for (auto i = result.rbegin(); i != result.rend(); ++i, value >>= 4)
    *i = "0123456789ABCDEF"[value & 15];
  return result;
}

/// FNV-1a.
std::uint64_t hash(std::string_view text) {
  std::uint64_t result = 14695981039346656037u;
  for (unsigned char c : text)
    result = (result ^ c) * 1099511628211u;
  return result;
}

/// Not std::isalnum: the locale must not change where files are.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::variant<unique_fd, failure> open_regular(const std::filesystem::path& path,
                                              struct stat& info) {
  auto what = "cannot read " + in_quotes(path);
  // O_NONBLOCK: opening a FIFO without a writer must not hang.
  unique_fd file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!file && errno == ELOOP)
    return failure{ELOOP, what + ": it is a symbolic link"};
  if (!file || ::fstat(file.value(), &info) != 0)
    return make_failure(errno, what);
  if (!S_ISREG(info.st_mode))
    return failure{EINVAL, what + ": it is not a regular file"};
  return file;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  std::string result;
  for (auto c : name) {
    if (is_plain(c) || (c == '.' && !result.empty()))
      result += c;
    else
      result += '%' + hex(static_cast<unsigned char>(c), 2);
  }
  if (result.empty())
    return "%";
  if (result.size() <= max_name_length)
    return result;
  auto suffix = '~' + hex(hash(name), 16);
  return result.substr(0, max_name_length - suffix.size()) + suffix;
}

std::filesystem::path sandbox_path(const std::filesystem::path& work_dir,
                                   std::string_view framework_id, std::string_view task_id) {
  return work_dir / "frameworks" / safe_file_name(framework_id) / "tasks" / safe_file_name(task_id);
}

std::optional<failure> create_sandbox(const std::filesystem::path& sandbox) {
  auto what = "cannot create sandbox " + in_quotes(sandbox);
  std::error_code error;
  std::filesystem::create_directories(sandbox.parent_path(), error);
  if (error)
    return make_failure(error.value(), what);
  if (::mkdir(sandbox.c_str(), 0700) == 0)
    return std::nullopt;
  auto code = errno;
  if (code == EEXIST &&
      std::filesystem::is_directory(std::filesystem::symlink_status(sandbox, error)))
    return std::nullopt;
  return make_failure(code, what);
}

std::variant<file_chunk, failure> read_chunk(const std::filesystem::path& path,
                                             std::uint64_t offset, std::size_t max_bytes) {
  struct stat info {};
  auto opened = open_regular(path, info);
  if (auto* error = std::get_if<failure>(&opened))
    return *error;
  const auto& file = std::get<unique_fd>(opened);
  file_chunk result;
  result.size = static_cast<std::uint64_t>(info.st_size);
  if (offset >= result.size)
    return result;
  result.data.resize(std::min<std::uint64_t>(max_bytes, result.size - offset));
  auto count =
    ::pread(file.value(), result.data.data(), result.data.size(), static_cast<off_t>(offset));
  if (count < 0)
    return make_failure(errno, "cannot read " + in_quotes(path));
  // Shorter if the file was cut meanwhile.
  result.data.resize(static_cast<std::size_t>(count));
  return result;
}

}  // namespace entente::runtime
