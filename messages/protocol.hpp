#pragma once

#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "messages/codec.hpp"

/// The protocol on one page: every typed actor interface, a line per message. A party is given only
/// the interface that it needs. What a message holds is said in calls.hpp, task.hpp, queries.hpp.
namespace entente {

// -- what an agent serves -------------------------------------------------------

using agent_actor = caf::typed_actor<
  /// Starts tasks; each is answered by status updates, also if it cannot start.
  caf::result<void>(launch_tasks),
  /// Ends a task: SIGTERM, then SIGKILL after its grace period.
  caf::result<void>(kill_task),
  /// Ends all tasks of a framework without further updates.
  caf::result<void>(shutdown_framework),
  /// The scheduler has seen an update; the task's next one may come.
  caf::result<void>(acknowledge),
  /// Reads from the files that a task's stdout and stderr go to.
  caf::result<output_chunk>(read_output)>;

// -- what a scheduler hears -------------------------------------------------------

/// From the driver in the framework's process; the driver hears the same from the master.
using scheduler_actor = caf::typed_actor<
  /// The master knows the framework, by this id from now on.
  caf::result<void>(subscribed),
  /// Resources to accept or to decline.
  caf::result<void>(resource_offers),
  /// An offer that was not answered yet is void.
  caf::result<void>(offer_rescinded),
  /// A task changed its state.
  caf::result<void>(status_update),
  /// An agent is gone, with the tasks on it; their updates come too.
  caf::result<void>(agent_lost),
  /// The master refuses the framework, or cannot be reached; nothing more will come.
  caf::result<void>(framework_error)>;

// -- what the master serves -------------------------------------------------------

using master_for_agents = caf::typed_actor<
  /// An agent is there, or there again.
  caf::result<agent_registered>(register_agent, agent_actor),
  /// An agent leaves for good.
  caf::result<void>(unregister_agent),
  /// On its way to the framework's scheduler.
  caf::result<void>(status_update)>;

/// What a scheduler may ask; its driver offers the same messages, and fills in the framework's id.
using scheduler_calls = caf::typed_actor<
  /// Runs tasks on offers; refused tasks are answered by status updates.
  caf::result<void>(accept_offers),
  /// Gives offers back.
  caf::result<void>(decline_offers),
  /// Wants offers again, filters forgotten.
  caf::result<void>(revive_offers),
  /// Wants no offers for now.
  caf::result<void>(suppress_offers),
  /// Ends a task; an error if nobody knows it.
  caf::result<void>(kill_task),
  /// Ends the framework and all its tasks.
  caf::result<void>(teardown),
  /// Reads a task's output.
  caf::result<output_chunk>(read_output)>;

using master_for_frameworks = scheduler_calls::extend<
  /// A framework is there, or there again with its id.
  caf::result<subscribed>(subscribe, scheduler_actor),
  /// The scheduler has seen an update.
  caf::result<void>(acknowledge)>;

using master_for_operators = caf::typed_actor<
  /// What is there now.
  caf::result<cluster_view>(query),
  /// Ends a task of any framework.
  caf::result<void>(kill_task),
  /// Reads a task's output.
  caf::result<output_chunk>(read_output)>;

using master_actor = master_for_agents::extend_with<master_for_frameworks>::extend_with<
  caf::typed_actor<caf::result<cluster_view>(query)>>;

// -- what runs beside a scheduler --------------------------------------------------

/// The driver: finds the master, subscribes, acknowledges, removes duplicates.
using driver_actor = scheduler_calls::extend_with<scheduler_actor>;

}  // namespace entente

// Last, because two of the interfaces above are themselves parts of messages.
#include "messages/type_ids.hpp"
