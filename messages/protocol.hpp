#pragma once

#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "messages/codec.hpp"

/// The protocol on one page: every typed actor interface, a line per message. A party is given only
/// the interface that it needs. What a message holds is said in calls.hpp, task.hpp, queries.hpp.
namespace entente {

// -- what an agent serves -------------------------------------------------------

/// What a round asks of an agent. It never waits: an agent that cannot, refuses at once.
using agreement_party = caf::typed_actor<
  /// Holds up to the slots asked for, or refuses.
  caf::result<bid>(solicit),
  /// Makes the hold a part of a grant; refused if the hold is gone.
  caf::result<confirmed>(confirm),
  /// Gives a hold or a part back; answered by `released` to the master for a part.
  caf::result<void>(release)>;

using agent_actor = agreement_party::extend<
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

/// A framework's own executor, in a process of its own.
using executor_actor = caf::typed_actor<
  /// A task to run; answered by updates.
  caf::result<void>(run_task),
  /// Ends a task of its.
  caf::result<void>(kill_task),
  /// Ends its tasks, and then itself.
  caf::result<void>(shutdown_executor)>;

/// What an agent serves its executors, on its own machine only.
using agent_for_executors = caf::typed_actor<
  /// The process is there, or still there.
  caf::result<executor_registered>(register_executor, executor_actor),
  /// A task of its has changed its state; answered once that is taken.
  caf::result<void>(executor_update)>;

/// The actor that drives a round, inside the master's process.
using round_actor = caf::typed_actor<
  /// An agent's answer to solicit.
  caf::result<void>(bid),
  /// An agent's answer to confirm.
  caf::result<void>(confirmed),
  /// The agent is gone: as if it had refused.
  caf::result<void>(agent_lost),
  /// To itself: a deadline has passed.
  caf::result<void>(caf::tick_atom)>;

/// Who starts a round and hears how it ends: granted or not, once.
using round_owner = caf::typed_actor<caf::result<void>(round_outcome)>;

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
  /// A claim is fulfilled: all its slots are the framework's.
  caf::result<void>(claim_granted),
  /// A claim could not be served in its time.
  caf::result<void>(claim_refused),
  /// A grant is over, and not by the framework's own doing.
  caf::result<void>(grant_ended),
  /// A grant will be taken back when the notice is over.
  caf::result<void>(grant_recalled),
  /// How many slots of each class there are now.
  caf::result<void>(pool_changed),
  /// The master refuses the framework, or cannot be reached; nothing more will come.
  caf::result<void>(framework_error)>;

// -- what the master serves -------------------------------------------------------

using master_for_agents = caf::typed_actor<
  /// An agent is there, or still there; all that it has.
  caf::result<agent_registered>(register_agent, agent_actor),
  /// Slots of a grant are free again.
  caf::result<void>(released),
  /// An agent leaves for good.
  caf::result<void>(unregister_agent),
  /// On its way to the framework's scheduler.
  caf::result<void>(status_update)>;

/// What an agent's own process may tell it, beside the above.
using local_agent_actor = agent_actor::extend<
  /// There is a new master.
  caf::result<void>(caf::connect_atom, master_for_agents)>;

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
  /// Wants slots, all or nothing; answered by claim_granted or claim_refused.
  caf::result<void>(claim_slots),
  /// Wants them no more.
  caf::result<void>(withdraw_claim),
  /// Runs tasks in slots of a grant; refused tasks are answered by status updates.
  caf::result<void>(launch_on_grant),
  /// Gives slots of a grant back.
  caf::result<void>(release_grant),
  /// Ends a task; an error if nobody knows it.
  caf::result<void>(kill_task),
  /// Asks for the states of tasks; answered by status updates.
  caf::result<void>(reconcile_tasks),
  /// Keeps resources of an agent for a role of the framework's.
  caf::result<void>(reserve_resources),
  /// Gives them back.
  caf::result<void>(unreserve_resources),
  /// Ends the framework and all its tasks.
  caf::result<void>(teardown),
  /// Reads a task's output.
  caf::result<output_chunk>(read_output)>;

using master_for_frameworks = scheduler_calls::extend<
  /// A framework is there, or there again with its id.
  caf::result<subscribed>(subscribe, scheduler_actor),
  /// The scheduler has seen an update.
  caf::result<void>(acknowledge)>;

/// What operators change; an error that says why if it is refused.
using operator_calls = caf::typed_actor<
  /// What a role gets first, and at most.
  caf::result<void>(set_quota),
  /// It gets its fair share only.
  caf::result<void>(remove_quota),
  /// How large its fair share is.
  caf::result<void>(set_weight),
  /// An agent gets nothing new, and what runs there is ended.
  caf::result<void>(drain_agent),
  /// It may be used again.
  caf::result<void>(undrain_agent),
  /// An agent gets nothing new; what runs there goes on.
  caf::result<void>(deactivate_agent),
  /// It may be used again.
  caf::result<void>(reactivate_agent),
  /// Agents are to be empty for a time.
  caf::result<void>(plan_maintenance),
  /// They are used again.
  caf::result<void>(cancel_maintenance)>;

using master_for_operators = operator_calls::extend<
  /// What is there now.
  caf::result<cluster_view>(query),
  /// Keeps resources of an agent for a role.
  caf::result<void>(reserve_resources),
  /// Gives them back.
  caf::result<void>(unreserve_resources),
  /// Ends a task of any framework.
  caf::result<void>(kill_task),
  /// Reads a task's output.
  caf::result<output_chunk>(read_output)>;

using master_actor = master_for_agents::extend_with<master_for_frameworks>::extend_with<
  operator_calls>::extend<caf::result<cluster_view>(query)>;

// -- what runs beside a scheduler --------------------------------------------------

/// The driver: finds the master, subscribes, acknowledges, removes duplicates.
using driver_actor = scheduler_calls::extend_with<scheduler_actor>::extend<
  /// From its own process: there is a new master.
  caf::result<void>(caf::connect_atom, master_for_frameworks)>;

}  // namespace entente

// Last, because two of the interfaces above are themselves parts of messages.
#include "messages/type_ids.hpp"
