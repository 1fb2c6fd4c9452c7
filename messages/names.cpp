#include <array>

#include "messages/agreement.hpp"
#include "messages/claim.hpp"
#include "messages/queries.hpp"
#include "messages/task.hpp"

namespace entente {

namespace {

using std::string_view;

constexpr std::array<string_view, task_state_count> task_states{
  "STAGING", "STARTING", "RUNNING", "KILLING",     "FINISHED", "FAILED",           "KILLED",
  "ERROR",   "LOST",     "DROPPED", "UNREACHABLE", "GONE",     "GONE_BY_OPERATOR", "UNKNOWN"};

constexpr std::array<string_view, task_reason_count> task_reasons{
  "",
  "COMMAND_EXECUTOR_FAILED",
  "CONTAINER_LAUNCH_FAILED",
  "CONTAINER_LIMITATION",
  "CONTAINER_LIMITATION_DISK",
  "CONTAINER_LIMITATION_MEMORY",
  "CONTAINER_PREEMPTED",
  "CONTAINER_UPDATE_FAILED",
  "MAX_COMPLETION_TIME_REACHED",
  "EXECUTOR_REGISTRATION_TIMEOUT",
  "EXECUTOR_REREGISTRATION_TIMEOUT",
  "EXECUTOR_TERMINATED",
  "EXECUTOR_UNREGISTERED",
  "FRAMEWORK_REMOVED",
  "GC_ERROR",
  "INVALID_FRAMEWORKID",
  "INVALID_OFFERS",
  "IO_SWITCHBOARD_EXITED",
  "MASTER_DISCONNECTED",
  "RECONCILIATION",
  "RESOURCES_UNKNOWN",
  "AGENT_DISCONNECTED",
  "AGENT_DRAINING",
  "AGENT_REMOVED",
  "AGENT_REMOVED_BY_OPERATOR",
  "AGENT_REREGISTERED",
  "AGENT_RESTARTED",
  "AGENT_UNKNOWN",
  "TASK_KILLED_DURING_LAUNCH",
  "TASK_CHECK_STATUS_UPDATED",
  "TASK_HEALTH_CHECK_STATUS_UPDATED",
  "TASK_GROUP_INVALID",
  "TASK_GROUP_UNAUTHORIZED",
  "TASK_INVALID",
  "TASK_UNAUTHORIZED",
  "TASK_UNKNOWN"};

constexpr std::array<string_view, agent_state_count> agent_states{
  "registered", "disconnected", "unreachable", "draining", "drained", "deactivated", "gone"};

constexpr std::array<string_view, framework_state_count> framework_states{"active", "disconnected",
                                                                          "completed"};

constexpr std::array<string_view, constraint_op_count> constraint_ops{"==", "!=", "in", "exists",
                                                                      "=~", "<",  ">"};

constexpr std::array<string_view, placement_count> placements{"any", "pack", "spread"};

constexpr std::array<string_view, bid_refusal_count> bid_refusals{"",
                                                                  "has no room",
                                                                  "has no free ports",
                                                                  "is draining",
                                                                  "was too late",
                                                                  "did not answer",
                                                                  "was lost",
                                                                  "cannot write to its disk"};

constexpr std::array<string_view, task_health_count> task_healths{"", "healthy", "unhealthy"};

constexpr std::array<string_view, claim_state_count> claim_states{"waiting", "agreeing",  "granted",
                                                                  "refused", "withdrawn", "ended"};

constexpr std::array<string_view, offer_outcome_count> offer_outcomes{
  "open", "accepted", "declined", "timed_out", "rescinded"};

template <std::size_t Size, class Enum>
string_view name_of(const std::array<string_view, Size>& names, Enum x) {
  auto index = static_cast<std::size_t>(x);
  return index < Size ? names[index] : "UNKNOWN";
}

}  // namespace

string_view to_string(task_state x) {
  return name_of(task_states, x);
}

string_view to_string(task_reason x) {
  return name_of(task_reasons, x);
}

string_view to_string(agent_state x) {
  return name_of(agent_states, x);
}

string_view to_string(framework_state x) {
  return name_of(framework_states, x);
}

string_view to_string(constraint_op x) {
  return name_of(constraint_ops, x);
}

string_view to_string(placement x) {
  return name_of(placements, x);
}

string_view to_string(bid_refusal x) {
  return name_of(bid_refusals, x);
}

string_view to_string(task_health x) {
  return name_of(task_healths, x);
}

string_view to_string(claim_state x) {
  return name_of(claim_states, x);
}

string_view to_string(offer_outcome x) {
  return name_of(offer_outcomes, x);
}

bool is_terminal(task_state x) {
  switch (x) {
  case task_state::staging:
  case task_state::starting:
  case task_state::running:
  case task_state::killing:
  case task_state::unreachable:
  case task_state::unknown:
    return false;
  default:
    return true;
  }
}

}  // namespace entente
