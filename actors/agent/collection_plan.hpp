#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace entente {

/// How long the sandboxes of tasks are kept that have ended.
struct sandbox_rules {
  /// Older ones go.
  std::chrono::milliseconds age{std::chrono::hours{7 * 24}};
  /// When more of the disk than this share is in use, whoever uses it, the oldest go first.
  double disk_share = 0.9;
  /// But none that is younger: somebody may be about to read what the task has written.
  std::chrono::milliseconds least_age{std::chrono::minutes{1}};
};

/// A sandbox that nobody needs to be kept.
struct ended_sandbox {
  std::filesystem::path path;
  std::filesystem::file_time_type ended;
};

/// Which sandboxes go, each list oldest first.
struct collection_plan {
  std::vector<std::filesystem::path> too_old;
  std::vector<std::filesystem::path> if_room_is_wanted;  ///< one after the other
};

collection_plan plan_collection(std::vector<ended_sandbox> from,
                                std::filesystem::file_time_type now, const sandbox_rules& rules);

/// How many bytes of a disk are in use beyond its share.
/// @param free what an unprivileged user can still take
std::uint64_t bytes_beyond(double share, std::uint64_t all, std::uint64_t free);

}  // namespace entente
