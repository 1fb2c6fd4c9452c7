#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch/sink.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// Files by their SHA-256, in the directory `sha256` of the cache: `HEX`, complete whenever it is
/// there; `HEX.part` while it comes; `HEX.lock`, locked by who fetches it. Used by several
/// processes at once, any of which may be killed at any time.
class file_cache {
public:
  /// Writes the file with that checksum to a descriptor. @returns why not
  using source = std::function<std::optional<failure>(const unique_fd& to)>;

  /// @param most_bytes that all files may have together: those not used for longest go first
  file_cache(const std::filesystem::path& directory, std::uint64_t most_bytes, say_function say)
      : directory_(directory / "sha256"), most_bytes_(most_bytes), say_(std::move(say)) {}

  /// The file with the checksum, open to read: from the cache, from who is fetching it just now, or
  /// from `fetch`. It is looked at before it is used: what is damaged is fetched again.
  /// @param patience for somebody else who fetches it
  std::variant<unique_fd, failure> get(const std::string& sha256,
                                       std::chrono::milliseconds patience, const source& fetch);

private:
  std::filesystem::path file_of(const std::string& sha256) const { return directory_ / sha256; }
  unique_fd find(const std::string& sha256) const;
  std::variant<unique_fd, failure> lock(const std::string& sha256,
                                        std::chrono::milliseconds patience) const;
  std::variant<unique_fd, failure> fill(const std::string& sha256, const source& fetch) const;
  void trim() const;

  std::filesystem::path directory_;
  std::uint64_t most_bytes_;
  say_function say_;
};

}  // namespace entente::runtime
