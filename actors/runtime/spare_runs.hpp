#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "actors/runtime/run_directory.hpp"

namespace entente::runtime {

/// Directories of runs that have ended, kept to be used by others. Who makes a file on an ext4
/// without a journal waits while it passes over the places of those that were removed in the last
/// seconds, so what makes and removes directories at a high rate gets ever slower.
///
/// Nothing of one run is found by another: a directory is cleared before it is kept, and again when
/// its next run is made. A crash in between leaves one more that is spare, or one that reads as
/// that of a run that has not begun. All members may be called from any thread.
class spare_runs {
public:
  /// The most that are kept; others are removed.
  static constexpr std::size_t most = 256;

  /// @param place a folder of its own on the file system of the runs; looked into when it is first
  ///              needed, and then what an earlier life has kept is used, too. Empty: none is kept
  explicit spare_runs(std::filesystem::path place) : place_(std::move(place)) {}

  spare_runs(const spare_runs&) = delete;
  spare_runs& operator=(const spare_runs&) = delete;

  /// Moves one that is spare to where a run is to be made, if there is one, and nothing is there.
  void give(const run_directory& run);

  /// Takes that of a run that has ended, or removes it; only when nobody holds its lock.
  void take(const run_directory& run);

private:
  bool keep(const run_directory& run);
  void load();

  const std::filesystem::path place_;
  std::mutex mutex_;
  bool is_loaded_ = false;
  std::uint64_t last_name_ = 0;
  std::vector<std::filesystem::path> spare_;
};

}  // namespace entente::runtime
