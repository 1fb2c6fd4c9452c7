// What an agent writes down, and how it goes on from there.
#include <utility>

#include "actors/agent/agent_book.hpp"
#include "actors/agent/agent_change.hpp"

namespace entente {

std::vector<checkpoint> agent_book::take_changes() {
  std::vector<checkpoint> result;
  if (std::exchange(is_new_, false))
    result.emplace_back(self_);
  tasks_.take_changes(result);
  ledger_.take_changes(result);
  return result;
}

std::vector<checkpoint> agent_book::checkpoints() const {
  std::vector<checkpoint> result{self_};
  tasks_.add_checkpoints(result);
  ledger_.add_checkpoints(result);
  return result;
}

std::variant<agent_book, std::string>
agent_book::recover(agent_checkpoint self, const checkpoint_state& before, time_point now) {
  if (!before.agent)
    return "they do not say which agent they are of";
  if (auto problem = problem_of_change(before.agent->info, self.info))
    return *problem;
  agent_book book{std::move(self.info), self.life, std::move(self.boot_id)};
  try {
    if (auto problem = book.recover(before, now))
      return *problem;
  } catch (const ledger_error& error) {
    return std::string{error.what()};
  }
  return book;
}

std::optional<std::string> agent_book::recover(const checkpoint_state& before, time_point now) {
  recovered_ = true;
  for (const auto& [key, task] : before.tasks) {
    auto problem = task.launched && task.progress
                     ? tasks_.recover(*task.launched, *task.progress, now)
                     : "one of its two checkpoints is missing";
    if (problem)
      return "task " + key.task.str() + " of " + key.framework.str() + ": " + *problem;
  }
  for (const auto& key : before.forgotten)
    tasks_.recover(task_forgotten{key.framework, key.task});
  return ledger_.recover(before.parts, tasks_.allocations(), before.revision, now);
}

// -- what became of processes -------------------------------------------------------

void agent_book::recovered_running(const task_key& key, time_point now) {
  tasks_.recovered_running(key, now);
}

void agent_book::recovered_preparing(const task_key& key, time_point now) {
  tasks_.recovered_preparing(key, now);
}

void agent_book::never_started(const task_key& key, time_point now) {
  tasks_.never_started(key, now);
  if (tasks_.find(key) == task_book::whereabouts::ended)
    ledger_.free(key, now);
}

}  // namespace entente
