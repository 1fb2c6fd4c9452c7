#pragma once

#include <cstdint>
#include <string_view>

namespace entente::runtime {

/// What a size is told in to people.
struct size_unit {
  std::uint64_t bytes;
  std::string_view name;
};

/// The largest one of which `bytes` are not less than one; `KB` for what is less than that.
constexpr size_unit unit_for(std::uint64_t bytes) {
  constexpr size_unit kilobyte{1024, "KB"};
  constexpr size_unit megabyte{1024 * 1024, "MB"};
  return bytes < megabyte.bytes ? kilobyte : megabyte;
}

}  // namespace entente::runtime
