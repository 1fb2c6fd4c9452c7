#include "apps/entente/to_json.hpp"

#include "config/quantities.hpp"

namespace entente {

using nlohmann::json;

namespace {

template <class T>
json optional_json(const std::optional<T>& x) {
  return x ? json(*x) : json(nullptr);
}

/// With zeros for what is used up, so that a script need not ask whether a name is there.
json with_zeros(const resources& x, const resources& total) {
  auto result = x.to_json();
  for (const auto& [name, milli] : total.scalars())
    if (!result.contains(name))
      result[name] = 0;
  return result;
}

json names_to_json(const std::map<std::string, resources>& named) {
  auto result = json::object();
  for (const auto& [name, amount] : named)
    result[name] = amount.to_json();
  return result;
}

json json_of_weight(double weight) {
  return json::parse(format_weight(weight));
}

json json_of(const task_usage& x) {
  return {{"cpu_seconds", static_cast<double>(x.cpu.count()) / 1000},
          {"mem_bytes", x.mem_bytes},
          {"disk_bytes", x.disk_bytes}};
}

json json_of(const offer_counts& x) {
  return {{"sent", x.sent},
          {"accepted", x.accepted},
          {"declined", x.declined},
          {"timed_out", x.timed_out},
          {"rescinded", x.rescinded}};
}

}  // namespace

resources free_of(const agent_entry& x) {
  if (x.state != agent_state::registered)
    return {};
  return x.info.total - x.offered - x.held - x.allocated;
}

std::string text_of(const nlohmann::json& x) {
  return x.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

json json_of(const cluster_summary& x) {
  return {{"cluster", x.cluster},
          {"version", x.version},
          {"agents", x.agents},
          {"frameworks", x.frameworks},
          {"tasks_active", x.tasks_active},
          {"tasks_finished", x.tasks_finished},
          {"tasks_failed", x.tasks_failed},
          {"offers", x.offers},
          {"claims_waiting", x.claims_waiting},
          {"grants", x.grants},
          {"total", x.total.to_json()},
          {"offered", with_zeros(x.offered, x.total)},
          {"allocated", with_zeros(x.allocated, x.total)}};
}

json json_of(const agent_entry& x) {
  return {{"id", x.info.id.str()},
          {"hostname", x.info.hostname},
          {"address", x.info.address},
          {"state", to_string(x.state)},
          {"drain_left_ms", x.drain_left ? json(x.drain_left->count()) : json(nullptr)},
          {"attributes", x.info.attributes},
          {"total", x.info.total.to_json()},
          {"free", with_zeros(free_of(x), x.info.total)},
          {"held", with_zeros(x.held, x.info.total)},
          {"offered", with_zeros(x.offered, x.info.total)},
          {"allocated", with_zeros(x.allocated, x.info.total)},
          {"reservations", names_to_json(x.reservations)}};
}

json json_of(const framework_entry& x) {
  return {{"id", x.info.id.str()},
          {"name", x.info.name},
          {"role", x.info.role},
          {"roles", roles_of(x.info)},
          {"state", to_string(x.state)},
          {"tasks", x.tasks},
          {"allocated", x.allocated.to_json()},
          {"offers", json_of(x.offers)}};
}

json json_of(const task_entry& x) {
  return {{"id", x.id.str()},
          {"name", x.name},
          {"framework", x.framework.str()},
          {"agent", x.agent.str()},
          {"hostname", x.hostname},
          {"state", to_string(x.last.state)},
          {"reason", to_string(x.last.reason)},
          {"message", x.last.message},
          {"exit_code", optional_json(x.last.exit_code)},
          {"signal", optional_json(x.last.signal)},
          {"usage", x.usage ? json_of(*x.usage) : json(nullptr)},
          {"health", to_string(x.last.health)},
          {"resources", x.limits.to_json()}};
}

json json_of(const offer& x) {
  return {{"id", x.id.str()},
          {"framework", x.framework.str()},
          {"role", x.role},
          {"agent", x.agent.str()},
          {"hostname", x.hostname},
          {"resources", x.available.to_json()},
          {"reserved", x.reserved.to_json()},
          {"attributes", x.attributes}};
}

json json_of(const offer_record& x) {
  auto open = x.outcome == offer_outcome::open;
  return {{"id", x.id.str()},
          {"framework", x.framework.str()},
          {"role", x.role},
          {"agent", x.agent.str()},
          {"resources", x.available.to_json()},
          {"outcome", to_string(x.outcome)},
          {"age_ms", x.age.count()},
          {"took_ms", open ? json(nullptr) : json(x.took.count())}};
}

json json_of(const claim_entry& x) {
  return {{"id", x.claim.id.str()},
          {"framework", x.framework.str()},
          {"role", x.role},
          {"state", to_string(x.state)},
          {"wanted", x.claim.count},
          {"granted", x.granted},
          {"grant", x.grant.str()},
          {"class", x.claim.slot_class},
          {"limits", x.claim.limits.to_json()},
          {"priority", x.claim.priority},
          {"preemptible", x.claim.preemptible},
          {"rounds", x.attempts},
          {"reasons", x.reasons}};
}

json json_of(const pool_entry& x) {
  return {
    {"class", x.slot_class}, {"limits", x.limits.to_json()}, {"total", x.total}, {"free", x.free}};
}

json json_of(const role_entry& x) {
  auto quota = x.guarantee + x.limit;
  return {{"name", x.name},
          {"weight", json_of_weight(x.weight)},
          {"guarantee", x.guarantee.to_json()},
          {"limit", x.limit.to_json()},
          {"allocated", with_zeros(x.allocated, quota)},
          {"offered", with_zeros(x.offered, quota)},
          {"reserved", x.reserved.to_json()},
          {"dominant_share", x.dominant_share},
          {"frameworks", x.frameworks},
          {"claims_waiting", x.claims_waiting},
          {"preempts", x.preempts}};
}

json json_of(const set_quota& x) {
  return {{"role", x.role}, {"guarantee", x.guarantee.to_json()}, {"limit", x.limit.to_json()}};
}

json json_of(const remove_quota& x) {
  return {{"role", x.role}, {"guarantee", json::object()}, {"limit", json::object()}};
}

json json_of(const set_weight& x) {
  return {{"role", x.role}, {"weight", json_of_weight(x.weight)}};
}

json json_of(const reserve_resources& x) {
  return {{"agent", x.agent.str()}, {"role", x.role}, {"reserved", x.amount.to_json()}};
}

json json_of(const unreserve_resources& x) {
  return {{"agent", x.agent.str()}, {"role", x.role}, {"unreserved", x.amount.to_json()}};
}

json json_of(const drain_agent& x) {
  return {{"agent", x.agent.str()},
          {"draining", true},
          {"deadline_ms", x.deadline ? json(x.deadline->count()) : json(nullptr)},
          {"mark_gone", x.mark_gone}};
}

json json_of(const undrain_agent& x) {
  return {{"agent", x.agent.str()}, {"draining", false}};
}

}  // namespace entente
