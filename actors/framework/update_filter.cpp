#include "actors/framework/update_filter.hpp"

#include <algorithm>
#include <vector>

namespace entente {

bool update_filter::is_new(const status_update& update) {
  if (update.sequence == 0)
    return true;
  auto i = tasks_.find(update.task);
  return i == tasks_.end() || update.sequence > i->second.handled;
}

void update_filter::handled(const status_update& update) {
  if (update.sequence == 0)
    return;
  auto& task = tasks_[update.task];
  task.handled = std::max(task.handled, update.sequence);
  task.stamp = ++stamps_;
  if (is_terminal(update.state) && !task.ended) {
    task.ended = true;
    ++ended_;
  }
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
