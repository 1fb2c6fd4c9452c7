#pragma once

#include <cstdint>
#include <unordered_map>

#include "messages/task.hpp"

namespace entente {

/// Removes status updates that come twice: agents repeat an update until it is acknowledged.
/// Not thread-safe; a plain value.
class update_filter {
public:
  /// @returns true if the update is new. Updates that the master made up itself (sequence 0) always
  /// are. A task's entry is kept until forget(), so that a late repetition is still known.
  bool is_new(const status_update& update);

  /// Notes that the scheduler has handled the update.
  void handled(const status_update& update);

  /// Frees what is kept of tasks that have ended, all but the newest `keep`.
  void forget_ended(std::size_t keep);

private:
  struct progress {
    std::uint64_t handled = 0;
    bool ended = false;
    std::uint64_t stamp = 0;
  };
  std::unordered_map<task_id, progress> tasks_;
  std::uint64_t stamps_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace entente
