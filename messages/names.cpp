#include <array>

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
