#pragma once

#include <cstdint>
#include <unordered_map>

#include "messages/task.hpp"

namespace entente {

/// Removes status updates that come twice: agents repeat an update until it is acknowledged.
/// Not thread-safe; a plain value.
class update_filter {
public:
  /// @returns true if the update is new. Answers to reconciliation always are. What the master has
  /// made up itself (sequence 0) is, unless it says again that a task has ended or is unreachable,
  /// or that one is back (agent_reregistered) that was not said to be unreachable.
  /// When that has ended a task, what its agent says of it later is not new: a task ends once. A
  /// task's entry is kept until forget_ended(), so that a late repetition is still known.
  bool is_new(const status_update& update);

  /// Notes that the scheduler has handled the update.
  void handled(const status_update& update);

  /// The task's id is used (again): an end that the master made up is not this task's.
  void launched(const task_id& task);

  /// Frees what is kept of tasks that have ended, all but the newest `keep`.
  void forget_ended(std::size_t keep);

private:
  struct progress {
    std::uint64_t handled = 0;
    bool ended = false;
    bool is_given_up = false;     ///< ended by the master's word
    bool is_unreachable = false;  ///< likewise, or not known to the master
    std::uint64_t stamp = 0;
  };
  std::unordered_map<task_id, progress> tasks_;
  std::uint64_t stamps_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace entente
