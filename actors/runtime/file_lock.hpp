#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <variant>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// Keeps a file locked for as long as it lives, and writes into it by which process. The kernel
/// gives it back when the process ends, however it ends; the file stays. Not thread-safe.
class file_lock {
public:
  /// Somebody else has it.
  struct taken {
    std::string by;  ///< " (process 4711)"; empty if that is not known
  };

  /// Takes the lock, or says who has it; the file is made if it is not there. Waits a second at
  /// most: a process that was killed leaves its lock for a moment to what it was about to start.
  static std::variant<file_lock, taken, failure> take(const std::filesystem::path& file);

private:
  explicit file_lock(unique_fd fd) : fd_(std::move(fd)) {}

  unique_fd fd_;
};

}  // namespace entente::runtime
