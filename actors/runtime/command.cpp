#include "actors/runtime/command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

/// 0, or the errno that says why the file cannot be executed.
int executable(const std::string& path, int directory_fd) {
  struct stat info {};
  if (::fstatat(directory_fd, path.c_str(), &info, 0) != 0)
    return errno;
  if (!S_ISREG(info.st_mode))
    return EACCES;
  return ::faccessat(directory_fd, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

}  // namespace

std::variant<std::string, int> find_command(const std::string& name, const std::string& search_path,
                                            int directory_fd) {
  if (name.find('/') != std::string::npos)
    return name;
  if (name.empty())
    return ENOENT;
  auto reason = ENOENT;
  std::istringstream parts{search_path + ':'};
  for (std::string part; std::getline(parts, part, ':');) {
    auto candidate = (part.empty() ? "." : part) + '/' + name;
    auto error = executable(candidate, directory_fd);
    if (error == 0)
      return candidate;
    if (error == EACCES)
      reason = EACCES;
  }
  return reason;
}

bool looks_like_script(const std::string& path, int directory_fd) {
  unique_fd file{::openat(directory_fd, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  std::array<char, 128> head{};
  auto count = file ? ::read(file.value(), head.data(), head.size()) : -1;
  return count >= 0 && std::find(head.begin(), head.begin() + count, '\0') == head.begin() + count;
}

bool file_exists(const std::string& path, int directory_fd) {
  return ::faccessat(directory_fd, path.c_str(), F_OK, AT_EACCESS) == 0;
}

}  // namespace entente::runtime
