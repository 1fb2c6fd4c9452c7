#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actors/agent/agent_memory.hpp"
#include "actors/agent/checkpoint_state.hpp"
#include "dice.hpp"

namespace entente::simulation {

/// What a simulated agent has written down: it outlives the agent, and what was not written when
/// that crashes does not. Now and then the disk is full.
class notes {
public:
  /// @param full of a thousand attempts to write, so many fail first, and most of the next as well
  notes(std::uint64_t seed, unsigned full) : chance_(seed), full_(full) {}
  notes(const notes&) = delete;
  notes& operator=(const notes&) = delete;

  /// For the agent's next life, whose number is one above the last in any case. The notes must
  /// outlive it.
  /// @throws std::runtime_error if they contradict themselves
  std::shared_ptr<agent_memory> open(const agent_info& info, time_point now);

  void machine_restarts() { ++boots_; }
  void lose() { written_ = {}; }
  /// From now on there is always room.
  void make_room() { full_ = 0; }

  std::uint64_t failures() const { return failures_; }
  /// How many lives have gone on with what an earlier one had written.
  std::uint64_t recoveries() const { return recoveries_; }

private:
  class file;

  bool is_full();

  dice chance_;
  unsigned full_;
  bool is_full_ = false;
  std::uint64_t boots_ = 0;
  std::uint64_t lives_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t recoveries_ = 0;
  checkpoint_state written_;
};

}  // namespace entente::simulation
