#include "actors/master/unreachable_tasks.hpp"

namespace entente {

void unreachable_tasks::add(task_entry task) {
  key name{task.framework, task.id};
  take(name);
  by_agent_[task.agent].insert(name);
  tasks_.emplace(std::move(name), std::move(task));
}

std::optional<task_entry> unreachable_tasks::take(const key& task) {
  auto i = tasks_.find(task);
  if (i == tasks_.end())
    return std::nullopt;
  auto result = std::move(i->second);
  tasks_.erase(i);
  auto there = by_agent_.find(result.agent);
  there->second.erase(task);
  if (there->second.empty())
    by_agent_.erase(there);
  return result;
}

const task_entry* unreachable_tasks::find(const key& task) const {
  auto i = tasks_.find(task);
  return i == tasks_.end() ? nullptr : &i->second;
}

std::vector<unreachable_tasks::key> unreachable_tasks::on(const agent_id& agent) const {
  auto i = by_agent_.find(agent);
  if (i == by_agent_.end())
    return {};
  return {i->second.begin(), i->second.end()};
}

std::vector<unreachable_tasks::key> unreachable_tasks::of(const framework_id& framework) const {
  std::vector<key> result;
  for (auto i = tasks_.lower_bound({framework, task_id{}});
       i != tasks_.end() && i->first.first == framework; ++i)
    result.push_back(i->first);
  return result;
}

std::size_t unreachable_tasks::count_of(const framework_id& framework) const {
  std::size_t count = 0;
  for (auto i = tasks_.lower_bound({framework, task_id{}});
       i != tasks_.end() && i->first.first == framework; ++i)
    ++count;
  return count;
}

}  // namespace entente
