#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/claim.hpp"
#include "messages/cluster.hpp"
#include "messages/ids.hpp"
#include "messages/maintenance.hpp"
#include "messages/protocol_range.hpp"
#include "messages/task.hpp"

/// What parties say to each other; who says what to whom is in protocol.hpp.
namespace entente {

// -- to agents, masters and drivers --------------------------------------------

/// From a framework, or from an operator, who may leave the framework empty.
struct kill_task {
  framework_id framework;
  task_id task;
  std::optional<std::chrono::milliseconds> grace;  ///< instead of the task's own
  friend bool operator==(const kill_task&, const kill_task&) = default;
};

// -- agent and master ---------------------------------------------------------

/// Says that an agent is there, and all that it has. Repeated from time to time: what messages were
/// lost in between does not matter then.
struct register_agent {
  agent_info info;
  std::uint64_t life = 0;      ///< grows from one life of an agent of this id to the next
  std::uint64_t revision = 0;  ///< counts the changes of its ledger
  std::vector<task_entry>
    tasks{};  ///< not yet forgotten: ended ones too, until they are acknowledged
  std::vector<grant_part> parts{};
  /// This life has read what the earlier ones have written down: what it reports is all that they
  /// had, but for their holds. Otherwise they have taken all that they had with them.
  bool recovered = false;
  protocol_range protocol{};
  friend bool operator==(const register_agent&, const register_agent&) = default;
};

/// The answer, with what the master does not want there (any more).
struct agent_registered {
  agent_id id;
  std::vector<entente::release> release{};  ///< parts of grants, or slots of them
  std::vector<kill_task> abandon{};  ///< tasks: to be ended, and nobody wants to hear of them
  std::chrono::milliseconds again_in{15'000};  ///< when it wants to hear from the agent again
  /// False: the master has too much to do now, and has not looked at the report.
  bool admitted = true;
  protocol_range protocol{};
  friend bool operator==(const agent_registered&, const agent_registered&) = default;
};

struct unregister_agent {
  agent_id id;
  friend bool operator==(const unregister_agent&, const unregister_agent&) = default;
};

struct launch_tasks {
  framework_id framework;
  std::vector<task_info> tasks;
  grant_id grant{};  ///< whose slots they run in; empty: none, an accepted offer's
  std::vector<std::uint32_t>
    slots{};           ///< with a grant: for each task, the slot's index on the agent
  std::string role{};  ///< without a grant: the offer's, which the tasks are charged to
  friend bool operator==(const launch_tasks&, const launch_tasks&) = default;
};

/// Ends all tasks of a framework that is gone; nobody is left to hear their updates.
struct shutdown_framework {
  framework_id framework;
  friend bool operator==(const shutdown_framework&, const shutdown_framework&) = default;
};

// -- framework and master -----------------------------------------------------

/// Says that a framework is there, and what it has and waits for. Repeated from time to time.
struct subscribe {
  framework_info info;
  std::uint64_t revision = 0;      ///< counts these; an older one that comes late says nothing
  std::vector<claim> claims{};     ///< without an answer so far
  std::vector<grant_id> grants{};  ///< not given back so far
  protocol_range protocol{};
  friend bool operator==(const subscribe&, const subscribe&) = default;
};

struct subscribed {
  framework_id framework;
  std::string cluster;
  std::chrono::milliseconds again_in{15'000};  ///< when the master wants to hear from it again
  protocol_range protocol{};
  friend bool operator==(const subscribed&, const subscribed&) = default;
};

struct resource_offers {
  std::vector<offer> offers;
  friend bool operator==(const resource_offers&, const resource_offers&) = default;
};

struct offer_rescinded {
  offer_id offer;
  friend bool operator==(const offer_rescinded&, const offer_rescinded&) = default;
};

struct agent_lost {
  agent_id agent;
  std::vector<grant_id> grants{};  ///< of the framework, with slots there
  friend bool operator==(const agent_lost&, const agent_lost&) = default;
};

struct framework_error {
  std::string message;
  friend bool operator==(const framework_error&, const framework_error&) = default;
};

/// Uses offers of one agent to run tasks; what the tasks do not take goes back to the pool.
struct accept_offers {
  framework_id framework;
  std::vector<offer_id> offers;
  std::vector<task_info> tasks;
  std::chrono::milliseconds filter{0};  ///< how long what is left is not offered again
  friend bool operator==(const accept_offers&, const accept_offers&) = default;
};

struct decline_offers {
  framework_id framework;
  std::vector<offer_id> offers;
  std::chrono::milliseconds filter{5000};  ///< how long that agent is not offered again
  friend bool operator==(const decline_offers&, const decline_offers&) = default;
};

/// Wants offers again: forgets the filters of earlier declines.
struct revive_offers {
  framework_id framework;
  std::vector<std::string> roles{};  ///< of the framework's; none: all
  friend bool operator==(const revive_offers&, const revive_offers&) = default;
};

/// Wants no offers until it revives.
struct suppress_offers {
  framework_id framework;
  std::vector<std::string> roles{};  ///< of the framework's; none: all
  friend bool operator==(const suppress_offers&, const suppress_offers&) = default;
};

struct acknowledge {
  framework_id framework;
  agent_id agent;
  task_id task;
  std::uint64_t sequence = 0;
  friend bool operator==(const acknowledge&, const acknowledge&) = default;
};

/// Asks for the states of tasks. Each is answered by a status update with the reason
/// RECONCILIATION, which needs no acknowledgement. Of a task that nobody knows it says UNKNOWN to a
/// framework that is partition aware, and LOST to another; of one that may still be with an agent
/// that a new master waits for, it says nothing.
struct reconcile_tasks {
  framework_id framework;
  std::vector<task_id> tasks{};  ///< none: all that have not ended
  friend bool operator==(const reconcile_tasks&, const reconcile_tasks&) = default;
};

/// The framework is done: its tasks are killed, it is removed.
struct teardown {
  framework_id framework;
  friend bool operator==(const teardown&, const teardown&) = default;
};

// -- claims ---------------------------------------------------------------------

struct claim_slots {
  framework_id framework;
  entente::claim claim;
  std::uint64_t revision = 0;  ///< as of subscribe; it has counted this call
  friend bool operator==(const claim_slots&, const claim_slots&) = default;
};

/// Wants the claim no more; a grant that is on its way is given back.
struct withdraw_claim {
  framework_id framework;
  claim_id claim;
  std::uint64_t revision = 0;  ///< as of subscribe; it has counted this call
  friend bool operator==(const withdraw_claim&, const withdraw_claim&) = default;
};

struct claim_granted {
  entente::grant grant;
  friend bool operator==(const claim_granted&, const claim_granted&) = default;
};

struct claim_refused {
  claim_id claim;
  std::vector<std::string> reasons;  ///< for people; never empty
  friend bool operator==(const claim_refused&, const claim_refused&) = default;
};

/// The slot that a task is to run in, by its rank in the grant.
struct slot_task {
  std::uint32_t rank = 0;
  task_info task;
  friend bool operator==(const slot_task&, const slot_task&) = default;
};

/// Runs tasks in slots of a grant; a slot takes tasks as long as their limits fit in its own.
struct launch_on_grant {
  framework_id framework;
  grant_id grant;
  std::vector<slot_task> tasks;
  friend bool operator==(const launch_on_grant&, const launch_on_grant&) = default;
};

/// Gives slots of a grant back; tasks in them are killed.
struct release_grant {
  framework_id framework;
  grant_id grant;
  std::vector<std::uint32_t> ranks;  ///< none: all
  std::uint64_t revision = 0;        ///< as of subscribe; it has counted this call
  friend bool operator==(const release_grant&, const release_grant&) = default;
};

/// A grant is over and the framework did not end it: unused for too long, or not all of its members
/// had agreed when the master was lost.
struct grant_ended {
  grant_id grant;
  std::string message;
  friend bool operator==(const grant_ended&, const grant_ended&) = default;
};

/// A preemptible grant will be taken back as a whole: a role that is under its guarantee needs the
/// room. Until the notice is over its tasks may end in order.
struct grant_recalled {
  grant_id grant;
  std::string message;
  std::chrono::milliseconds notice{0};
  friend bool operator==(const grant_recalled&, const grant_recalled&) = default;
};

/// How many slots of a class the pool has.
struct pool_entry {
  std::string slot_class;
  resources limits;
  std::uint64_t total = 0;
  std::uint64_t free = 0;
  friend bool operator==(const pool_entry&, const pool_entry&) = default;
};

/// The classes whose numbers have changed; all of them after a subscription.
struct pool_changed {
  std::vector<pool_entry> classes;
  friend bool operator==(const pool_changed&, const pool_changed&) = default;
};

// -- shares: from operators -------------------------------------------------------

/// What a role gets before fair shares count, and what it may never pass. Scalars only; replaces
/// the quota that the role has.
struct set_quota {
  std::string role;
  resources guarantee;
  resources limit;     ///< a scalar that is not named is not limited
  bool force = false;  ///< even if the cluster cannot hold all guarantees now
  friend bool operator==(const set_quota&, const set_quota&) = default;
};

struct remove_quota {
  std::string role;
  friend bool operator==(const remove_quota&, const remove_quota&) = default;
};

/// A role of twice the weight gets twice the share.
struct set_weight {
  std::string role;
  double weight = 1;  ///< 0.001 to 1,000,000
  friend bool operator==(const set_weight&, const set_weight&) = default;
};

/// Keeps resources of an agent for a role and the roles below it. From an operator, who leaves the
/// framework empty, or from a framework that acts in the role.
struct reserve_resources {
  framework_id framework;
  agent_id agent;
  std::string role;
  resources amount;  ///< scalars
  friend bool operator==(const reserve_resources&, const reserve_resources&) = default;
};

/// Gives back what reserve_resources has kept; what an agent's configuration reserves stays.
struct unreserve_resources {
  framework_id framework;
  agent_id agent;
  std::string role;
  resources amount;
  friend bool operator==(const unreserve_resources&, const unreserve_resources&) = default;
};

}  // namespace entente
