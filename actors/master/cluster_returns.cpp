// Agents that come back.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

// -- one that was waited for ----------------------------------------------------------

void cluster::come_back(const register_agent& x, time_point now) {
  auto& agent = agents_.at(x.info.id);
  agent.protocol = x.protocol;
  if (agent.life != x.life) {
    lose_rounds(x.info.id);  // Holds have gone with the life before.
    agent.life = x.life;
    for (const auto& id : agent.grants)
      grants_.at(id).revisions[x.info.id] = 0;  // This life's reports all come after its parts.
    lose_missing_tasks(x, now);
  }
  if (agent.info != x.info) {
    agent.info = x.info;
    sharer_->update_agent(x.info);
    pool_stale_.insert(x.info.id);
    ++agents_version_;
    ++capacity_version_;
    changed();
  }
  if (!std::exchange(agent.connected, true))
    use_changed(x.info.id);
}

void cluster::lose_missing_tasks(const register_agent& x, time_point now) {
  std::set<task_key> there;
  for (const auto& task : x.tasks)
    there.emplace(task.framework, task.id);
  std::vector<task_key> missing;
  for (const auto& key : agents_.at(x.info.id).tasks)
    // What no update came of is launched again, and the end of what was adopted may be known.
    if (!there.contains(key) && !unheard_.contains(key) && !adopted_.contains(key))
      missing.push_back(key);
  for (const auto& key : missing) {
    auto& framework = *find(key.first);
    auto task = framework.tasks.find(key.second);
    tell_lost(task->second, framework.info.partition_aware ? task_state::gone : task_state::lost,
              task_reason::agent_restarted,
              "agent " + x.info.id.str() + " has come back without it");
    end_task(framework, task, now);
  }
}

// -- one that was told lost -----------------------------------------------------------

bool cluster::may_stay(const absent_agents::entry& absent, const task_entry& task) {
  task_key key{task.framework, task.id};
  if (is_terminal(task.last.state)) {
    // Its framework may not have heard of this end yet, unless it was told another one.
    auto ended = ended_.find(key);
    return ended == ended_.end() || ended->second.last.sequence > 0;
  }
  auto* framework = find(task.framework);
  if (!framework || !framework->info.partition_aware ||
      framework->state == framework_state::completed)
    return false;
  if (absent.was_told_by_earlier)
    return absent.why == departure::unreachable && !ended_.contains(key);
  auto* known = unreachable_.find(key);
  return known && known->agent == absent.info.id;
}

void cluster::refuse_lost(const register_agent& x, agent_registered& answer) {
  auto absent = *absent_.find(x.info.id);
  // Slots were told lost as slots: their grants go on without them, and their tasks end there.
  for (const auto& part : x.parts)
    answer.release.push_back({part.round, {}});
  for (const auto& task : x.tasks) {
    if (may_stay(absent, task))
      continue;
    answer.abandon.push_back({task.framework, task.id, std::nullopt});
    if (absent.was_told_by_earlier && !ended_.contains({task.framework, task.id}))
      lose_again(task, absent);
  }
}

void cluster::lose_again(task_entry task, const absent_agents::entry& absent) {
  auto is_gone = absent.why == departure::gone;
  task.agent = absent.info.id;
  task.hostname = absent.info.hostname;
  auto state = state_when_lost(find(task.framework), absent.why);
  end_unreachable_task(
    std::move(task), state,
    is_gone ? task_reason::agent_removed_by_operator : task_reason::agent_removed,
    "agent " + absent.info.id.str() + " on " + absent.info.hostname +
      (absent.why == departure::unreachable ? " could not be reached" : " was gone"));
}

void cluster::end_unreachable(const register_agent& x, time_point now) {
  std::map<task_key, const task_entry*> there;
  for (const auto& task : x.tasks)
    there[{task.framework, task.id}] = &task;
  for (const auto& key : unreachable_.on(x.info.id)) {
    auto known = *unreachable_.take(key);
    auto i = there.find(key);
    if (i == there.end()) {
      end_unreachable_task(std::move(known), task_state::gone, task_reason::agent_restarted,
                           "agent " + x.info.id.str() + " has come back without it");
    } else if (is_terminal(i->second->last.state)) {
      known.last = i->second->last;  // The agent tells it, until it is acknowledged.
      has_ended(std::move(known));
      forget_if_over(key.first);
    } else {
      adopt_task(x.info.id, *i->second, x.revision, now);
    }
  }
}

void cluster::tell_there(const task_entry& task) {
  if (!frameworks_.at(task.framework).info.partition_aware)
    return;
  auto update = task.last;
  update.sequence = 0;
  update.reason = task_reason::agent_reregistered;
  update.message = "agent " + task.agent.str() + " is back";
  tell(task.framework, std::move(update));
}

void cluster::end_unreachable_task(task_entry task, task_state state, task_reason reason,
                                   const std::string& message) {
  tell_lost(task, state, reason, message);
  auto framework = task.framework;
  has_ended(std::move(task));
  forget_if_over(framework);
}

}  // namespace entente
