// What an agent makes of a call to start tasks.
#include <algorithm>
#include <utility>

#include "actors/agent/agent_book.hpp"

namespace entente {

namespace {

task_key key_of(const launch_tasks& call, const task_info* task) {
  return {call.framework, task->id};
}

/// Where the task, one of the call's, is to run.
task_book::place place_of(const launch_tasks& call, const task_info* task) {
  auto index = static_cast<std::size_t>(task - call.tasks.data());
  return {call.grant, index < call.slots.size() ? call.slots[index] : 0, call.role};
}

}  // namespace

void agent_book::launch(const launch_tasks& call, task_unit unit, time_point now) {
  // A repeated message: what it has it had before.
  std::erase_if(unit, [&](const task_info* task) {
    auto key = key_of(call, task);
    tasks_.deny(key);
    return tasks_.find(key) != task_book::whereabouts::unknown;
  });
  if (unit.empty())
    return;
  if (auto problem = allocate(call, unit, now)) {
    for (const auto* task : unit)
      tasks_.refuse(call.framework, *task, *problem, now);
    return;
  }
  for (const auto* task : unit)
    tasks_.launch(call.framework, *task, place_of(call, task), now);
  for (const auto* task : unit)
    if (auto key = key_of(call, task); tasks_.find(key) != task_book::whereabouts::here)
      ledger_.free(key, now);  // The agent is stopping.
}

std::optional<std::string> agent_book::allocate(const launch_tasks& call, const task_unit& unit,
                                                time_point now) {
  const auto& group = unit.front()->group;
  if (!group.empty() && tasks_.has_group(call.framework, group))
    return "tasks of group \"" + group + "\" are here that were started by another call";
  for (auto i = unit.begin(); i != unit.end(); ++i) {
    auto key = key_of(call, *i);
    const auto& limits = (*i)->limits;
    auto problem = call.grant
                     ? ledger_.allocate_in(key, limits, call.grant, place_of(call, *i).slot, now)
                     : ledger_.allocate(key, limits, now);
    if (!problem)
      continue;
    for (auto before = unit.begin(); before != i; ++before)
      ledger_.free(key_of(call, *before), now);
    return group.empty() ? *problem : "task \"" + key.task.str() + "\" of its group: " + *problem;
  }
  return std::nullopt;
}

}  // namespace entente
