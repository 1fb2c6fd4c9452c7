#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/names.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

/// Beside the first: a framework's word must not decide how much is kept in order for it.
constexpr std::size_t most_roles = 63;

/// The framework's roles of these names; all if none is named.
std::vector<std::string> named_roles(const framework_info& info,
                                     const std::vector<std::string>& names) {
  auto roles = roles_of(info);
  if (!names.empty())
    std::erase_if(roles, [&](const std::string& x) {
      return std::find(names.begin(), names.end(), x) == names.end();
    });
  return roles;
}

}  // namespace

framework_record* cluster::find(const framework_id& framework) {
  auto i = frameworks_.find(framework);
  return i == frameworks_.end() ? nullptr : &i->second;
}

std::optional<std::string> cluster::problem_of_framework(const framework_info& info) {
  if (info.name.empty())
    return "a framework needs a name";
  if (info.role.empty())
    return "a framework needs a role, such as \"*\"";
  if (info.more_roles.size() > most_roles)
    return "a framework acts in at most " + std::to_string(most_roles + 1) + " roles";
  for (const auto& role : roles_of(info))
    if (auto problem = problem_of_role(role))
      return problem;
  if (!info.id.empty() && !is_host_name(info.id.str()))
    return "a framework's id has letters, digits, '-', '_' and '.' only";
  return std::nullopt;
}

std::variant<subscribed, refusal> cluster::add_framework(framework_info info) {
  if (auto problem = problem_of_framework(info))
    return refusal{std::move(*problem)};
  if (info.id.empty())
    info.id = framework_id{options_.id_prefix + "-F" + std::to_string(frameworks_made_ + 1)};
  auto [i, added] = frameworks_.try_emplace(info.id);
  auto& framework = i->second;
  if (added)
    framework.number = ++frameworks_made_;
  if (framework.state == framework_state::completed)
    return refusal{"framework " + info.id.str() + " has ended"};
  // Offers to its scheduler's earlier life are not known to this one.
  rescind_if([&](const offer& x) { return x.framework == info.id; });
  sharer_->suppress(info.id, roles_of(framework.info));
  framework.info = info;
  framework.state = framework_state::active;
  framework.remove_at.reset();
  framework.revision = 0;
  if (info.wants_offers)
    sharer_->revive(info.id, roles_of(info));
  memory_.set(registered_framework{info});
  changed();
  return subscribed{info.id, options_.name, options_.report_interval, spoken_protocol};
}

void cluster::disconnect_framework(const framework_id& id, time_point now) {
  auto* framework = find(id);
  if (!framework || framework->state != framework_state::active)
    return;
  framework->state = framework_state::disconnected;
  if (!framework->info.detached)
    framework->remove_at = now + framework->info.failover_timeout;
  rescind_if([&](const offer& x) { return x.framework == id; });
  sharer_->suppress(id, roles_of(framework->info));
  changed();
  forget_if_over(id);
  expire(now);
}

void cluster::remove_framework(const framework_id& id) {
  auto* framework = find(id);
  if (!framework || framework->state == framework_state::completed)
    return;
  framework->state = framework_state::completed;
  framework->remove_at.reset();
  memory_.set(registered_framework{framework->info, memory_.wall_of(now_)});
  rescind_if([&](const offer& x) { return x.framework == id; });
  sharer_->suppress(id, roles_of(framework->info));
  drop_claims_of(id);
  for (const auto& key : unreachable_.of(id)) {  // If their agents come back, they end there.
    unreachable_.take(key);
    killed_.erase(key);
  }
  std::set<agent_id> agents;
  for (const auto& [task, entry] : framework->tasks) {
    agents.insert(entry.agent);
    if (entry.last.sequence > 0)  // Nobody else will say so any more, and the next may come.
      tell(entry.agent, acknowledge{id, entry.agent, task, entry.last.sequence});
  }
  for (const auto& grant_id : framework->grants) {
    auto& grant = grants_.at(grant_id);
    for (auto& slot : grant.all_slots())
      if (slot.now == grant_slot::state::held) {
        grant.set(slot, grant_slot::state::releasing);
        agents.insert(slot.where.agent);
      }
  }
  for (const auto& agent : agents)
    tell(agent, shutdown_framework{id});
  effects_.push_back(framework_removed{id, framework->info.name});
  forget_if_over(id);
  changed();
}

void cluster::forget_if_over(const framework_id& id) {
  // With tasks or slots left it stays until their agents have given the last word.
  auto i = frameworks_.find(id);
  if (i == frameworks_.end() || !i->second.orphaned() || !i->second.tasks.empty() ||
      unreachable_.count_of(id) > 0 || awaited_frameworks_.contains(id))
    return;
  for (const auto& grant : i->second.grants)
    release_slots(grants_.at(grant), {});  // Nobody is left to run anything in them.
  if (!i->second.grants.empty())
    return;
  drop_claims_of(id);
  sharer_->suppress(id, roles_of(i->second.info));
  offer_log_.is_gone(id);
  memory_.remove<registered_framework>(id);
  frameworks_.erase(i);
}

void cluster::suppress(const suppress_offers& call) {
  if (auto* framework = find(call.framework))
    sharer_->suppress(call.framework, named_roles(framework->info, call.roles));
}

void cluster::revive(const revive_offers& call) {
  auto* framework = find(call.framework);
  if (framework && framework->state == framework_state::active)
    sharer_->revive(call.framework, named_roles(framework->info, call.roles));
}

void cluster::expire(time_point now) {
  offer_log_.is_now(now);
  for (const auto& id : offer_times_.take_due(now))
    time_out(offers_.find(id), now);
  for (const auto& id : recall_times_.take_due(now))
    end_recall(id, now);
  for (const auto& key : claim_times_.take_due(now))
    if (auto* claim = find(key))
      claim->tried_at_version = 0;
  for (const auto& id : grant_times_.take_due(now))
    if (auto i = grants_.find(id); i != grants_.end())
      expire(i->second, now);
  for (const auto& id : agent_times_.take_due(now))
    remove(id, departure::unreachable, now);
  expire_drains(now);
  expire_awaited(now);
  std::vector<framework_id> over;
  for (const auto& [id, framework] : frameworks_)
    if (framework.remove_at && *framework.remove_at <= now)
      over.push_back(id);
  for (const auto& id : over)
    remove_framework(id);
}

void cluster::expire(grant_record& grant, time_point now) {
  if (grant.standing)
    return end_grant(grant, "it was not used for " +
                              format_duration(options_.agreement.unused_grant_timeout));
  for (auto& slot : grant.all_slots())
    if (slot.now == grant_slot::state::unheard) {
      grant.set(slot, grant_slot::state::gone);
      grant.lost.insert(slot.where.agent);
    }
  if (grant.used)  // The framework has it, and thinks that it has those slots.
    tell_lost_slots(grant);
  resolve(grant, now);
}

std::optional<time_point> cluster::next_deadline() const {
  std::optional<time_point> next;
  auto consider = [&next](std::optional<time_point> x) {
    if (x)
      next = next ? std::min(*next, *x) : *x;
  };
  if (auto end = sharer_->next_filter_end(); end && offers_are_late_)
    consider(std::max(*end, *offers_made_at_ + options_.offer_interval));
  else
    consider(end);
  consider(offer_times_.next());
  consider(claim_times_.next());
  consider(grant_times_.next());
  consider(agent_times_.next());
  consider(recall_times_.next());
  consider(drains_.next());
  consider(awaits_until());
  consider(maintenance_.next());
  if (offers_are_late_)
    consider(*offers_made_at_ + options_.offer_interval);
  if (pool_told_at_ && (!pool_stale_.empty() || pool_.has_changes()))
    consider(*pool_told_at_ + options_.pool_interval);
  for (const auto& [id, framework] : frameworks_)
    consider(framework.remove_at);
  return next;
}

}  // namespace entente
