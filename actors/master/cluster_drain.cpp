// Agents that operators take out of use.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// The agent's id, as an operator has typed it.
std::string quoted(const agent_id& x) {
  return '"' + x.str().substr(0, 100) + '"';
}

}  // namespace

std::optional<refusal> cluster::change(const drain_agent& call, time_point now) {
  const auto* absent = absent_.find(call.agent);
  if (absent && absent->why == departure::gone)
    return refusal{"agent " + quoted(call.agent) + " is gone"};
  if (!agents_.contains(call.agent) && (!absent || absent->why != departure::unreachable))
    return refusal{"there is no agent " + quoted(call.agent)};
  drains_.start(call, now);
  if (agents_.contains(call.agent)) {
    use_changed(call.agent);
    continue_drain(call.agent, now);
  }
  finish_drains(now);
  return std::nullopt;
}

std::optional<refusal> cluster::change(const undrain_agent& call) {
  const auto* absent = absent_.find(call.agent);
  if (absent && absent->why == departure::gone)
    return refusal{"agent " + quoted(call.agent) + " is gone"};
  if (!drains_.stop(call.agent))
    return refusal{(agents_.contains(call.agent) || absent
                      ? "agent " + quoted(call.agent) + " is not drained"
                      : "there is no agent " + quoted(call.agent))};
  if (agents_.contains(call.agent))
    use_changed(call.agent);
  return std::nullopt;
}

void cluster::continue_drain(const agent_id& agent, time_point now) {
  if (!drains_.contains(agent))
    return;
  // Each task has the grace that it wants itself, until the time of all is over.
  auto is_over = drains_.left(agent, now) == 0ms;
  kill_all_on(agent, is_over ? std::optional{0ms} : std::nullopt);
  take_slots_back_from(agent);
}

void cluster::kill_all_on(const agent_id& agent, std::optional<std::chrono::milliseconds> grace) {
  for (const auto& [id, framework] : frameworks_)
    for (const auto& [task, entry] : framework.tasks) {
      if (entry.agent != agent)
        continue;
      auto [known, is_new] = killed_.try_emplace({id, task}, grace);
      if (!is_new && (!grace || known->second == grace))
        continue;  // It was told before; reports of the agent that still have it repeat it.
      known->second = grace;
      tell(agent, kill_task{id, task, grace});
    }
}

void cluster::take_slots_back_from(const agent_id& agent) {
  for (const auto& id : agents_.at(agent).grants) {
    auto& grant = grants_.at(id);
    if (!grant.standing)
      continue;  // Once it stands, when the agent reports the next time.
    std::vector<std::uint32_t> ranks;
    for (std::uint32_t rank = 0; rank < grant.slots().size(); ++rank)
      if (const auto& slot = grant.slots()[rank];
          slot.where.agent == agent && slot.now == grant_slot::state::held)
        ranks.push_back(rank);
    if (ranks.empty())
      continue;
    grant.lost.insert(agent);
    tell(grant.framework, agent_lost{agent, {id}});
    release_slots(grant, ranks);
  }
}

void cluster::expire_drains(time_point now) {
  for (const auto& agent : drains_.take_due(now))
    if (agents_.contains(agent))
      kill_all_on(agent, 0ms);
}

void cluster::finish_drains(time_point now) {
  for (const auto& id : std::set<agent_id>{drains_.to_be_gone()}) {
    auto agent = agents_.find(id);
    if (agent != agents_.end()) {
      if (agent->second.allocated.empty())
        remove(id, departure::gone, now);
      continue;
    }
    const auto* absent = absent_.find(id);
    if (!absent || absent->why != departure::unreachable)
      continue;  // It has ended in order, or was forgotten: it is drained when it comes back.
    drains_.stop(id);
    for (const auto& key : unreachable_.on(id))
      end_unreachable_task(*unreachable_.take(key), task_state::gone_by_operator,
                           task_reason::agent_removed_by_operator,
                           "an operator has said that agent " + id.str() + " is gone");
    auto info = absent->info;
    absent_.add(info, absent->life, departure::gone);
    changed();
  }
}

}  // namespace entente
