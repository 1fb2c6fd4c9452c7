#pragma once

#include <utility>

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

  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

}  // namespace entente::runtime
