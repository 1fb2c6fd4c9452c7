// What executors say of their tasks.
#include <utility>

#include "actors/agent/task_book.hpp"
#include "actors/agent/task_runner.hpp"

namespace entente {

namespace {

/// An executor that reports faster than its scheduler listens must not fill the agent's memory.
constexpr std::size_t most_waiting = 100;
/// All of it is written down with each change.
constexpr std::size_t most_data_waiting = 1024 * 1024;

bool is_full(const update_stream& updates) {
  std::size_t bytes = 0;
  for (const auto& x : updates.waiting())
    bytes += x.data.size() + x.message.size();
  return bytes >= most_data_waiting || updates.waiting().size() >= most_waiting;
}

status_update update_of(const task_reported& x) {
  status_update result;
  result.state = x.state;
  result.reason = x.reason;
  result.message = x.message;
  result.data = x.data;
  result.exit_code = x.exit_code;
  return result;
}

/// Executors repeat what nobody has taken, also to the next life of an agent that had just taken
/// it: that is always what was said last.
bool says_what(const status_update& last, const task_reported& x) {
  return last.state == x.state && last.message == x.message && last.data == x.data &&
         last.exit_code == x.exit_code;
}

}  // namespace

void task_book::reported(const task_key& key, const task_reported& what, time_point now) {
  if (is_terminal(what.state))
    return end_as_reported(key, what, now);
  auto i = tasks_.find(key);
  if (i == tasks_.end() || i->second.ended || i->second.awaited)
    return;
  auto& task = i->second;
  auto is_first = what.state == task_state::running && task.last.state != task_state::running;
  if (what.state == task_state::running && !std::exchange(task.running, true))
    ++running_;
  if (what.state == task_state::running && !std::exchange(task.started, true))
    changed_.insert(key);
  auto goes_back = what.state == task_state::starting && task.last.state == task_state::running;
  auto is_too_much = !is_first && is_full(task.updates);
  if (!task.kill_reason && !goes_back && !is_too_much && !says_what(task.last, what))
    report(i, update_of(what), now);
}

void task_book::end_as_reported(const task_key& key, const task_reported& what, time_point now) {
  auto i = take_end(key);
  if (!i)
    return;
  auto update = update_of(what);
  // What had finished before it was told to end has finished.
  if (const auto& told = (*i)->second.kill_reason; told && what.state != task_state::finished) {
    update.state = task_state::killed;
    update.reason = *told;
  }
  report(*i, std::move(update), now);
}

}  // namespace entente
