#include "actors/agent/health_monitor.hpp"

namespace entente {

namespace {

std::string fatal_message(std::uint32_t failures, const std::string& message) {
  if (failures == 1)
    return "its health check has failed: " + message;
  return "its health check has failed " + std::to_string(failures) +
         " times one after the other: " + message;
}

}  // namespace

void health_monitor::watch(const task_key& key, const health_check& check, time_point now) {
  auto [i, is_new] = tasks_.try_emplace(key);
  if (!is_new)
    return;
  auto& task = i->second;
  task.check = check;
  if (check.grace.count() > 0)
    task.grace_end = now + check.grace;
  task.due = task.grace_end ? now : now + check.interval;
  queue_.emplace(task.due, key);
}

bool health_monitor::forget(const task_key& key) {
  auto i = tasks_.find(key);
  if (i == tasks_.end())
    return false;
  auto was_out = i->second.is_out;
  if (was_out)
    --out_;
  else
    queue_.erase({i->second.due, key});
  tasks_.erase(i);
  return was_out;
}

std::vector<task_key> health_monitor::due(time_point now) {
  std::vector<task_key> result;
  while (out_ < most_at_once_ && !queue_.empty() && queue_.begin()->first <= now) {
    auto key = std::move(queue_.extract(queue_.begin()).value().second);
    tasks_.at(key).is_out = true;
    ++out_;
    result.push_back(std::move(key));
  }
  return result;
}

std::optional<task_health_found> health_monitor::probed(const task_key& key, bool passed,
                                                        const std::string& message,
                                                        time_point now) {
  auto i = tasks_.find(key);
  if (i == tasks_.end() || !i->second.is_out)
    return std::nullopt;
  auto& task = i->second;
  task.is_out = false;
  --out_;
  task.due = now + task.check.interval;
  queue_.emplace(task.due, key);
  if (!passed) {
    auto found = failed(task, message, now);
    if (found && found->is_fatal)
      forget(key);
    return found;
  }
  task.grace_end.reset();
  task.failures = 0;
  if (std::exchange(task.health, task_health::healthy) == task_health::healthy)
    return std::nullopt;
  return task_health_found{task_health::healthy, message, false};
}

std::optional<task_health_found>
health_monitor::failed(watched_task& task, const std::string& message, time_point now) {
  if (task.grace_end && now < *task.grace_end)
    return std::nullopt;
  task.grace_end.reset();
  if (++task.failures >= task.check.failures)
    return task_health_found{task_health::unhealthy, fatal_message(task.failures, message), true};
  if (std::exchange(task.health, task_health::unhealthy) == task_health::unhealthy)
    return std::nullopt;
  return task_health_found{task_health::unhealthy, message, false};
}

std::optional<time_point> health_monitor::next_deadline() const {
  if (queue_.empty() || out_ >= most_at_once_)
    return std::nullopt;
  return queue_.begin()->first;
}

}  // namespace entente
