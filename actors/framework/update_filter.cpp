#include "actors/framework/update_filter.hpp"

#include <algorithm>
#include <vector>

namespace entente {

namespace {

/// True for a task that its framework is not to wait for any more. What was never started, for want
/// of room or of sense, is no end of a task that runs under that id or will.
bool is_end(const status_update& x) {
  auto was_refused = x.state == task_state::dropped || x.state == task_state::error;
  return is_terminal(x.state) && (x.sequence > 0 || !was_refused);
}

/// True if the framework may wait for the task to be there again.
bool is_out_of_reach(task_state x) {
  return x == task_state::unreachable || x == task_state::unknown;
}

}  // namespace

bool update_filter::is_new(const status_update& update) {
  auto i = tasks_.find(update.task);
  if (update.sequence == 0) {
    if (update.reason == task_reason::reconciliation)
      return true;
    if (update.reason == task_reason::agent_reregistered)
      return i != tasks_.end() && i->second.is_unreachable;
    if (i == tasks_.end())
      return true;
    auto is_known = is_end(update) ? i->second.ended : i->second.is_unreachable;
    return !is_known || !(is_end(update) || update.state == task_state::unreachable);
  }
  return i == tasks_.end() || (!i->second.is_given_up && update.sequence > i->second.handled);
}

void update_filter::handled(const status_update& update) {
  if (update.sequence == 0 && !is_end(update)) {
    if (is_out_of_reach(update.state))
      tasks_[update.task].is_unreachable = true;  // Perhaps from before its first update on.
    else if (auto i = tasks_.find(update.task); i != tasks_.end() && !is_terminal(update.state))
      i->second.is_unreachable = false;
    return;
  }
  auto& task = tasks_[update.task];
  task.handled = std::max(task.handled, update.sequence);
  task.stamp = ++stamps_;
  task.is_unreachable = false;
  task.is_given_up = task.is_given_up || update.sequence == 0;
  if (is_end(update) && !task.ended) {
    task.ended = true;
    ++ended_;
  }
}

void update_filter::launched(const task_id& id) {
  auto i = tasks_.find(id);
  if (i == tasks_.end() || !i->second.is_given_up)
    return;
  --ended_;
  tasks_.erase(i);
}

void update_filter::forget_ended(std::size_t keep) {
  // Rarely done, and then for many: half of what is allowed stays.
  if (ended_ <= keep)
    return;
  std::vector<std::uint64_t> stamps;
  for (const auto& [id, task] : tasks_)
    if (task.ended)
      stamps.push_back(task.stamp);
  auto drop = static_cast<std::ptrdiff_t>(stamps.size() - keep / 2);
  std::nth_element(stamps.begin(), stamps.begin() + (drop - 1), stamps.end());
  auto newest_dropped = stamps[static_cast<std::size_t>(drop - 1)];
  ended_ -= std::erase_if(
    tasks_, [&](const auto& x) { return x.second.ended && x.second.stamp <= newest_dropped; });
}

}  // namespace entente
