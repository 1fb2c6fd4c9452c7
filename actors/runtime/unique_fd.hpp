#pragma once

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace entente::runtime {

/// Owns a file descriptor, or none.
class unique_fd {
public:
  unique_fd() noexcept = default;

  explicit unique_fd(int fd) noexcept : fd_(fd) {}

  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~unique_fd() {
    if (fd_ >= 0)
      ::close(fd_);
  }

  /// @returns the descriptor, -1 for none.
  int value() const noexcept { return fd_; }

  /// Gives the descriptor up: the caller owns it.
  int release() noexcept { return std::exchange(fd_, -1); }

  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// @returns another descriptor of the same, with a number above `highest` and closed on exec, so
/// that
///          moving it to one of those up to `highest` overwrites none; none, and errno, if there is
///          none
inline unique_fd duplicate_above(int highest, int fd) {
  return unique_fd{::fcntl(fd, F_DUPFD_CLOEXEC, highest + 1)};
}

}  // namespace entente::runtime
