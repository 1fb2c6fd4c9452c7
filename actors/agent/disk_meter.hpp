#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "actors/runtime/file_tree.hpp"

namespace entente {

/// How much of the disk a sandbox has, measured again and again, each time in as many steps as it
/// takes. For one thread at a time.
class disk_meter {
public:
  explicit disk_meter(std::filesystem::path sandbox);

  /// Looks at so many more entries of directories. @returns whether that ends a measurement; the
  /// next step begins another
  bool step(std::size_t entries);

  /// What was seen in this measurement, or in the one that has just ended: it has at least that.
  std::uint64_t seen() const noexcept { return walk_.bytes(); }

  /// What it has, as far as is known: what was seen, or what it had before if that is more.
  std::uint64_t bytes() const noexcept;

private:
  std::filesystem::path sandbox_;
  runtime::tree_walk walk_;
  bool is_complete_ = false;
  std::uint64_t before_ = 0;  ///< as the last measurement that has ended says
};

}  // namespace entente
