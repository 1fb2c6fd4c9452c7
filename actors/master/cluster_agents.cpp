// Agents that go, for a while or for good.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

/// Agents that never come back must not fill the memory. One that was forgotten and comes back
/// after all is taken in with what it has.
constexpr std::size_t absent_agents_kept = 20'000;
/// Nor must tasks that are unreachable: then the agents that went first are forgotten.
constexpr std::size_t unreachable_tasks_kept = 200'000;

}  // namespace

cluster::cluster(cluster_options options)
    : options_(std::move(options)),
      sharer_(std::make_unique<fair_allocator>(
        allocator_options{options_.min_offer, options_.fault_domain, options_.roles})),
      pool_(options_.slot_classes),
      absent_(absent_agents_kept) {}

// -- for a while ----------------------------------------------------------------------

void cluster::hold_back(const agent_id& agent, time_point until) {
  if (agents_.contains(agent))
    agent_times_.set(agent, until + options_.agent_timeout);
  else if (awaited_agents_.contains(agent))
    first_report_at_ = std::max(first_report_at_.value_or(until), until);
}

void cluster::disconnect_agent(const agent_id& agent, time_point now) {
  auto i = agents_.find(agent);
  if (i == agents_.end() || !i->second.connected)
    return;
  i->second.connected = false;
  agent_times_.set(agent, now + options_.agent_timeout);
  use_changed(agent);
}

void cluster::use_changed(const agent_id& agent) {
  auto usable = is_usable(agents_.at(agent));
  if (usable) {
    unusable_.erase(agent);
  } else {
    unusable_.insert(agent);
    rescind_if([&](const offer& x) { return x.agent == agent; });
    lose_rounds(agent);
  }
  sharer_->set_active(agent, usable);
  pool_stale_.insert(agent);
  ++capacity_version_;
  changed();
}

void cluster::lose_rounds(const agent_id& agent) {
  for (auto& [id, round] : rounds_) {
    auto asked = round.asked.find(agent);
    if (asked == round.asked.end())
      continue;
    auto amount = round.limits.times(asked->second);
    agents_.at(agent).held -= amount;
    sharer_->unhold(agent, amount);
    round.asked.erase(asked);
    effects_.push_back(tell_round{id, {agent, {}}});
  }
}

// -- for good -------------------------------------------------------------------------

void cluster::remove_agent(const agent_id& agent, time_point now) {
  remove(agent, departure::ended, now);
  const auto* absent = absent_.find(agent);
  if (absent && absent->why == departure::unreachable)
    end_absent(agent, departure::ended);
}

void cluster::remove(const agent_id& agent, departure why, time_point now) {
  auto i = agents_.find(agent);
  if (i == agents_.end())
    return;
  if (drains_.is_to_be_gone(agent)) {
    // That it is gone is what was wanted, whatever has become of its tasks.
    why = departure::gone;
    forget_orders(agent);
  }
  rescind_if([&](const offer& x) { return x.agent == agent; });
  lose_rounds(agent);
  auto info = i->second.info;
  std::map<framework_id, agent_lost> told;
  for (const auto& [id, framework] : frameworks_)
    told[id].agent = agent;
  for (const auto& id : i->second.grants)
    told[grants_.at(id).framework].grants.push_back(id);
  for (auto& [id, message] : told)
    tell(id, std::move(message));
  auto text = "agent " + agent.str() + " on " + info.hostname +
              (why == departure::unreachable ? " cannot be reached" : " is gone");
  lose_tasks(agent, why, text, now);
  for (const auto& id : std::set<grant_id>{i->second.grants}) {
    lose_slots(grants_.at(id), agent);
    resolve(grants_.at(id), now);
    forget_if_over(id);
  }
  remember_absent(info, i->second.life, why);
  effects_.push_back(agent_departed{agent, info.hostname, why});
  sharer_->remove_agent(agent);
  pool_.remove_agent(agent);
  free_index_.remove(agent);
  ++agents_version_;
  agents_.erase(agent);
  agent_times_.clear(agent);
  pool_stale_.erase(agent);
  unusable_.erase(agent);
  changed();
}

void cluster::remember_absent(const agent_info& info, std::uint64_t life, departure why) {
  note_departure(info, life, why);
  if (auto forgotten = absent_.add(info, life, why)) {
    forget_tasks_on(*forgotten);
    forget_orders(*forgotten);
    forget_memory_of(*forgotten);
  }
  while (unreachable_.size() > unreachable_tasks_kept && absent_.first()) {
    auto first = *absent_.first();
    absent_.remove(first);
    forget_tasks_on(first);
    forget_orders(first);
    forget_memory_of(first);
  }
}

void cluster::end_absent(const agent_id& agent, departure why) {
  auto by_operator = why == departure::gone;
  auto known = *absent_.find(agent);
  auto text = by_operator ? "an operator has said that agent " + agent.str() + " is gone"
                          : "agent " + agent.str() + " on " + known.info.hostname + " is gone";
  for (const auto& key : unreachable_.on(agent))
    end_unreachable_task(
      *unreachable_.take(key), by_operator ? task_state::gone_by_operator : task_state::gone,
      by_operator ? task_reason::agent_removed_by_operator : task_reason::agent_removed, text);
  remember_absent(known.info, known.life, why);
  effects_.push_back(agent_departed{agent, known.info.hostname, why});
  changed();
}

void cluster::forget_tasks_on(const agent_id& agent) {
  for (const auto& key : unreachable_.on(agent)) {
    unreachable_.take(key);
    killed_.erase(key);
    forget_if_over(key.first);
  }
}

bool cluster::is_away(const agent_id& agent) const {
  if (auto i = agents_.find(agent); i != agents_.end())
    return !i->second.connected;
  if (awaited_agents_.contains(agent))
    return true;
  const auto* absent = absent_.find(agent);
  return absent && absent->why == departure::unreachable;
}

// -- listing --------------------------------------------------------------------------

agent_state cluster::state_of(const agent_record& agent) const {
  auto drains = is_drained(agent.info.id);
  if (drains && agent.allocated.empty())
    return agent_state::drained;
  if (!agent.connected)
    return agent_state::disconnected;
  if (drains)
    return agent_state::draining;
  return deactivated_.contains(agent.info.id) ? agent_state::deactivated : agent_state::registered;
}

std::vector<agent_entry> cluster::agent_entries() const {
  std::vector<agent_entry> result;
  for (const auto& [id, agent] : agents_) {
    result.push_back({agent.info,
                      state_of(agent),
                      agent.offered,
                      agent.held,
                      agent.allocated,
                      sharer_->reservations_on(id),
                      {}});
    if (!agent.allocated.empty())
      result.back().drain_left = drain_left(id, now_);
  }
  for (const auto& id : awaited_agents_) {
    const auto& info = memory_.find<registered_agent>(id)->info;
    result.push_back({info, agent_state::disconnected, {}, {}, {}, {}, {}});
  }
  for (const auto& [id, agent] : absent_.all())
    if (agent.why != departure::ended)
      result.push_back({agent.info,
                        agent.why == departure::gone ? agent_state::gone : agent_state::unreachable,
                        {},
                        {},
                        {},
                        {},
                        {}});
  return result;
}

}  // namespace entente
