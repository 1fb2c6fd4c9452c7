// What a task book writes down, and how it goes on from there.
#include <algorithm>
#include <utility>

#include "actors/agent/task_book.hpp"

namespace entente {

namespace {

task_launched launched_of(const task_key& key, const task_info& info,
                          const task_book::place& where) {
  return {key.framework, info, where.grant, where.slot, where.role};
}

/// What is wrong with the updates of a task: they are its own, numbered without a gap, and the last
/// of them is the newest.
std::optional<std::string> problem_of(const task_progress& x) {
  const auto& last = x.last;
  if (last.sequence < std::max<std::size_t>(x.waiting.size(), 1))
    return "its updates are miscounted";
  if (!x.waiting.empty() && x.waiting.back() != last)
    return "its newest update is not the last that waits";
  auto sequence = last.sequence - x.waiting.size();
  for (const auto& update : x.waiting) {
    if (update.sequence != ++sequence)
      return "update " + std::to_string(sequence) + " is missing";
    if (is_terminal(update.state) && sequence != last.sequence)
      return "it goes on after its end";
  }
  return std::nullopt;
}

}  // namespace

// -- writing ----------------------------------------------------------------------

task_progress task_book::progress_of(const task_key& key, const task_record& task) {
  const auto& waiting = task.updates.waiting();
  return {key.framework, key.task,       task.last,        {waiting.begin(), waiting.end()},
          task.started,  task.abandoned, task.kill_reason, task.kill_grace};
}

void task_book::take_changes(std::vector<checkpoint>& to) {
  for (auto& key : std::exchange(newly_forgotten_, {}))
    to.emplace_back(task_forgotten{std::move(key.framework), std::move(key.task)});
  for (const auto& key : std::exchange(changed_, {})) {
    auto i = tasks_.find(key);
    if (i == tasks_.end())
      continue;  // Forgotten meanwhile.
    if (std::exchange(i->second.is_new, false))
      to.emplace_back(launched_of(key, i->second.info, i->second.where));
    to.emplace_back(progress_of(key, i->second));
  }
}

void task_book::add_checkpoints(std::vector<checkpoint>& to) const {
  for (const auto& key : forgotten_order_)
    to.emplace_back(task_forgotten{key.framework, key.task});
  for (const auto& [key, task] : tasks_) {
    to.emplace_back(launched_of(key, task.info, task.where));
    to.emplace_back(progress_of(key, task));
  }
}

// -- reading ----------------------------------------------------------------------

std::optional<std::string> task_book::recover(const task_launched& launched,
                                              const task_progress& progress, time_point now) {
  if (auto problem = problem_of(progress))
    return problem;
  auto i = tasks_.try_emplace({progress.framework, progress.task}).first;
  auto& task = i->second;
  task.info = launched.task;
  task.where = {launched.grant, launched.slot, launched.role};
  task.updates = {progress.waiting, progress.last};
  task.last = progress.last;
  task.abandoned = progress.abandoned;
  task.started = progress.started;
  task.ended = is_terminal(progress.last.state);
  task.kill_reason = progress.kill_reason;
  task.kill_grace = progress.kill_grace;
  if (task.last.state == task_state::killing && task.last.health != task_health::unhealthy)
    task.group_cause = task.last.message;
  task.is_new = false;
  if (!task.ended) {
    task.awaited = true;
    ++awaited_;
    effects_.push_back(recover_process{i->first, task.info});
  }
  if (!task.abandoned)
    send(task.updates.resend(now));
  forget_if_done(i);
  return std::nullopt;
}

void task_book::recover(const task_forgotten& x) {
  if (task_key key{x.framework, x.task}; !tasks_.contains(key))
    forget(key);
}

std::vector<task_allocation> task_book::allocations() const {
  std::vector<task_allocation> result;
  for (const auto& [key, task] : tasks_)
    if (!task.ended)
      result.push_back({key, task.info.limits, task.where.grant, task.where.slot});
  return result;
}

// -- what became of processes -------------------------------------------------------

task_book::iterator task_book::find_awaited(const task_key& key) {
  auto i = tasks_.find(key);
  return i != tasks_.end() && i->second.awaited ? i : tasks_.end();
}

void task_book::recovered_running(const task_key& key, time_point now) {
  auto i = find_awaited(key);
  if (i == tasks_.end())
    return;
  i->second.awaited = false;
  --awaited_;
  i->second.running = true;
  ++running_;
  // An executor says by itself which of its tasks run.
  if (!std::exchange(i->second.started, true) && !i->second.info.executor)
    report(i, task_state::running, now);
  if (i->second.kill_reason)
    end_process(i, now);
}

void task_book::recovered_preparing(const task_key& key, time_point now) {
  auto i = find_awaited(key);
  if (i == tasks_.end())
    return;
  i->second.awaited = false;
  --awaited_;
  if (i->second.kill_reason)
    end_preparation(i, now);
}

void task_book::lost(const task_key& key, const std::string& why, time_point now) {
  auto i = take_end(key);
  if (!i)
    return;
  status_update update;
  update.message = why;
  if (auto told = (*i)->second.kill_reason) {
    update.state = task_state::killed;
    update.reason = *told;
  } else {
    update.state = task_state::failed;
    update.reason = task_reason::executor_terminated;
  }
  report(*i, std::move(update), now);
}

void task_book::never_started(const task_key& key, time_point now) {
  auto i = find_awaited(key);
  if (i == tasks_.end())
    return;
  if (i->second.started)
    return lost(key, "its process is gone, and nothing says how it ended", now);
  if (i->second.kill_reason)
    return end_unstarted(i, now);
  i->second.awaited = false;
  --awaited_;
  effects_.push_back(start_process{key, i->second.info});
}

}  // namespace entente
