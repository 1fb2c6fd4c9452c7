// Quota, weights and reservations: what operators and frameworks set, and what it means for claims.
#include <algorithm>
#include <cmath>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/names.hpp"

namespace entente {

namespace {

constexpr double least_weight = 0.001;
constexpr double most_weight = 1e6;

std::optional<std::string> problem_of_scalars(const resources& x, const std::string& what) {
  if (!x.ranges().empty() || !x.sets().empty())
    return what + " has scalars such as cpus and mem only, not " + x.to_string();
  return std::nullopt;
}

}  // namespace

std::optional<std::string> cluster::problem_of_role(const std::string& role) {
  if (is_role_name(role))
    return std::nullopt;
  auto text = "expected " + std::string{expected_role_name()} + ", found ";
  text += '"';
  text.append(role, 0, 100);
  text += '"';
  return text;
}

// -- quota and weights -------------------------------------------------------------------

std::optional<refusal> cluster::change(const set_quota& call) {
  auto problem = problem_of_role(call.role);
  if (!problem)
    problem = problem_of_scalars(call.guarantee, "a guarantee");
  if (!problem)
    problem = problem_of_scalars(call.limit, "a limit");
  if (!problem)
    problem = sharer_->problem_of_quota(call.role, call.guarantee, call.limit);
  if (!problem && !call.force)
    if ((problem = sharer_->problem_of_guarantee(call.role, call.guarantee)))
      *problem += "; it can be forced";
  if (problem)
    return refusal{std::move(*problem)};
  auto options = sharer_->options_of(call.role);
  options.guarantee = call.guarantee;
  options.limit = call.limit;
  set_options(call.role, options);
  note_quota(call.role, options);
  rescind_past_limit(call.role, call.limit);
  return std::nullopt;
}

void cluster::rescind_past_limit(const std::string& role, const resources& limit) {
  const auto* node = sharer_->tree().find_role(role);
  auto charged = node ? sharer_->scalars().as_resources(node->charged) : resources{};
  if (std::any_of(limit.scalars().begin(), limit.scalars().end(),
                  [&](const auto& x) { return charged.milli(x.first) > x.second; }))
    rescind_if([&](const offer& x) { return is_within(x.role, role); });
}

std::optional<refusal> cluster::change(const remove_quota& call) {
  auto options = sharer_->options_of(call.role);
  if (options.guarantee.empty() && options.limit.empty())
    return refusal{"role " + call.role.substr(0, 100) + " has no quota"};
  options.guarantee = {};
  options.limit = {};
  set_options(call.role, options);
  note_quota(call.role, options);
  return std::nullopt;
}

std::optional<refusal> cluster::change(const set_weight& call) {
  if (auto problem = problem_of_role(call.role))
    return refusal{std::move(*problem)};
  if (!(call.weight >= least_weight && call.weight <= most_weight))
    return refusal{"a weight is a number from 0.001 to 1000000"};
  auto options = sharer_->options_of(call.role);
  options.weight = call.weight;
  set_options(call.role, options);
  memory_.set(registered_weight{call.role, call.weight});
  return std::nullopt;
}

void cluster::set_options(const std::string& role, const role_options& options) {
  sharer_->set_options(role, options);
  ++capacity_version_;  // Claims may be served that were held up.
  changed();
}

// -- reservations --------------------------------------------------------------------------

std::optional<std::string> cluster::problem_of_reserving(const framework_id& who,
                                                         const std::string& role,
                                                         const resources& amount) {
  if (auto problem = problem_of_role(role))
    return problem;
  if (amount.empty())
    return "nothing is named to be reserved";
  if (auto problem = problem_of_scalars(amount, "a reservation"))
    return problem;
  if (who.empty())
    return std::nullopt;
  auto* framework = find(who);
  if (!framework || framework->state != framework_state::active)
    return "there is no framework " + who.str();
  auto roles = roles_of(framework->info);
  if (std::find(roles.begin(), roles.end(), role) == roles.end())
    return "framework " + who.str() + " does not act in role " + role;
  return std::nullopt;
}

std::optional<std::string> cluster::problem_of_reservations(const agent_info& info) {
  resources sum;
  for (const auto& [role, amount] : info.reservations) {
    if (auto problem = problem_of_role(role))
      return problem;
    if (auto problem = problem_of_scalars(amount, "a reservation"))
      return problem;
    sum += amount;
  }
  if (!info.total.contains(sum))
    return "agent " + info.id.str() + " reserves " + sum.to_string() + " of " +
           info.total.to_string();
  return std::nullopt;
}

std::optional<refusal> cluster::change(const reserve_resources& call) {
  if (auto problem = problem_of_reserving(call.framework, call.role, call.amount))
    return refusal{std::move(*problem)};
  auto problem = sharer_->reserve(call.agent, call.role, call.amount);
  auto agent = agents_.find(call.agent);
  if (problem && agent != agents_.end() &&
      (agent->second.left() + agent->second.offered).contains(call.amount)) {
    rescind_if([&](const offer& x) { return x.agent == call.agent; });
    problem = sharer_->reserve(call.agent, call.role, call.amount);
  }
  if (problem)
    return refusal{std::move(*problem)};
  note_reservation(call.agent, call.role, noted_reservation(call.agent, call.role) + call.amount);
  ++agents_version_;
  ++capacity_version_;
  changed();
  return std::nullopt;
}

std::optional<refusal> cluster::change(const unreserve_resources& call) {
  auto problem = problem_of_reserving(call.framework, call.role, call.amount);
  if (!problem)
    problem = sharer_->unreserve(call.agent, call.role, call.amount);
  if (problem)
    return refusal{std::move(*problem)};
  note_reservation(call.agent, call.role, noted_reservation(call.agent, call.role) - call.amount);
  ++agents_version_;
  ++capacity_version_;
  changed();
  return std::nullopt;
}

// -- what it means for claims ----------------------------------------------------------------

bool cluster::may_rescind(const std::string& offered_to, const std::string& role) {
  // Taking back what a guarantee has brought would only make it missing again.
  return offered_to == role || !sharer_->tree().has_quota() || !sharer_->has_guarantee(offered_to);
}

resources cluster::freed_by(const offer& x, const std::string& role) {
  if (sharer_->tree().has_quota() && sharer_->has_guarantee(x.role))
    return {};
  return is_within(role, x.role) ? x.available : x.available - x.reserved;
}

resources cluster::offered_for(const std::string& role, const agent_record& agent) {
  auto result = agent.offered;
  for (const auto& [other, amount] : agent.offered_to)
    if (!may_rescind(other, role))
      result -= amount;
    else if (auto i = agent.reserved_in_offers.find(other);
             i != agent.reserved_in_offers.end() && !is_within(role, other))
      result -= i->second;
  return result;
}

fair_allocator::offered_amounts cluster::offered_for_claims(const std::string& role) {
  fair_allocator::offered_amounts result;
  for (const auto& [id, x] : offers_) {
    if (may_rescind(x.role, role))
      result.by_role[x.role] += x.available;
    result.all += freed_by(x, role);
  }
  return result;
}

void cluster::rescind_for_quota(const claim_record& x, const choice& chosen) {
  const auto& role = x.entry.role;
  std::int64_t slots = 0;
  for (const auto& member : chosen)
    slots += member.slots;
  auto amount = x.entry.claim.limits.times(slots);
  if (!sharer_->problem_of_taking(role, amount, {}))
    return;
  auto others = offered_for_claims(role);
  rescind_if([&](const offer& y) {
    // It stays if those that are not looked at yet suffice.
    others.by_role[y.role] -= y.available;
    others.all -= freed_by(y, role);
    return sharer_->problem_of_taking(role, amount, others).has_value();
  });
}

std::optional<std::string> cluster::held_up_by_quota(const claim_record& x) {
  if (!sharer_->tree().has_quota())
    return std::nullopt;
  const auto& wanted = x.entry.claim;
  auto amount = wanted.limits.times(wanted.count);
  if (auto never = sharer_->never_takes(x.entry.role, amount))
    return never;
  return sharer_->problem_of_taking(x.entry.role, amount, offered_for_claims(x.entry.role));
}

std::uint32_t cluster::most_within_quota(const claim_record& x) {
  const auto& wanted = x.entry.claim;
  auto least = wanted.count;
  auto most = most_slots(wanted);
  if (!sharer_->tree().has_quota())
    return most;
  fair_allocator::offered_amounts offered;
  if (sharer_->problem_of_taking(x.entry.role, wanted.limits.times(least), offered))
    offered = offered_for_claims(x.entry.role);  // It cannot be served beside all offers.
  while (least < most) {
    auto middle = least + (most - least + 1) / 2;
    if (sharer_->problem_of_taking(x.entry.role, wanted.limits.times(middle), offered))
      most = middle - 1;
    else
      least = middle;
  }
  return least;
}

// -- listing -----------------------------------------------------------------------------------

std::vector<role_entry> cluster::role_entries() {
  std::map<std::string, role_entry> entries;
  std::map<std::string, resources> offered;
  for (const auto& [id, x] : offers_)
    offered[x.role] += x.available;
  for (const auto& [id, x] : rounds_)
    offered[x.charged_to.role] += x.expected;
  std::map<std::string, resources> reserved;
  for (const auto& [id, agent] : agents_)
    for (const auto& [role, amount] : sharer_->reservations_on(id))
      reserved[role] += amount;
  for (const auto* node : sharer_->tree().roles()) {
    auto& entry = entries[node->name];
    entry.name = node->name;
    entry.weight = node->options.weight;
    entry.guarantee = node->options.guarantee;
    entry.limit = node->options.limit;
    entry.preempts = node->options.preempts;
    entry.reserved = reserved[node->name];
    entry.dominant_share = sharer_->tree().dominant_share(node->charged);
    for (const auto& [role, amount] : offered)
      if (is_within(role, node->name))
        entry.offered += amount;
    auto& names = sharer_->scalars();
    entry.offered = names.as_resources(names.of(entry.offered));
    entry.allocated = names.as_resources(node->charged) - entry.offered;
  }
  for (const auto& [id, framework] : frameworks_)
    if (framework.state != framework_state::completed) {
      auto names = roles_of(framework.info);  // It may name one twice.
      for (const auto& role : std::set<std::string>{names.begin(), names.end()})
        ++entries[role].frameworks;
    }
  for (const auto& key : waiting_)
    ++entries[claims_.at(key).entry.role].claims_waiting;
  std::vector<role_entry> result;
  for (auto& [name, entry] : entries) {
    entry.name = name;
    result.push_back(std::move(entry));
  }
  return result;
}

}  // namespace entente
