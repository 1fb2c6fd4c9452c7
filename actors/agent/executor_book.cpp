#include "actors/agent/executor_book.hpp"

#include <algorithm>
#include <csignal>

namespace entente {

namespace {

/// A task never has it before that.
task_reported never_given() {
  return {task_state::killed, "it was told to end before its executor had it", {}, {}, {}};
}

task_reported ended_meanwhile() {
  return {task_state::failed, "its executor has ended", {}, {}, task_reason::executor_terminated};
}

}  // namespace

// -- from the agent -----------------------------------------------------------------

void executor_book::launch(const framework_id& framework, const task_info& info, time_point now) {
  executor_key key{framework, info.executor->id};
  auto [i, is_new] = executors_.try_emplace(key);
  auto& record = i->second;
  if (is_new)
    record.info = *info.executor;
  auto t = record.tasks.try_emplace(info.id, task_record{info}).first;
  of_task_.insert_or_assign({framework, info.id}, key);
  t->second.is_next = record.now >= phase::stopping;
  if (is_new)
    return begin(i, now);
  if (record.info != *info.executor && !t->second.is_next)
    return end(i, t,
               {task_state::error,
                "executor \"" + key.executor.str() + "\" runs here, and was described otherwise",
                {},
                {},
                task_reason::task_invalid});
  if (record.now < phase::stopping)
    limit(i);
  if (record.now == phase::registered)
    give(i, t);
  settle(i, now);
}

void executor_book::begin(executor i, time_point now) {
  auto& x = i->second;
  x.now = phase::starting;
  x.token = make_token_();
  time_outs_.set(i->first, now + x.info.registration_timeout);
  x.limits = limits_of(x);
  effects_.push_back(start_executor{i->first, x.info, x.token, x.limits});
}

void executor_book::give(executor i, task t) {
  time_outs_.clear(i->first);
  i->second.has.insert(t->first);
  send(i->first, run_task{i->first.framework, t->second.info});
}

resources executor_book::limits_of(const executor_record& x) {
  resources result;
  for (const auto* name : {"cpus", "mem"}) {
    std::int64_t sum = 0;
    auto is_limited = true;
    for (const auto& [id, one] : x.tasks) {
      if (one.ended || one.is_next)
        continue;
      sum += one.info.limits.milli(name);
      is_limited = is_limited && one.info.limits.milli(name) > 0;
    }
    result.set_milli(name, is_limited ? sum : 0);
  }
  return result;
}

void executor_book::limit(executor i) {
  auto& x = i->second;
  if (!has_work(x))
    return;
  auto limits = limits_of(x);
  auto before = x.limits.milli("mem");
  auto is_limited = before > 0 && limits.milli("mem") > 0;
  limits.set_milli("mem", is_limited ? std::max(before, limits.milli("mem")) : 0);
  if (limits == x.limits)
    return;
  x.limits = limits;
  effects_.push_back(limit_executor{i->first, x.info, x.token, std::move(limits)});
}

bool executor_book::has_work(const executor_record& x) {
  return std::any_of(x.tasks.begin(), x.tasks.end(), [](const auto& entry) {
    return !entry.second.ended && !entry.second.is_next;
  });
}

void executor_book::signal(const task_key& key, int signo, time_point now) {
  auto found = find(key);
  if (!found || found->second->second.ended)
    return;
  auto [i, t] = *found;
  t->second.is_to_end = true;
  if (t->second.is_next || !i->second.has.contains(t->first)) {
    end(i, t, never_given());
    return settle(i, now);
  }
  if (signo == SIGKILL)
    last_words_.set(key, now + times_.last_word);
  send_kill(i, t, signo == SIGKILL ? std::chrono::milliseconds{0} : t->second.info.kill_grace);
}

void executor_book::send_kill(executor i, task t, std::chrono::milliseconds grace) {
  if (i->second.now == phase::registered)
    send(i->first, kill_task{i->first.framework, t->first, grace});
}

void executor_book::taken(const task_key& key) {
  auto found = find(key);
  if (!found || found->second->second.unsafe == 0)
    return;
  auto& x = found->second->second;
  if (--x.unsafe == 0 && !x.ended)
    effects_.push_back(answer_updates{key});
}

void executor_book::forget(const task_key& key, time_point now) {
  auto found = find(key);
  of_task_.erase(key);
  if (!found)
    return;
  last_words_.clear(key);
  effects_.push_back(answer_updates{key});
  auto [i, t] = *found;
  i->second.has.erase(t->first);
  i->second.tasks.erase(t);
  if (i->second.now < phase::killed)
    limit(i);
  settle(i, now);
}

// -- from an earlier life -------------------------------------------------------------

void executor_book::recover(const executor_key& key, const executor_info& info,
                            const std::string& token, const resources& limits, bool goes_on) {
  auto& x = executors_.try_emplace(key).first->second;
  x.info = info;
  x.token = token;
  x.limits = limits;
  x.now = goes_on ? phase::away : phase::ended;
  is_recovering_ = true;
}

void executor_book::recover(const framework_id& framework, const task_info& info, bool goes_on,
                            time_point now) {
  auto i = executors_.find({framework, info.executor->id});
  if (i == executors_.end()) {
    if (goes_on)
      effects_.push_back(report_task{{framework, info.id}, ended_meanwhile()});
    return;
  }
  auto t = i->second.tasks.try_emplace(info.id, task_record{info}).first;
  of_task_.insert_or_assign({framework, info.id}, i->first);
  i->second.has.insert(info.id);
  t->second.ended = !goes_on;
  if (goes_on && i->second.now == phase::ended)  // Since it was looked for.
    end(i, t, ended_meanwhile());
  else if (!goes_on)  // It was not looked for in time.
    process_ended(i->first, "nobody knows how", now);
}

void executor_book::recovered(time_point now) {
  is_recovering_ = false;
  for (const auto& [key, x] : executors_)
    if (x.now == phase::away || x.now == phase::ended)
      time_outs_.set(key, now + times_.reregistration);
}

// -- from its process --------------------------------------------------------------------

void executor_book::connection_lost(const executor_key& key, time_point now) {
  auto i = executors_.find(key);
  if (i == executors_.end() || i->second.now != phase::registered)
    return;
  i->second.now = phase::away;
  time_outs_.set(key, now + times_.reregistration);
}

void executor_book::process_ended(const executor_key& key, const std::string& how, time_point now,
                                  task_reason reason) {
  auto i = executors_.find(key);
  if (i == executors_.end() || i->second.now == phase::ended)
    return;
  i->second.now = phase::ended;
  time_outs_.clear(key);
  const auto& why = i->second.killed_for;
  fail_tasks(i, reason, "its executor has ended: " + (why.empty() ? how : why));
  settle(i, now);
}

void executor_book::fail_tasks(executor i, task_reason reason, const std::string& why) {
  for (auto t = i->second.tasks.begin(); t != i->second.tasks.end(); ++t)
    if (!t->second.ended && !t->second.is_next)
      end(i, t, {task_state::failed, why, {}, {}, reason});
}

void executor_book::end(executor i, task t, task_reported what) {
  task_key key{i->first.framework, t->first};
  t->second.ended = true;
  last_words_.clear(key);
  effects_.push_back(report_task{std::move(key), std::move(what)});
}

// -- time -------------------------------------------------------------------------------

void executor_book::expire(time_point now) {
  for (const auto& key : last_words_.take_due(now))
    if (auto found = find(key))
      kill(found->first, "it did not end task \"" + key.task.str() + "\" when it was told to");
  for (const auto& key : time_outs_.take_due(now))
    if (auto i = executors_.find(key); i != executors_.end())
      on_time_out(i, now);
}

void executor_book::on_time_out(executor i, time_point now) {
  auto& x = i->second;
  switch (x.now) {
  case phase::starting:
    fail_tasks(i, task_reason::executor_registration_timeout,
               "its executor did not register in time");
    return kill(i, "it did not register in time");
  case phase::away:
    fail_tasks(i, task_reason::executor_reregistration_timeout,
               "its executor did not come back in time");
    return kill(i, "it did not come back in time");
  case phase::registered:
    x.now = phase::stopping;
    send(i->first, shutdown_executor{x.info.shutdown_grace});
    return time_outs_.set(i->first, now + x.info.shutdown_grace);
  case phase::stopping:
    return kill(i, "it did not shut down in time");
  case phase::killed:
    return;
  case phase::ended:
    return settle(i, now);
  }
}

void executor_book::kill(executor i, const std::string& why) {
  if (i->second.now >= phase::killed)
    return;
  i->second.now = phase::killed;
  i->second.killed_for = why;
  time_outs_.clear(i->first);
  effects_.push_back(kill_executor{i->first});
}

std::optional<time_point> executor_book::next_deadline() const {
  auto next = time_outs_.next();
  if (auto x = last_words_.next())
    next = next ? std::min(*next, *x) : *x;
  return next;
}

void executor_book::settle(executor i, time_point now) {
  auto& x = i->second;
  if (x.now == phase::registered && x.tasks.empty())
    time_outs_.set(i->first, now + times_.idle);
  else if (x.now == phase::ended && is_over(x) && !is_recovering_)
    next_process(i, now);
}

/// Whether no task of its process is left.
bool executor_book::is_over(const executor_record& x) const {
  return std::all_of(x.tasks.begin(), x.tasks.end(),
                     [](const auto& entry) { return entry.second.is_next; });
}

/// For the tasks that have waited for it, if any have.
void executor_book::next_process(executor i, time_point now) {
  auto key = i->first;
  auto tasks = std::move(i->second.tasks);
  time_outs_.clear(key);
  effects_.push_back(forget_executor{key});
  executors_.erase(i);
  std::erase_if(tasks, [](const auto& entry) { return entry.second.ended; });
  for (const auto& [id, one] : tasks)
    launch(key.framework, one.info, now);
}

// -- reading ----------------------------------------------------------------------------

std::vector<executor_key> executor_book::unused() const {
  std::vector<executor_key> result;
  for (const auto& [key, x] : executors_)
    if (x.tasks.empty() && x.now < phase::killed)
      result.push_back(key);
  return result;
}

std::optional<std::pair<executor_book::executor, executor_book::task>>
executor_book::find(const task_key& key) {
  auto known = of_task_.find(key);
  if (known == of_task_.end())
    return std::nullopt;
  auto i = executors_.find(known->second);
  if (i == executors_.end())
    return std::nullopt;
  auto t = i->second.tasks.find(key.task);
  if (t == i->second.tasks.end())
    return std::nullopt;
  return std::pair{i, t};
}

void executor_book::send(const executor_key& key, decltype(send_to_executor::message) message) {
  effects_.push_back(send_to_executor{key, std::move(message)});
}

}  // namespace entente
