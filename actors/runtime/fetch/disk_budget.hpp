#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// Looks whether there may be so many bytes of the file that comes. @returns why not
using allow_function = std::function<std::optional<failure>(std::uint64_t size)>;

/// How much a sandbox may have, of the disk and by all that is put into it. Counts what comes, and
/// looks how much there really is before it says that it is too much: what replaces a file, or has
/// holes, counts more than it takes.
class disk_budget {
public:
  /// @param limit in bytes; 0: as much as there is room
  disk_budget(std::filesystem::path sandbox, std::uint64_t limit);

  /// Something else comes; counts what there is by now. @returns why that is too much
  std::optional<failure> begin();
  /// So many bytes of what comes are in the sandbox. @returns why that is too much
  std::optional<failure> has(std::uint64_t size);
  /// So many bytes of what comes are somewhere else still. @returns why they have no room
  std::optional<failure> will_have(std::uint64_t size);

  /// Whether there was too much.
  bool is_over() const noexcept { return is_over_; }

private:
  std::optional<failure> over(std::uint64_t bytes);

  std::filesystem::path sandbox_;
  std::uint64_t limit_;
  std::uint64_t before_ = 0;    ///< what there was when it was looked at last
  std::uint64_t included_ = 0;  ///< how much of what comes was there by then
  bool is_over_ = false;
};

}  // namespace entente::runtime
