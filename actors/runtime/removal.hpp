#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace entente::runtime {

/// Something on a disk that may be removed.
struct removable {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type last_used;
};

/// Chooses what goes first: what has not been used for longest, until at least `bytes` are free or
/// nothing is left. Of the same age, by path, so that the same is chosen every time.
std::vector<std::filesystem::path> oldest_first(std::vector<removable> from, std::uint64_t bytes);

}  // namespace entente::runtime
