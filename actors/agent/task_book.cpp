#include "actors/agent/task_book.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace entente {

namespace {

/// The terminal update of a process that has ended.
status_update outcome(const runtime::exit_status& status, std::optional<task_reason> kill_reason) {
  status_update update;
  update.message = status.to_string();
  (status.signaled ? update.signal : update.exit_code) = status.code;
  if (kill_reason) {
    update.state = task_state::killed;
    update.reason = *kill_reason;
  } else if (status.success()) {
    update.state = task_state::finished;
  } else {
    update.state = task_state::failed;
    update.reason = task_reason::command_executor_failed;
  }
  return update;
}

}  // namespace

void task_book::launch(const framework_id& framework, const task_info& task, place where,
                       time_point now) {
  task_key key{framework, task.id};
  if (find(key) != whereabouts::unknown)
    return;  // A repeated message must not start a task twice.
  auto i = tasks_.try_emplace(std::move(key)).first;
  i->second.info = task;
  i->second.where = std::move(where);
  report(i, task_state::staging, now);
  report(i, task_state::starting, now);
  if (stopping_)
    start_failed(i->first, "the agent is stopping", now);
  else
    effects_.push_back(start_process{i->first, task});
}

void task_book::refuse(const framework_id& framework, const task_info& task, const std::string& why,
                       time_point now) {
  task_key key{framework, task.id};
  if (find(key) != whereabouts::unknown)
    return;
  auto i = tasks_.try_emplace(std::move(key)).first;
  i->second.info = task;
  status_update update;
  update.state = task_state::dropped;
  update.reason = task_reason::resources_unknown;
  update.message = why;
  report(i, std::move(update), now);
}

void task_book::deny(const task_key& key) {
  if (!forgotten_.contains(key))
    return;
  status_update update;
  update.framework = key.framework;
  update.agent = agent_;
  update.task = key.task;
  update.state = task_state::lost;
  update.reason = task_reason::task_unknown;
  update.message = "the agent has had a task of this id before, which has ended";
  send(std::move(update));
}

bool task_book::is_wanted(const task_key& key) const {
  auto i = tasks_.find(key);
  return i != tasks_.end() && !i->second.ended && !i->second.kill_reason;
}

bool task_book::may_start(const task_key& key, time_point now) {
  auto i = tasks_.find(key);
  if (i == tasks_.end() || i->second.ended)
    return false;
  if (!i->second.kill_reason) {
    i->second.handed_over = i->second.info.executor.has_value();
    return true;
  }
  end_unstarted(i, now);
  return false;
}

void task_book::end_unstarted(iterator i, time_point now) {
  i->second.sigkill_at.reset();
  status_update update;
  update.state = task_state::killed;
  update.reason = task_reason::task_killed_during_launch;
  update.message = "it was told to end before it had started";
  report(i, std::move(update), now);
}

void task_book::started(const task_key& key, time_point now) {
  auto i = tasks_.find(key);
  if (i == tasks_.end() || i->second.ended || i->second.running || i->second.awaited)
    return;
  i->second.started = true;
  i->second.running = true;
  ++running_;
  report(i, task_state::running, now);
  if (i->second.kill_reason)  // It was told to end while it started.
    end_process(i, now);
}

void task_book::start_failed(const task_key& key, const std::string& why, time_point now,
                             task_reason reason) {
  auto i = take_end(key);
  if (!i)
    return;
  const auto& task = (*i)->second;
  if (task.kill_reason && !task.info.artifacts.empty())  // It was told to while it was prepared.
    return end_unstarted(*i, now);
  status_update update;
  update.state = task_state::failed;
  update.reason = reason;
  update.message = why;
  report(*i, std::move(update), now);
}

std::optional<task_book::iterator> task_book::take_end(const task_key& key) {
  auto i = tasks_.find(key);
  if (i == tasks_.end() || i->second.ended)
    return std::nullopt;
  if (std::exchange(i->second.running, false))
    --running_;
  i->second.sigkill_at.reset();
  return i;
}

void task_book::exited(const task_key& key, const runtime::exit_status& status, time_point now) {
  if (auto i = take_end(key))
    report(*i, outcome(status, (*i)->second.kill_reason), now);
}

void task_book::over_limit(const task_key& key, const runtime::exit_status& status,
                           task_reason reason, const std::string& message, time_point now) {
  auto i = take_end(key);
  if (!i)
    return;
  auto update = outcome(status, (*i)->second.kill_reason);
  if (!(*i)->second.kill_reason) {
    update.state = task_state::failed;
    update.reason = reason;
  }
  update.message += "; " + message;
  report(*i, std::move(update), now);
}

void task_book::kill(const kill_task& call, time_point now) {
  auto i = tasks_.find({call.framework, call.task});
  if (i == tasks_.end())
    return;
  kill(i, task_reason::none, call.grace, now);
  if (!i->second.ended)
    kill_others_of(i, task_reason::none, call.grace, "was told to end", now);
}

void task_book::abandon(const task_key& key, time_point now) {
  auto i = tasks_.find(key);
  if (i == tasks_.end())
    return;
  i->second.abandoned = true;
  changed_.insert(i->first);
  kill(i, task_reason::none, std::nullopt, now);
  forget_if_done(i);
}

void task_book::shutdown(const framework_id& framework, time_point now) {
  for (auto i = tasks_.begin(); i != tasks_.end(); ++i)
    if (i->first.framework == framework)
      kill(i, task_reason::framework_removed, std::nullopt, now);
}

void task_book::stop(std::chrono::milliseconds grace, time_point now) {
  stopping_ = true;
  for (auto i = tasks_.begin(); i != tasks_.end(); ++i)
    kill(i, task_reason::agent_removed, grace, now);
}

void task_book::kill(iterator i, task_reason reason, std::optional<std::chrono::milliseconds> grace,
                     time_point now) {
  auto& task = i->second;
  if (task.ended)
    return;
  auto wanted = grace.value_or(task.info.kill_grace);
  changed_.insert(i->first);
  if (!task.kill_reason) {
    task.kill_reason = reason;
    task.kill_grace = wanted;
    if (task.running || task.handed_over)
      end_process(i, now);
    else
      end_preparation(i, now);
    return;
  }
  task.kill_grace = std::min(task.kill_grace, wanted);
  if (task.sigkill_at)
    task.sigkill_at = std::min(*task.sigkill_at, now + wanted);
}

void task_book::end_process(iterator i, time_point now) {
  if (i->second.last.state != task_state::killing)  // An earlier life may have said so.
    report(i, task_state::killing, now);
  effects_.push_back(signal_process{i->first, SIGTERM});
  i->second.sigkill_at = now + i->second.kill_grace;
}

void task_book::end_preparation(iterator i, time_point now) {
  if (i->second.info.artifacts.empty())
    return;
  effects_.push_back(signal_process{i->first, SIGTERM});
  i->second.sigkill_at = now + i->second.kill_grace;
}

void task_book::acknowledge(const entente::acknowledge& call, time_point now) {
  auto i = tasks_.find({call.framework, call.task});
  if (i == tasks_.end())
    return;
  auto& updates = i->second.updates;
  auto waiting = updates.waiting().size();
  send(updates.acknowledge(call.sequence, now));
  report_late_health(i, now);
  if (updates.waiting().size() != waiting)
    changed_.insert(i->first);
  forget_if_done(i);
}

void task_book::tell_again(time_point now) {
  for (auto& [key, task] : tasks_)
    if (!task.abandoned)
      send(task.updates.resend(now));
}

void task_book::expire(time_point now) {
  for (auto& [key, task] : tasks_) {
    if (task.sigkill_at && *task.sigkill_at <= now) {
      task.sigkill_at.reset();
      effects_.push_back(signal_process{key, SIGKILL});
    }
    if (!task.abandoned)
      send(task.updates.repeat(now));
  }
}

std::optional<time_point> task_book::next_deadline() const {
  std::optional<time_point> next;
  auto consider = [&next](std::optional<time_point> x) {
    if (x)
      next = next ? std::min(*next, *x) : *x;
  };
  for (const auto& [key, task] : tasks_) {
    consider(task.sigkill_at);
    if (!task.abandoned)
      consider(task.updates.next_deadline());
  }
  return next;
}

task_book::whereabouts task_book::find(const task_key& key) const {
  if (auto i = tasks_.find(key); i != tasks_.end())
    return i->second.ended ? whereabouts::ended : whereabouts::here;
  return forgotten_.contains(key) ? whereabouts::ended : whereabouts::unknown;
}

bool task_book::all_ended() const {
  return std::all_of(tasks_.begin(), tasks_.end(), [](const auto& x) { return x.second.ended; });
}

std::vector<status_update> task_book::unacknowledged() const {
  std::vector<status_update> result;
  for (const auto& [key, task] : tasks_)
    if (!task.abandoned)
      result.insert(result.end(), task.updates.waiting().begin(), task.updates.waiting().end());
  return result;
}

std::vector<task_entry> task_book::entries() const {
  std::vector<task_entry> result;
  result.reserve(tasks_.size());
  for (const auto& [key, task] : tasks_)
    result.push_back({key.task,
                      task.info.name,
                      key.framework,
                      agent_,
                      {},
                      task.info.limits,
                      task.last,
                      task.where.grant,
                      task.where.slot,
                      task.where.role});
  return result;
}

void task_book::report(iterator i, task_state state, time_point now) {
  status_update update;
  update.state = state;
  report(i, std::move(update), now);
}

void task_book::report(iterator i, status_update update, time_point now) {
  update.framework = i->first.framework;
  update.agent = agent_;
  update.task = i->first.task;
  auto& task = i->second;
  add_health(task, update);
  add_group_cause(task, update);
  task.ended = is_terminal(update.state);
  if (task.ended && std::exchange(task.awaited, false))
    --awaited_;
  changed_.insert(i->first);
  auto next = task.updates.push(std::move(update), now);
  task.last = task.updates.newest();
  if (task.ended)
    end_group_of(i, now);
  if (!task.abandoned)
    send(std::move(next));
  else
    forget_if_done(i);
}

void task_book::send(std::optional<status_update> update) {
  if (update)
    effects_.push_back(send_update{std::move(*update)});
}

void task_book::forget_if_done(iterator i) {
  const auto& task = i->second;
  if (!task.updates.done() && !(task.abandoned && task.ended))
    return;
  newly_forgotten_.push_back(i->first);
  forget(i->first);
  tasks_.erase(i);
}

void task_book::forget(const task_key& key) {
  if (!forgotten_.insert(key).second)
    return;
  forgotten_order_.push_back(key);
  if (forgotten_order_.size() > ended_kept_) {
    forgotten_.erase(forgotten_order_.front());
    forgotten_order_.pop_front();
  }
}

}  // namespace entente
