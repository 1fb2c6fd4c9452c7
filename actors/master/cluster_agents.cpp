#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

/// Agents that never come back must not fill the memory. One that was forgotten and comes back
/// after all is taken in with what it has.
constexpr std::size_t lost_lives_kept = 20'000;

}  // namespace

cluster::cluster(cluster_options options)
    : options_(std::move(options)),
      sharer_(std::make_unique<fair_allocator>(
        allocator_options{options_.min_offer, options_.fault_domain, options_.roles})),
      pool_(options_.slot_classes) {}

void cluster::remove_agent(const agent_id& agent, time_point now) {
  auto i = agents_.find(agent);
  if (i == agents_.end())
    return;
  if (lost_lives_.insert_or_assign(agent, i->second.life).second)
    lost_order_.push_back(agent);
  if (lost_order_.size() > lost_lives_kept) {
    lost_lives_.erase(lost_order_.front());
    lost_order_.pop_front();
  }
  rescind_if([&](const offer& x) { return x.agent == agent; });
  for (auto& [id, round] : rounds_)
    if (round.asked.erase(agent) > 0)
      effects_.push_back(tell_round{id, {agent, {}}});
  auto hostname = i->second.info.hostname;
  std::map<framework_id, agent_lost> told;
  for (const auto& [id, framework] : frameworks_)
    told[id].agent = agent;
  for (const auto& id : i->second.grants)
    told[grants_.at(id).framework].grants.push_back(id);
  for (auto& [id, message] : told)
    tell(id, std::move(message));
  for (auto next = frameworks_.begin(); next != frameworks_.end();) {
    auto& framework = next++->second;  // Losing its last task may remove a framework.
    lose_tasks(framework, agent, "agent " + agent.str() + " on " + hostname + " is gone", now);
  }
  for (const auto& id : std::set<grant_id>{i->second.grants}) {
    lose_slots(grants_.at(id), agent);
    resolve(grants_.at(id), now);
    forget_if_over(id);
  }
  sharer_->remove_agent(agent);
  pool_.remove_agent(agent);
  free_index_.remove(agent);
  ++agents_version_;
  agents_.erase(agent);
  agent_times_.clear(agent);
  pool_stale_.erase(agent);
  changed();
}

}  // namespace entente
