#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/names.hpp"

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
  rescind_if([&](const offer_record& x) { return x.offer.framework == info.id; });
  framework.info = info;
  framework.state = framework_state::active;
  framework.remove_at.reset();
  sharer_->add_framework(info);
  sharer_->revive(info.id);
  changed();
  return subscribed{info.id, options_.name};
}

void cluster::disconnect_framework(const framework_id& id, time_point now) {
  auto* framework = find(id);
  if (!framework || framework->state != framework_state::active)
    return;
  framework->state = framework_state::disconnected;
  if (!framework->info.detached)
    framework->remove_at = now + framework->info.failover_timeout;
  rescind_if([&](const offer_record& x) { return x.offer.framework == id; });
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
  rescind_if([&](const offer_record& x) { return x.offer.framework == id; });
  sharer_->remove_framework(id);
  std::vector<agent_id> agents;
  for (const auto& [task, entry] : framework->tasks)
    if (std::find(agents.begin(), agents.end(), entry.agent) == agents.end())
      agents.push_back(entry.agent);
  for (const auto& agent : agents)
    tell(agent, shutdown_framework{id});
  forget_if_over(id);
  changed();
}

void cluster::forget_if_over(const framework_id& id) {
  // With tasks left it stays until their last updates have come.
  auto i = frameworks_.find(id);
  if (i == frameworks_.end() || !i->second.orphaned() || !i->second.tasks.empty())
    return;
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
  rescind_if([&](const offer_record& x) { return x.deadline <= now; });
  std::vector<framework_id> over;
  for (const auto& [id, framework] : frameworks_)
    if (framework.remove_at && *framework.remove_at <= now)
      over.push_back(id);
  for (const auto& id : over)
    remove_framework(id);
}

std::optional<time_point> cluster::next_deadline() const {
  auto next = sharer_->next_filter_end();
  auto consider = [&next](time_point x) { next = next ? std::min(*next, x) : x; };
  for (const auto& [id, offer] : offers_)
    consider(offer.deadline);
  for (const auto& [id, framework] : frameworks_)
    if (framework.remove_at)
      consider(*framework.remove_at);
  return next;
}

}  // namespace entente
