#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

/// The state of tasks whose framework tells these apart.
task_state state_after(departure x) {
  switch (x) {
  case departure::unreachable:
    return task_state::unreachable;
  case departure::gone:
    return task_state::gone_by_operator;
  default:
    return task_state::gone;
  }
}

}  // namespace

/// What is for the scheduler alone is not kept: it may be large, and the tasks many.
static status_update without_data(status_update x) {
  x.data.clear();
  return x;
}

void cluster::update_task(status_update update, time_point now) {
  if (update.sequence == 0)
    return lose_denied(update, now);
  auto is_killed = update.state == task_state::killing || update.state == task_state::killed;
  if (is_killed && update.reason == task_reason::none && is_drained(update.agent))
    update.reason = task_reason::agent_draining;
  auto* framework = find(update.framework);
  auto connected = framework && framework->state == framework_state::active;
  auto orphaned = !framework || framework->orphaned();
  unheard_.erase({update.framework, update.task});
  if (framework) {
    auto task = framework->tasks.find(update.task);
    if (task != framework->tasks.end() && task->second.agent == update.agent &&
        update.sequence > task->second.last.sequence) {
      task->second.last = without_data(update);
      if (auto i = adopted_.find({update.framework, update.task}); i != adopted_.end())
        i->second.is_updated = true;
      changed();
      if (is_terminal(update.state))
        end_task(*framework, task, now);
    }
  }
  if (const auto* away = unreachable_.find({update.framework, update.task});
      away && away->agent == update.agent && is_terminal(update.state)) {
    auto task = *unreachable_.take({update.framework, update.task});
    task.last = without_data(update);
    has_ended(std::move(task));
  }
  // What an agent says of a task that was told lost comes too late: a task ends once.
  auto ended = ended_.find({update.framework, update.task});
  auto too_late = ended != ended_.end() && ended->second.last.sequence < update.sequence;
  if (connected && !too_late)
    tell(update.framework, update);
  else if (orphaned || too_late)
    // Nobody is left to acknowledge it. (A framework that may come back will.)
    tell(update.agent, acknowledge{update.framework, update.agent, update.task, update.sequence});
  forget_if_over(update.framework);
  finish_drain(update.agent, now);
}

/// The agent does not know, or not any more, a task that it was told to launch.
void cluster::lose_denied(const status_update& x, time_point now) {
  auto* framework = find(x.framework);
  if (!framework || !unheard_.contains({x.framework, x.task}))
    return;
  auto task = framework->tasks.find(x.task);
  if (task == framework->tasks.end() || task->second.agent != x.agent)
    return;
  tell_lost(task->second, state_when_lost(framework, departure::ended), x.reason, x.message);
  end_task(*framework, task, now);
  finish_drain(x.agent, now);
}

void cluster::acknowledged(const acknowledge& call) {
  if (agents_.contains(call.agent) || absent_.find(call.agent))
    tell(call.agent, call);
}

std::optional<refusal> cluster::kill(const kill_task& call) {
  auto task = find_task(call.framework, call.task);
  if (!task)
    return refusal{"no task \"" + call.task.str() + "\"" +
                   (call.framework ? " of framework " + call.framework.str() : "")};
  if (is_terminal(task->last.state))
    return refusal{"task \"" + call.task.str() +
                   "\" has ended: " + std::string{to_string(task->last.state)}};
  auto& known = killed_[{task->framework, call.task}];
  auto has_less = known.grace && call.grace && *known.grace < *call.grace;
  known = {has_less ? known.grace : call.grace, false, true};
  tell(task->agent, kill_task{task->framework, call.task, call.grace});
  return std::nullopt;
}

bool cluster::was_launched(const framework_record& framework, const task_id& task) const {
  task_key key{framework.info.id, task};
  return framework.tasks.contains(task) || unreachable_.contains(key) || ended_.contains(key);
}

void cluster::add_task(framework_record& framework, const agent_id& agent, const task_info& task,
                       const grant_id& grant, std::uint32_t slot, const std::string& role) {
  const auto& hostname = agents_.at(agent).info.hostname;
  task_entry entry{task.id, task.name, framework.info.id, agent, hostname, task.limits, {},
                   grant,   slot};
  entry.role = role;
  entry.last.framework = framework.info.id;
  entry.last.agent = agent;
  entry.last.task = task.id;
  framework.tasks.emplace(task.id, std::move(entry));
  agents_.at(agent).tasks.emplace(framework.info.id, task.id);
  launch_tasks again{framework.info.id, {task}, grant, {}, grant ? std::string{} : role};
  if (grant)
    again.slots.push_back(slot);
  unheard_.insert_or_assign(task_key{framework.info.id, task.id}, std::move(again));
  changed();
}

void cluster::refuse_task(const framework_id& framework, const task_info& task, task_state state,
                          task_reason reason, std::string message) {
  status_update update;
  update.framework = framework;
  update.task = task.id;
  update.state = state;
  update.reason = reason;
  update.message = std::move(message);
  tell(framework, std::move(update));
}

void cluster::refuse_unit(const framework_id& framework, const task_unit& unit,
                          const task_id& wrong, const std::string& problem) {
  const auto& group = unit.front()->group;
  if (group.empty())
    return refuse_task(framework, *unit.front(), task_state::error, task_reason::task_invalid,
                       problem);
  for (const auto* task : unit)
    refuse_task(framework, *task, task_state::error, task_reason::task_group_invalid,
                "task \"" + wrong.str() + "\" of group \"" + group + "\": " + problem);
}

task_entry cluster::take_task(framework_record& framework,
                              std::map<task_id, task_entry>::iterator task) {
  auto entry = std::move(task->second);
  framework.tasks.erase(task);
  task_key key{entry.framework, entry.id};
  unheard_.erase(key);
  adopted_.erase(key);
  auto& agent = agents_.at(entry.agent);
  agent.tasks.erase(key);
  if (!entry.grant) {
    framework.allocated -= entry.limits;
    agent.allocated -= entry.limits;
    pool_stale_.insert(entry.agent);
    sharer_->give_back({entry.framework, entry.role}, entry.agent, entry.limits);
    ++capacity_version_;
  }
  changed();
  return entry;
}

void cluster::end_task(framework_record& framework, std::map<task_id, task_entry>::iterator task,
                       time_point now) {
  auto ended = take_task(framework, task);
  has_ended(ended);
  if (ended.grant)
    task_ended_in(ended, now);
  forget_if_over(ended.framework);
}

void cluster::has_ended(task_entry task) {
  killed_.erase({task.framework, task.id});
  ++(task.last.state == task_state::finished ? tasks_finished_ : tasks_failed_);
  remember_ended(std::move(task));
  changed();
}

void cluster::lose_tasks(const agent_id& agent, departure why, const std::string& message,
                         time_point now) {
  for (const auto& [id, task] : std::set<task_key>{agents_.at(agent).tasks}) {
    auto& framework = *find(id);  // It is there as long as a task of its is.
    lose_task(framework, framework.tasks.find(task), why, message, now);
  }
}

task_state cluster::state_when_lost(const framework_record* framework, departure why) {
  auto is_told_more =
    framework && framework->info.partition_aware && framework->state != framework_state::completed;
  return is_told_more ? state_after(why) : task_state::lost;
}

void cluster::tell_lost(task_entry& task, task_state state, task_reason reason,
                        const std::string& message) {
  task.last.sequence = 0;
  task.last.state = state;
  task.last.reason = reason;
  task.last.message = message;
  tell(task.framework, task.last);
}

void cluster::lose_task(framework_record& framework, std::map<task_id, task_entry>::iterator i,
                        departure why, const std::string& message, time_point now) {
  auto reason =
    why == departure::gone ? task_reason::agent_removed_by_operator : task_reason::agent_removed;
  tell_lost(i->second, state_when_lost(&framework, why), reason, message);
  if (is_terminal(i->second.last.state))
    return end_task(framework, i, now);
  auto task = take_task(framework, i);
  unreachable_.add(task);
  if (task.grant)
    task_ended_in(task, now);
}

void cluster::remember_ended(task_entry task) {
  task_key key{task.framework, task.id};
  if (!ended_.insert_or_assign(key, std::move(task)).second)
    std::erase(ended_order_, key);
  ended_order_.push_back(std::move(key));
  if (ended_order_.size() > options_.ended_tasks_kept) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
}

}  // namespace entente
