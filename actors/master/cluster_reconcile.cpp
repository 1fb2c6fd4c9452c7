// What frameworks are told of their tasks when they ask.
#include "actors/master/cluster.hpp"

namespace entente {

void cluster::reconcile(const reconcile_tasks& call, time_point now) {
  auto* framework = find(call.framework);
  if (!framework || framework->state != framework_state::active)
    return;
  auto answer = [&](status_update x) {
    x.sequence = 0;  // It needs no acknowledgement.
    x.reason = task_reason::reconciliation;
    tell(call.framework, std::move(x));
  };
  if (call.tasks.empty()) {
    for (const auto& [id, task] : framework->tasks)
      answer(task.last);
    for (const auto& key : unreachable_.of(call.framework))
      answer(unreachable_.find(key)->last);
    return;
  }
  auto may_come = !is_own(call.framework) && awaits_agents(now);
  for (const auto& id : call.tasks) {
    if (auto task = find_task(call.framework, id)) {
      answer(task->last);
    } else if (!may_come) {
      status_update unknown;
      unknown.framework = call.framework;
      unknown.task = id;
      unknown.state = framework->info.partition_aware ? task_state::unknown : task_state::lost;
      unknown.message = "the master knows no such task";
      answer(std::move(unknown));
    }
  }
}

}  // namespace entente
