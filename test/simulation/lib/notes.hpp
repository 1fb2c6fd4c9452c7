#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actors/agent/agent_memory.hpp"
#include "actors/agent/checkpoint_state.hpp"
#include "dice.hpp"
#include "disk_room.hpp"

namespace entente::simulation {

/// What a simulated agent has written down: it outlives the agent, and what was not written when
/// that crashes does not. Now and then the disk is full.
class notes {
public:
  /// @param seed of what chance decides besides
  notes(std::uint64_t seed, disk_room room) : chance_(seed), room_(room) {}
  notes(const notes&) = delete;
  notes& operator=(const notes&) = delete;

  /// For the agent's next life, whose number is one above the last in any case. The notes must
  /// outlive it.
  /// @throws std::runtime_error if they contradict themselves
  std::shared_ptr<agent_memory> open(const agent_info& info, time_point now);

  void machine_restarts() { ++boots_; }
  /// What is on the disk, and for good: later lives forget, too. An agent that recovers would have
  /// taken another id, for a master may not have heard yet of what this id had before.
  void lose() { is_lost_ = true; }
  bool is_lost() const { return is_lost_; }
  disk_room& room() { return room_; }

  /// How many lives have gone on with what an earlier one had written.
  std::uint64_t recoveries() const { return recoveries_; }

private:
  class file;

  dice chance_;
  disk_room room_;
  std::uint64_t boots_ = 0;
  std::uint64_t lives_ = 0;
  std::uint64_t recoveries_ = 0;
  checkpoint_state written_;
  bool is_lost_ = false;
};

}  // namespace entente::simulation
