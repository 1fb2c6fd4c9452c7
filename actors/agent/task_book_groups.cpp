// What a task book makes of tasks that start and end together.
#include <utility>

#include "actors/agent/task_book.hpp"

namespace entente {

bool task_book::has_group(const framework_id& framework, const std::string& group) const {
  for (auto i = tasks_.lower_bound({framework, task_id{}});
       i != tasks_.end() && i->first.framework == framework; ++i)
    if (!i->second.ended && i->second.info.group == group)
      return true;
  return false;
}

void task_book::end_group_of(iterator i, time_point now) {
  const auto& last = i->second.last;
  // What was dropped has never been one of those that live.
  if (last.state == task_state::finished || last.state == task_state::dropped)
    return;
  auto cause = "has ended: " + std::string{to_string(last.state)} +
               (last.message.empty() ? "" : " (" + last.message + ")");
  kill_others_of(i, task_reason::task_group_invalid, std::nullopt, cause, now);
}

void task_book::kill_others_of(iterator from, task_reason reason,
                               std::optional<std::chrono::milliseconds> grace,
                               const std::string& cause, time_point now) {
  const auto& group = from->second.info.group;
  if (group.empty())
    return;
  const auto& framework = from->first.framework;
  for (auto i = tasks_.lower_bound({framework, task_id{}});
       i != tasks_.end() && i->first.framework == framework; ++i) {
    auto& task = i->second;
    if (i == from || task.ended || task.info.group != group || (task.kill_reason && !grace))
      continue;
    if (!task.kill_reason)
      task.group_cause = "task \"" + from->first.task.str() + "\" of its group " + cause;
    kill(i, reason, grace, now);
  }
}

void task_book::add_group_cause(const task_record& task, status_update& update) {
  if (task.group_cause.empty())
    return;
  if (update.state == task_state::killing) {
    update.reason = task.kill_reason.value_or(task_reason::none);
    update.message = task.group_cause;
  } else if (update.state == task_state::killed) {
    update.message = task.group_cause + "; " + update.message;
  }
}

}  // namespace entente
