#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch/disk_budget.hpp"
#include "actors/runtime/fetch/sha256.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// Says something to the person who waits for the task, in one line.
using say_function = std::function<void(const std::string&)>;

/// Takes the bytes of one file as they come: writes and counts them, and says from time to time how
/// far it is.
class sink {
public:
  /// @param limit in bytes; more is an error
  /// @param what it is, for messages
  /// @param allow is asked after each piece; none: everything
  sink(const unique_fd& file, std::uint64_t limit, std::string what, const say_function& say,
       allow_function allow = {})
      : file_(file), limit_(limit), what_(std::move(what)), say_(say), allow_(std::move(allow)) {}

  /// @returns whether all was taken, and more may come; see why().
  bool take(std::string_view bytes);

  /// Why something was not taken.
  const std::optional<failure>& why() const noexcept { return why_; }
  std::uint64_t size() const noexcept { return size_; }
  /// Of how many bytes all will be, for what is said; 0: not known.
  void expect(std::uint64_t bytes) noexcept { expected_ = bytes; }
  /// The SHA-256 of all that was taken; nothing may be taken after it.
  std::string checksum() { return sum_.hex(); }

private:
  void say_how_far();

  const unique_fd& file_;
  std::uint64_t limit_;
  std::string what_;
  const say_function& say_;
  allow_function allow_;
  sha256 sum_;
  std::uint64_t size_ = 0;
  std::uint64_t expected_ = 0;
  std::optional<failure> why_;
  std::chrono::steady_clock::time_point said_at_ = std::chrono::steady_clock::now();
};

/// Copies a file from its begin.
/// @returns why not all of it was copied.
std::optional<failure> copy(const unique_fd& from, sink& to);

}  // namespace entente::runtime
