#include "actors/agent/executor_tasks.hpp"

#include <set>
#include <utility>
#include <vector>

namespace entente {

namespace {

/// A file that has no more records is not worth rewriting.
constexpr std::size_t smallest_rewrite = 1'000;

}  // namespace

void executor_tasks::recover() {
  for (auto& [task, executor] : files_.tasks()) {
    auto [i, is_new] = executor_of_.insert_or_assign(task, std::move(executor));
    if (is_new)
      ended_.push_back(i->first);
  }
  trim();
  if (!executor_of_.empty())
    rewrite();
}

void executor_tasks::add(const task_key& task, const executor_key& executor) {
  auto [i, is_new] = executor_of_.try_emplace(task, executor);
  if (!is_new)
    std::erase(ended_, task);
  if (is_new || std::exchange(i->second, executor) != executor)
    write(task, executor);
}

void executor_tasks::end(const task_key& task) {
  if (!contains(task))
    return;
  std::erase(ended_, task);
  ended_.push_back(task);
  trim();
}

const executor_key* executor_tasks::find(const task_key& task) const {
  auto i = executor_of_.find(task);
  return i == executor_of_.end() ? nullptr : &i->second;
}

void executor_tasks::write(const task_key& task, const executor_key& executor) {
  if (!is_whole_ || written_ > 2 * executor_of_.size() + smallest_rewrite)
    return rewrite();
  is_whole_ = !files_.add_task({task, executor});
  ++written_;
}

void executor_tasks::rewrite() {
  std::vector<executor_files::kept_task> all;
  for (const auto& task : ended_)
    all.push_back({task, executor_of_.at(task)});
  const std::set<task_key> ended{ended_.begin(), ended_.end()};
  for (const auto& [task, executor] : executor_of_)
    if (!ended.contains(task))
      all.push_back({task, executor});
  is_whole_ = !files_.replace_tasks(all);
  written_ = all.size();
}

void executor_tasks::trim() {
  for (; ended_.size() > most_ended_; ended_.pop_front())
    executor_of_.erase(ended_.front());
}

}  // namespace entente
