#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/names.hpp"
#include "config/units.hpp"

namespace entente {

cluster::framework_record* cluster::find(const framework_id& framework) {
  auto i = frameworks_.find(framework);
  return i == frameworks_.end() ? nullptr : &i->second;
}

std::variant<subscribed, refusal> cluster::add_framework(framework_info info) {
  if (info.name.empty())
    return refusal{"a framework needs a name"};
  if (info.role.empty())
    return refusal{"a framework needs a role, such as \"*\""};
  if (!info.id.empty() && !is_host_name(info.id.str()))
    return refusal{"a framework's id has letters, digits, '-', '_' and '.' only"};
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
  framework.info = info;
  framework.state = framework_state::active;
  framework.remove_at.reset();
  framework.revision = 0;
  sharer_->add_framework(info);
  if (info.wants_offers)
    sharer_->revive(info.id);
  else
    sharer_->suppress(info.id);
  changed();
  return subscribed{info.id, options_.name, options_.report_interval};
}

void cluster::disconnect_framework(const framework_id& id, time_point now) {
  auto* framework = find(id);
  if (!framework || framework->state != framework_state::active)
    return;
  framework->state = framework_state::disconnected;
  if (!framework->info.detached)
    framework->remove_at = now + framework->info.failover_timeout;
  rescind_if([&](const offer& x) { return x.framework == id; });
  sharer_->suppress(id);
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
  rescind_if([&](const offer& x) { return x.framework == id; });
  sharer_->remove_framework(id);
  drop_claims_of(id);
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
  forget_if_over(id);
  changed();
}

void cluster::forget_if_over(const framework_id& id) {
  // With tasks or slots left it stays until their agents have given the last word.
  auto i = frameworks_.find(id);
  if (i == frameworks_.end() || !i->second.orphaned() || !i->second.tasks.empty())
    return;
  for (const auto& grant : i->second.grants)
    release_slots(grants_.at(grant), {});  // Nobody is left to run anything in them.
  if (!i->second.grants.empty())
    return;
  drop_claims_of(id);
  sharer_->remove_framework(id);
  frameworks_.erase(i);
}

void cluster::suppress(const framework_id& framework) {
  sharer_->suppress(framework);
}

void cluster::revive(const framework_id& id) {
  auto* framework = find(id);
  if (framework && framework->state == framework_state::active)
    sharer_->revive(id);
}

void cluster::expire(time_point now) {
  for (const auto& id : offer_times_.take_due(now))
    rescind(offers_.find(id));
  for (const auto& key : claim_times_.take_due(now))
    if (auto* claim = find(key))
      claim->tried_at_version = 0;
  for (const auto& id : grant_times_.take_due(now))
    if (auto i = grants_.find(id); i != grants_.end())
      expire(i->second, now);
  for (const auto& id : agent_times_.take_due(now))
    remove_agent(id, now);
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
  consider(sharer_->next_filter_end());
  consider(offer_times_.next());
  consider(claim_times_.next());
  consider(grant_times_.next());
  consider(agent_times_.next());
  if (pool_told_at_ && (!pool_stale_.empty() || pool_.has_changes()))
    consider(*pool_told_at_ + options_.pool_interval);
  for (const auto& [id, framework] : frameworks_)
    consider(framework.remove_at);
  return next;
}

}  // namespace entente
