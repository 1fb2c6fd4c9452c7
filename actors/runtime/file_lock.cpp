#include "actors/runtime/file_lock.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

failure failed_to(const std::string& what, const std::filesystem::path& file) {
  return make_failure(errno, "cannot " + what + ' ' + in_quotes(file));
}

constexpr int most_attempts = 100;
constexpr int pause_ms = 10;

bool lock(int fd) {
  for (auto attempt = 1; ::flock(fd, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (errno != EWOULDBLOCK || attempt == most_attempts)
      return false;
    ::poll(nullptr, 0, pause_ms);
  }
  return true;
}

std::string who_holds(int lock) {
  std::string text(32, '\0');
  auto n = ::pread(lock, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text.empty() ? "" : " (process " + text.substr(0, text.find('\n')) + ")";
}

}  // namespace

std::variant<file_lock, file_lock::taken, failure>
file_lock::take(const std::filesystem::path& file) {
  unique_fd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!fd)
    return failed_to("open", file);
  if (!lock(fd.value())) {
    if (errno == EWOULDBLOCK)
      return taken{who_holds(fd.value())};
    return failed_to("lock", file);
  }
  auto me = std::to_string(::getpid()) + '\n';
  auto size = static_cast<ssize_t>(me.size());
  if (::ftruncate(fd.value(), 0) != 0 || ::pwrite(fd.value(), me.data(), me.size(), 0) != size)
    return failed_to("write", file);
  return file_lock{std::move(fd)};
}

}  // namespace entente::runtime
