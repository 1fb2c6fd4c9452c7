#include "actors/framework/executor_tasks.hpp"

#include <algorithm>
#include <utility>

namespace entente {

bool executor_tasks::given(const task_id& id) {
  return !ended_.contains(id) && tasks_.try_emplace(id).second;
}

std::optional<std::uint64_t> executor_tasks::say(executor_update x) {
  auto i = tasks_.find(x.task);
  if (i == tasks_.end() || i->second.ended)
    return std::nullopt;
  auto& task = i->second;
  task.ended = is_terminal(x.state);
  x.number = ++task.numbers;
  task.waiting.push_back(std::move(x));
  return task.numbers;
}

std::optional<executor_update> executor_tasks::next(const task_id& id) {
  auto i = tasks_.find(id);
  if (i == tasks_.end() || i->second.waiting.empty() || std::exchange(i->second.is_sent, true))
    return std::nullopt;
  return i->second.waiting.front();
}

void executor_tasks::taken(const task_id& id) {
  auto i = tasks_.find(id);
  if (i == tasks_.end() || !std::exchange(i->second.is_sent, false))
    return;
  auto& task = i->second;
  task.waiting.pop_front();
  if (!task.ended || !task.waiting.empty())
    return;
  tasks_.erase(i);
  ended_.insert(id);
  ended_order_.push_back(id);
  if (ended_order_.size() > ended_kept_) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
}

void executor_tasks::lost(const task_id& id) {
  if (auto i = tasks_.find(id); i != tasks_.end())
    i->second.is_sent = false;
}

void executor_tasks::all_lost() {
  for (auto& [id, task] : tasks_)
    task.is_sent = false;
}

bool executor_tasks::runs(const task_id& id) const {
  auto i = tasks_.find(id);
  return i != tasks_.end() && !i->second.ended;
}

std::vector<task_id> executor_tasks::all() const {
  std::vector<task_id> result;
  for (const auto& [id, task] : tasks_)
    result.push_back(id);
  return result;
}

bool executor_tasks::is_all_taken() const {
  return std::all_of(tasks_.begin(), tasks_.end(),
                     [](const auto& x) { return x.second.waiting.empty(); });
}

}  // namespace entente
