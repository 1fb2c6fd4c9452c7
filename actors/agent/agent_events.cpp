#include "actors/agent/agent_events.hpp"

#include <utility>

#include "messages/overloaded.hpp"

namespace entente {

namespace {

log_event told(const task_key& task, log_level severity, const char* name, log_fields fields = {}) {
  log_event result{
    severity, name, {{"framework", task.framework.str()}, {"task", task.task.str()}}};
  for (auto& field : fields)
    if (!field.second.empty())
      result.fields.push_back(std::move(field));
  return result;
}

log_event end_of(const task_key& task, const runtime::exit_status& x) {
  return told(task, log_level::info, "task_ended", {{"how", x.to_string()}});
}

log_event end_of(const task_key& task, const task_over_limit& x) {
  return told(task, log_level::info, "task_ended",
              {{"how", x.status.to_string()},
               {"reason", std::string{to_string(x.reason)}},
               {"message", x.message}});
}

log_event end_of(const task_key& task, const task_not_started& x) {
  return told(task, log_level::info, "task_not_started", {{"message", x.why}});
}

log_event end_of(const task_key& task, const task_lost& x) {
  return told(task, log_level::warn, "task_lost", {{"message", x.why}});
}

log_event report_of(const task_key& task, const task_reported& x) {
  return told(task, is_terminal(x.state) ? log_level::info : log_level::debug, "task_reported",
              {{"state", std::string{to_string(x.state)}}, {"message", x.message}});
}

log_event health_of(const task_key& task, const task_health_found& x) {
  return told(task, log_level::info, x.is_fatal ? "task_unhealthy_too_long" : "task_health",
              {{"health", std::string{to_string(x.health)}}, {"message", x.message}});
}

}  // namespace

log_event event_of(const task_key& task, const task_event& x) {
  return std::visit(
    overloaded{[&](const task_begun&) { return told(task, log_level::info, "task_started"); },
               [&](const task_health_found& y) { return health_of(task, y); },
               [&](const task_reported& y) { return report_of(task, y); },
               [&](const auto& y) { return end_of(task, y); }},
    x);
}

log_event event_of(const task_key& task, const found_task& x) {
  return std::visit(
    overloaded{[&](const task_goes_on&) { return told(task, log_level::info, "task_recovered"); },
               [&](const task_never_ran&) { return told(task, log_level::info, "task_never_ran"); },
               [&](const auto& y) { return end_of(task, y); }},
    x);
}

}  // namespace entente
