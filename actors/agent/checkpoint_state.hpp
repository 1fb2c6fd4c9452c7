#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "messages/checkpoint.hpp"

namespace entente {

/// What checkpoints say all together: of each thing, the last that was said. A plain value.
struct checkpoint_state {
  /// Both are there if the checkpoints are all that were written.
  struct task {
    std::optional<task_launched> launched;
    std::optional<task_progress> progress;
    friend bool operator==(const task&, const task&) = default;
  };

  /// Takes in one more, in the order in which they were written.
  void apply(checkpoint x);

  /// True if nothing was ever written: the agent is new.
  bool is_new() const { return *this == checkpoint_state{}; }

  std::optional<agent_checkpoint> agent;
  std::map<task_key, task> tasks;
  std::vector<task_key> forgotten;  ///< oldest first
  std::map<round_id, part_confirmed> parts;
  std::uint64_t revision = 0;  ///< none of the ledger's above it was told to anybody

  friend bool operator==(const checkpoint_state&, const checkpoint_state&) = default;
};

}  // namespace entente
