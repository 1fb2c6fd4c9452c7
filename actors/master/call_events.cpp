#include "actors/master/call_events.hpp"

#include <utility>

#include "config/quantities.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

log_event called(const char* name, log_fields fields) {
  std::erase_if(fields, [](const auto& x) { return x.second.empty(); });
  return {log_level::info, name, std::move(fields)};
}

std::string truth(bool x) {
  return x ? "true" : "false";
}

std::string joined(const std::vector<agent_id>& agents) {
  std::string result;
  for (const auto& agent : agents)
    result += (result.empty() ? "" : ",") + agent.str();
  return result;
}

template <class Reservation>
log_fields fields_of(const Reservation& x) {
  return {{"framework", x.framework.str()},
          {"agent", x.agent.str()},
          {"role", x.role},
          {"amount", x.amount.to_string()}};
}

}  // namespace

log_event event_of(const register_agent& x) {
  return called("agent_registered", {{"agent", x.info.id.str()},
                                     {"hostname", x.info.hostname},
                                     {"address", x.info.address},
                                     {"life", std::to_string(x.life)},
                                     {"total", x.info.total.to_string()},
                                     {"tasks", std::to_string(x.tasks.size())},
                                     {"grants", std::to_string(x.parts.size())}});
}

log_event event_of(const subscribe& x) {
  return called("framework_subscribed", {{"framework", x.info.id.str()},
                                         {"name", x.info.name},
                                         {"role", x.info.role},
                                         {"claims", std::to_string(x.claims.size())},
                                         {"grants", std::to_string(x.grants.size())}});
}

log_event event_of(const admission_change& x, std::uint64_t rate) {
  if (x.begins)
    return {log_level::warn, "agents_held_back", {{"registration_rate", std::to_string(rate)}}};
  return called("agents_not_held_back", {{"held_back", std::to_string(x.held_back)},
                                         {"not_come", std::to_string(x.not_come)},
                                         {"longest_wait", format_duration(x.longest_wait)},
                                         {"lasted", format_duration(x.lasted)}});
}

log_event event_of(const claim_slots& x) {
  const auto& claim = x.claim;
  return called("claim_arrived", {{"framework", x.framework.str()},
                                  {"claim", claim.id.str()},
                                  {"count", std::to_string(claim.count)},
                                  {"slot_class", claim.slot_class},
                                  {"limits", claim.limits.to_string()},
                                  {"role", claim.role},
                                  {"wait", claim.wait ? format_duration(*claim.wait) : ""}});
}

log_event event_of(const withdraw_claim& x) {
  return called("claim_withdrawn", {{"framework", x.framework.str()}, {"claim", x.claim.str()}});
}

log_event event_of(const release_grant& x) {
  return called("grant_released",
                {{"framework", x.framework.str()},
                 {"grant", x.grant.str()},
                 {"slots", x.ranks.empty() ? "all" : std::to_string(x.ranks.size())}});
}

log_event event_of(const teardown& x) {
  return called("framework_torn_down", {{"framework", x.framework.str()}});
}

log_event event_of(const kill_task& x) {
  return called("kill_task", {{"framework", x.framework.str()},
                              {"task", x.task.str()},
                              {"grace", x.grace ? format_duration(*x.grace) : ""}});
}

log_event event_of(const reserve_resources& x) {
  return called("reserve", fields_of(x));
}

log_event event_of(const unreserve_resources& x) {
  return called("unreserve", fields_of(x));
}

log_event event_of(const set_quota& x) {
  return called("set_quota", {{"role", x.role},
                              {"guarantee", x.guarantee.to_string()},
                              {"limit", x.limit.to_string()},
                              {"force", truth(x.force)}});
}

log_event event_of(const remove_quota& x) {
  return called("remove_quota", {{"role", x.role}});
}

log_event event_of(const set_weight& x) {
  return called("set_weight", {{"role", x.role}, {"weight", format_weight(x.weight)}});
}

log_event event_of(const drain_agent& x) {
  return called("drain_agent", {{"agent", x.agent.str()},
                                {"deadline", x.deadline ? format_duration(*x.deadline) : ""},
                                {"mark_gone", truth(x.mark_gone)}});
}

log_event event_of(const undrain_agent& x) {
  return called("undrain_agent", {{"agent", x.agent.str()}});
}

log_event event_of(const deactivate_agent& x) {
  return called("deactivate_agent", {{"agent", x.agent.str()}});
}

log_event event_of(const reactivate_agent& x) {
  return called("reactivate_agent", {{"agent", x.agent.str()}});
}

log_event event_of(const plan_maintenance& x) {
  return called("plan_maintenance", {{"name", x.window.name},
                                     {"agents", joined(x.window.agents)},
                                     {"starts_in", format_duration(x.window.starts_in)},
                                     {"lasts", format_duration(x.window.lasts)}});
}

log_event event_of(const cancel_maintenance& x) {
  return called("cancel_maintenance", {{"name", x.name}});
}

log_event event_of(const round_outcome& x) {
  return {log_level::debug,
          "round_ended",
          {{"round", x.id.str()},
           {"granted", truth(x.granted)},
           {"slots_bid", std::to_string(x.slots_bid)}}};
}

log_event with_refusal(log_event call, const refusal& why) {
  call.severity = log_level::warn;
  call.fields.emplace_back("refused", why.message);
  return call;
}

}  // namespace entente
