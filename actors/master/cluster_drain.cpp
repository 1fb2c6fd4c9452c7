// Agents that operators take out of use.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

}  // namespace

std::optional<refusal> cluster::change(const drain_agent& call, time_point now) {
  if (auto problem = problem_of_agent(call.agent))
    return problem;
  drains_.start(call, now);
  if (agents_.contains(call.agent)) {
    use_changed(call.agent);
    continue_drain(call.agent, now);
  }
  finish_drain(call.agent, now);
  note_drain(call, now);
  return std::nullopt;
}

std::optional<refusal> cluster::change(const undrain_agent& call) {
  if (!drains_.stop(call.agent))
    return problem_of_undrain(call.agent);
  note_orders(call.agent);
  if (!is_drained(call.agent))
    forget_untold_kills(call.agent);
  if (agents_.contains(call.agent))
    use_changed(call.agent);
  return std::nullopt;
}

void cluster::continue_drain(const agent_id& agent, time_point now) {
  if (!is_drained(agent))
    return;
  // Each task has the grace that it wants itself, until the time of all is over.
  auto is_over = drain_left(agent, now) == 0ms;
  kill_all_on(agent, is_over ? std::optional{0ms} : std::nullopt);
  take_slots_back_from(agent);
}

void cluster::kill_all_on(const agent_id& agent, std::optional<std::chrono::milliseconds> grace) {
  const auto& there = agents_.at(agent);
  for (const auto& key : there.tasks) {
    auto [i, is_new] = killed_.try_emplace(key, kill_record{grace, true, false});
    auto& known = i->second;
    if (!is_new && (!grace || known.grace == grace))
      continue;  // It was told before; reports of the agent that still have it repeat it.
    known.grace = grace;
    known.is_told = known.is_told || there.connected;
    tell(agent, kill_task{key.first, key.second, grace});
  }
}

void cluster::forget_untold_kills(const agent_id& agent) {
  auto forget = [this](const task_key& key) {
    auto i = killed_.find(key);
    if (i != killed_.end() && i->second.is_for_drain && !i->second.is_told)
      killed_.erase(i);
  };
  if (auto i = agents_.find(agent); i != agents_.end())
    std::for_each(i->second.tasks.begin(), i->second.tasks.end(), forget);
  for (const auto& key : unreachable_.on(agent))
    forget(key);
}

void cluster::take_slots_back_from(const agent_id& agent) {
  for (const auto& id : agents_.at(agent).grants) {
    auto& grant = grants_.at(id);
    if (!grant.standing)
      continue;  // Once it stands, when the agent reports the next time.
    std::vector<std::uint32_t> ranks;
    for (const auto& slot : grant.slots_on(agent))
      if (slot.now == grant_slot::state::held)
        ranks.push_back(static_cast<std::uint32_t>(&slot - grant.slots().data()));
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
  drains_changed(maintenance_.take_due(now), now);
  note_ended_windows();
}

void cluster::finish_drain(const agent_id& id, time_point now) {
  if (!drains_.is_to_be_gone(id))
    return;
  if (awaited_agents_.contains(id))
    return;
  if (auto agent = agents_.find(id); agent != agents_.end()) {
    // Slots may be free before the ends of their tasks were told.
    if (agent->second.allocated.empty() && agent->second.tasks.empty())
      remove(id, departure::gone, now);
    return;
  }
  forget_orders(id);
  end_absent(id, departure::gone);  // Only of one that cannot be reached this is asked.
}

}  // namespace entente
