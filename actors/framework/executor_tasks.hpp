#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "messages/executor.hpp"

namespace entente {

/// The tasks that an executor was given, and what it says of them: of each task one update at a
/// time is on its way to the agent, in order, numbered. No actor, no clock. Not thread-safe.
class executor_tasks {
public:
  /// `ended_kept`: of how many tasks is remembered that they were here.
  explicit executor_tasks(std::size_t ended_kept = 10'000) : ended_kept_(ended_kept) {}

  /// @returns whether the task is new: then it is to be begun
  bool given(const task_id& id);

  /// Numbers the update and takes it in.
  /// @returns nothing if the task was never given or has ended, else its number
  std::optional<std::uint64_t> say(executor_update x);

  /// What is to be sent now, if anything: then it is on its way until it is taken, or lost().
  std::optional<executor_update> next(const task_id& id);

  /// The agent has taken what was on its way, or it cannot.
  void taken(const task_id& id);

  /// Nobody answers for what is on its way.
  void lost(const task_id& id);
  void all_lost();

  /// Whether the task is here and no end of it was said.
  bool runs(const task_id& id) const;
  /// Tasks whose end the agent has not taken.
  std::vector<task_id> all() const;
  bool empty() const noexcept { return tasks_.empty(); }
  /// Whether all that was said is taken.
  bool is_all_taken() const;

private:
  struct record {
    std::deque<executor_update> waiting;  ///< the first may be on its way
    bool is_sent = false;
    bool ended = false;
    std::uint64_t numbers = 0;
  };

  std::size_t ended_kept_;
  std::map<task_id, record> tasks_;
  std::set<task_id> ended_;
  std::deque<task_id> ended_order_;  ///< oldest first
};

}  // namespace entente
