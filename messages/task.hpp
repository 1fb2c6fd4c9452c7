#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/artifact.hpp"
#include "messages/boxed.hpp"
#include "messages/health.hpp"
#include "messages/ids.hpp"
#include "messages/resources.hpp"

namespace entente {

/// A task's states, those of Mesos. The numbers are on the wire: only ever add at the end.
enum class task_state : std::uint16_t {
  staging,           ///< the agent has the task, nothing runs yet
  starting,          ///< the agent starts it
  running,           ///< its process runs
  killing,           ///< it was told to end and has not ended yet
  finished,          ///< ended by itself with exit code 0
  failed,            ///< ended by itself otherwise, or could not start
  killed,            ///< ended because it was told to
  error,             ///< the task's description is wrong; it was never tried
  lost,              ///< not known where it is (frameworks that are not partition aware)
  dropped,           ///< never reached its agent
  unreachable,       ///< its agent cannot be reached now
  gone,              ///< its agent was terminated with it
  gone_by_operator,  ///< an operator said that its agent is gone
  unknown,           ///< the master does not know it
};
inline constexpr std::uint16_t task_state_count = 14;

/// Why a task is in its state, the reasons of Mesos ("slave" is "agent" here). On the wire: only
/// ever add at the end.
enum class task_reason : std::uint16_t {
  none,
  command_executor_failed,
  container_launch_failed,
  container_limitation,
  container_limitation_disk,
  container_limitation_memory,
  container_preempted,
  container_update_failed,
  max_completion_time_reached,
  executor_registration_timeout,
  executor_reregistration_timeout,
  executor_terminated,
  executor_unregistered,
  framework_removed,
  gc_error,
  invalid_framework_id,
  invalid_offers,
  io_switchboard_exited,
  master_disconnected,
  reconciliation,
  resources_unknown,
  agent_disconnected,
  agent_draining,
  agent_removed,
  agent_removed_by_operator,
  agent_reregistered,
  agent_restarted,
  agent_unknown,
  task_killed_during_launch,
  task_check_status_updated,
  task_health_check_status_updated,
  task_group_invalid,
  task_group_unauthorized,
  task_invalid,
  task_unauthorized,
  task_unknown,
};
inline constexpr std::uint16_t task_reason_count = 36;

/// `FINISHED`, as shown and in JSON.
std::string_view to_string(task_state x);
/// `INVALID_OFFERS`, as shown and in JSON; empty for `none`.
std::string_view to_string(task_reason x);

/// True for states that a task never leaves.
bool is_terminal(task_state x);

/// A framework's own process that runs its tasks on an agent, instead of a command each. It takes
/// part of what its tasks have there.
struct executor_info {
  executor_id id;
  std::vector<std::string> argv;           ///< the command; never empty
  std::map<std::string, std::string> env;  ///< added to what the agent gives every task
  std::chrono::milliseconds registration_timeout{60'000};  ///< until it says that it is there
  std::chrono::milliseconds shutdown_grace{5'000};         ///< to end its tasks and itself
  friend bool operator==(const executor_info&, const executor_info&) = default;
};

/// One command, run in an allocation, or what a framework's executor makes of it.
struct task_info {
  task_id id;
  std::string name;               ///< for people; need not be unique
  std::vector<std::string> argv;  ///< the command, looked up in PATH; empty only with an executor
  std::map<std::string, std::string> env;      ///< added to what the agent gives every task
  resources limits;                            ///< what it takes of the offer or slot
  std::chrono::milliseconds kill_grace{3000};  ///< between SIGTERM and SIGKILL
  std::optional<health_check> health{};
  /// Tasks of one call with the same group start together on one agent, in one slot of a grant, or
  /// not at all. When one ends, but for FINISHED, the others are killed. Empty: on its own.
  std::string group{};
  std::vector<artifact> artifacts{};
  boxed<executor_info> executor{};
  std::string data{};  ///< for the executor

  friend bool operator==(const task_info&, const task_info&) = default;
};

/// A task's change of state on its way to the scheduler: delivered at least once, in order.
struct status_update {
  framework_id framework;
  agent_id agent;
  task_id task;
  std::uint64_t sequence =
    0;  ///< counts a task's updates from 1; a repeated one is the same update
  task_state state = task_state::staging;
  task_reason reason = task_reason::none;
  std::string message;                    ///< for people
  std::optional<std::int32_t> exit_code;  ///< of a process that exited
  std::optional<std::int32_t> signal;     ///< that ended the process
  task_health health = task_health::unknown;
  std::string data{};  ///< from a framework's executor

  friend bool operator==(const status_update&, const status_update&) = default;
};

/// What a task has used so far, or uses now.
struct task_usage {
  std::chrono::milliseconds cpu{0};  ///< processor time, of all its processes together
  std::uint64_t mem_bytes = 0;       ///< now
  std::uint64_t disk_bytes = 0;      ///< now, of its sandbox
  friend bool operator==(const task_usage&, const task_usage&) = default;
};

/// A task on its agent, and how far it has come.
struct task_entry {
  task_id id;
  std::string name;
  framework_id framework;
  agent_id agent;
  std::string hostname;
  resources limits;
  status_update last;
  grant_id grant{};                   ///< whose slot it runs in; empty: none
  std::uint32_t slot = 0;             ///< the slot's index on the agent
  std::string role{};                 ///< that its limits are charged to, outside of grants
  std::optional<task_usage> usage{};  ///< as of the agent's last report; none: not measured
  friend bool operator==(const task_entry&, const task_entry&) = default;
};

}  // namespace entente
