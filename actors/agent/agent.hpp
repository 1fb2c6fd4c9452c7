#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/agent/agent_memory.hpp"
#include "actors/agent/task_runner.hpp"
#include "actors/runtime/log_event.hpp"
#include "messages/protocol.hpp"

namespace entente {

struct agent_options {
  agent_info info;
  /// Grows from one life of an agent of this id to the next; a memory knows better.
  std::uint64_t life = 0;
  task_runner_factory runner;
  /// From recall(), with its `info` above. None: the agent forgets everything when it ends.
  std::shared_ptr<agent_memory> memory{};
  /// Between SIGTERM and SIGKILL for the tasks that run when the agent is stopped.
  std::chrono::milliseconds stop_grace{1000};
  /// Whether its tasks run on when it is stopped, for a next life of it to go on with them.
  bool leaves_tasks = false;
  /// Whether it waits for a new master when its master is lost, its tasks running on; else it ends.
  bool outlives_master = false;
  /// Called on the agent's thread after everything that it does: for audits and simulations.
  std::function<void(const agent_book&)> audit;
  /// Told what happens here: masters, tasks, and what an operator has to know.
  event_log log{};
};

/// Starts an agent: the actor that owns one machine's resources and runs tasks on it.
///
/// It registers with the master and then, as often as the master wants to hear from it, again with
/// all that it has, so that messages that were lost matter for that long at most. A new master is
/// told to it by `(connect_atom, master)`; none may be given at first. When the agent ends (an exit
/// message, or the end of its master) it kills all its tasks before it is gone, unless it leaves
/// them. It also ends, with an error, when its ledger finds that it has promised more than there
/// is; and when the master refuses it, with the reason: `incompatible_versions` if another master
/// may take it, else `invalid_argument`.
///
/// With a memory, nobody hears of a decision before it is safe on disk; what many messages decide
/// that wait at once is written at once. When it cannot be written the agent says nothing and bids
/// for nothing until it can; its tasks go on.
local_agent_actor spawn_agent(caf::actor_system& system, master_for_agents master,
                              agent_options options);

}  // namespace entente
