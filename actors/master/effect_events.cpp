#include "actors/master/effect_events.hpp"

#include <set>
#include <string>
#include <utility>

#include "config/units.hpp"
#include "messages/overloaded.hpp"

namespace entente {

namespace {

using event = std::optional<log_event>;

/// Grants may have as many agents as slots: so many are named.
constexpr std::size_t agents_named = 10;

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const auto& text : texts)
    result += (result.empty() ? "" : "; ") + text;
  return result;
}

std::string agents_of(const grant& x) {
  std::set<agent_id> agents;
  for (const auto& slot : x.slots)
    agents.insert(slot.agent);
  std::string result;
  std::size_t named = 0;
  for (const auto& agent : agents) {
    if (named++ == agents_named)
      return result + ",... (" + std::to_string(agents.size()) + ")";
    result += (result.empty() ? "" : ",") + agent.str();
  }
  return result;
}

/// An update without a sequence answers a reconciliation, as a rule.
log_level severity_of(const status_update& x) {
  auto is_news = x.sequence > 0 || x.reason == task_reason::task_unknown;
  return is_terminal(x.state) && is_news ? log_level::info : log_level::debug;
}

log_event told(const framework_id& to, const status_update& x) {
  log_event result{severity_of(x),
                   is_terminal(x.state) ? "task_ended" : "task_updated",
                   {{"framework", to.str()},
                    {"task", x.task.str()},
                    {"agent", x.agent.str()},
                    {"state", std::string{to_string(x.state)}}}};
  if (x.reason != task_reason::none)
    result.fields.emplace_back("reason", to_string(x.reason));
  if (x.exit_code)
    result.fields.emplace_back("exit_code", std::to_string(*x.exit_code));
  if (!x.message.empty())
    result.fields.emplace_back("message", x.message);
  return result;
}

log_event told(const framework_id& to, const claim_granted& x) {
  return {log_level::info,
          "claim_granted",
          {{"framework", to.str()},
           {"claim", x.grant.claim.str()},
           {"grant", x.grant.id.str()},
           {"slots", std::to_string(x.grant.slots.size())},
           {"agents", agents_of(x.grant)}}};
}

log_event told(const framework_id& to, const claim_refused& x) {
  return {log_level::info,
          "claim_refused",
          {{"framework", to.str()}, {"claim", x.claim.str()}, {"reasons", joined(x.reasons)}}};
}

log_event told(const framework_id& to, const grant_ended& x) {
  return {log_level::info,
          "grant_ended",
          {{"framework", to.str()}, {"grant", x.grant.str()}, {"message", x.message}}};
}

log_event told(const framework_id& to, const grant_recalled& x) {
  return {log_level::info,
          "grant_recalled",
          {{"framework", to.str()},
           {"grant", x.grant.str()},
           {"notice", format_duration(x.notice)},
           {"message", x.message}}};
}

log_event told(const framework_id& to, const framework_error& x) {
  return {log_level::warn, "framework_error", {{"framework", to.str()}, {"message", x.message}}};
}

event details_of(const tell_framework& x) {
  auto named = [&](const char* name, log_fields fields) {
    fields.insert(fields.begin(), {"framework", x.framework.str()});
    return log_event{log_level::debug, name, std::move(fields)};
  };
  return std::visit(
    overloaded{[&](const resource_offers& y) -> event {
                 return named("offers_made", {{"count", std::to_string(y.offers.size())}});
               },
               [&](const offer_rescinded& y) -> event {
                 return named("offer_rescinded", {{"offer", y.offer.str()}});
               },
               [&](const agent_lost& y) -> event {
                 return named("agent_lost", {{"agent", y.agent.str()}});
               },
               [](const auto&) -> event { return std::nullopt; }},
    x.message);
}

event event_of(const tell_framework& x, log_level from) {
  return std::visit(
    overloaded{
      [&](const status_update& y) -> event {
        return severity_of(y) < from ? event{} : told(x.framework, y);
      },
      [&](const claim_granted& y) -> event { return told(x.framework, y); },
      [&](const claim_refused& y) -> event { return told(x.framework, y); },
      [&](const grant_ended& y) -> event { return told(x.framework, y); },
      [&](const grant_recalled& y) -> event { return told(x.framework, y); },
      [&](const framework_error& y) -> event { return told(x.framework, y); },
      [&](const auto&) -> event { return from > log_level::debug ? event{} : details_of(x); }},
    x.message);
}

event event_of(const tell_agent& x, log_level from) {
  if (from > log_level::debug)
    return std::nullopt;
  auto named = [&](const char* name, log_fields fields) {
    fields.insert(fields.begin(), {"agent", x.agent.str()});
    return log_event{log_level::debug, name, std::move(fields)};
  };
  return std::visit(
    overloaded{
      [&](const launch_tasks& y) -> event {
        return named("tasks_launched", {{"framework", y.framework.str()},
                                        {"count", std::to_string(y.tasks.size())},
                                        {"grant", y.grant.str()}});
      },
      [&](const kill_task& y) -> event {
        return named("task_killed", {{"framework", y.framework.str()}, {"task", y.task.str()}});
      },
      [&](const shutdown_framework& y) -> event {
        return named("framework_shut_down", {{"framework", y.framework.str()}});
      },
      [&](const release& y) -> event {
        return named("slots_released", {{"grant", y.round.str()}});
      },
      [](const acknowledge&) -> event { return std::nullopt; }},
    x.message);
}

event event_of(const start_round& x, log_level from) {
  if (from > log_level::debug)
    return std::nullopt;
  return log_event{log_level::debug,
                   "round_started",
                   {{"round", x.plan.id.str()},
                    {"framework", x.plan.framework.str()},
                    {"claim", x.plan.claim.id.str()},
                    {"agents", std::to_string(x.plan.agents.size())}}};
}

event event_of(const cancel_round& x, log_level from) {
  if (from > log_level::debug)
    return std::nullopt;
  return log_event{log_level::debug, "round_cancelled", {{"round", x.round.str()}}};
}

event event_of(const tell_round&, log_level) {
  return std::nullopt;
}

event event_of(const agent_departed& x, log_level) {
  log_fields who{{"agent", x.agent.str()}, {"hostname", x.hostname}};
  if (x.why == departure::unreachable)
    return log_event{log_level::warn, "agent_unreachable", std::move(who)};
  return log_event{log_level::info, x.why == departure::gone ? "agent_gone" : "agent_left",
                   std::move(who)};
}

event event_of(const framework_removed& x, log_level) {
  return log_event{
    log_level::info, "framework_removed", {{"framework", x.framework.str()}, {"name", x.name}}};
}

}  // namespace

std::optional<log_event> event_of(const master_effect& effect, log_level from) {
  auto result = std::visit([from](const auto& x) { return event_of(x, from); }, effect);
  return result && result->severity >= from ? std::move(result) : std::nullopt;
}

}  // namespace entente
