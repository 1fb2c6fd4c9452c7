// What executors say.
#include <algorithm>

#include "actors/agent/executor_book.hpp"

namespace entente {

namespace {

constexpr std::size_t longest_message = 16 * 1024;
constexpr std::size_t most_data = 1024 * 1024;

/// Takes as long for every token of that length.
bool is_same(const std::string& left, const std::string& right) {
  unsigned difference = left.size() == right.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    difference |= static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
  return difference == 0;
}

bool may_say(task_state x) {
  switch (x) {
  case task_state::starting:
  case task_state::running:
  case task_state::finished:
  case task_state::failed:
  case task_state::killed:
  case task_state::error:
    return true;
  default:
    return false;
  }
}

std::optional<std::string> problem_of(const executor_update& x) {
  if (!may_say(x.state))
    return "an executor cannot say " + std::string{to_string(x.state)};
  if (x.number == 0)
    return "updates of a task are counted from 1";
  if (x.message.size() > longest_message)
    return "the message is longer than 16 KB";
  if (x.data.size() > most_data)
    return "the data is longer than 1 MB";
  return std::nullopt;
}

}  // namespace

std::variant<executor_book::executor, std::string>
executor_book::authenticate(const executor_key& key, const std::string& token) {
  auto i = executors_.find(key);
  // The same words for both: who guesses learns nothing.
  if (i == executors_.end() || !is_same(i->second.token, token) || i->second.now >= phase::killed)
    return "this agent has no such executor with such a token";
  return i;
}

std::optional<std::string> executor_book::registered(const register_executor& x, time_point now) {
  auto known = authenticate({x.framework, x.executor}, x.token);
  if (auto* refused = std::get_if<std::string>(&known))
    return *refused;
  auto i = std::get<executor>(known);
  if (i->second.now == phase::stopping) {
    send(i->first, shutdown_executor{i->second.info.shutdown_grace});
    return std::nullopt;
  }
  auto is_back = std::exchange(i->second.now, phase::registered) != phase::registered;
  sort_tasks(i, x);
  if (is_back) {
    time_outs_.clear(i->first);
    settle(i, now);
  }
  return std::nullopt;
}

/// What it has and what it should have.
void executor_book::sort_tasks(executor i, const register_executor& x) {
  auto& own = i->second;
  own.has = {x.tasks.begin(), x.tasks.end()};
  for (const auto& id : x.tasks)
    if (!own.tasks.contains(id))
      send(i->first, kill_task{x.framework, id, std::chrono::milliseconds{0}});
  for (auto t = own.tasks.begin(); t != own.tasks.end(); ++t) {
    auto& one = t->second;
    if (one.ended)
      continue;
    // It may be on its way there; then it does not count twice.
    if (!own.has.contains(t->first))
      give(i, t);
    if (one.is_to_end)
      send_kill(i, t, one.info.kill_grace);
  }
}

std::variant<executor_book::answer, std::string> executor_book::update(const executor_update& x) {
  if (auto problem = problem_of(x))
    return *problem;
  auto known = authenticate({x.framework, x.executor}, x.token);
  if (auto* refused = std::get_if<std::string>(&known))
    return *refused;
  auto i = std::get<executor>(known);
  auto t = i->second.tasks.find(x.task);
  if (t == i->second.tasks.end() || t->second.is_next)
    return answer::now;  // Its end is safe.
  auto& one = t->second;
  if (one.ended)
    return answer::when_safe;
  if (x.number <= one.number)
    return one.unsafe > 0 ? answer::when_safe : answer::now;
  one.number = x.number;
  task_reported what{x.state, x.message, x.data, x.exit_code, {}};
  if (is_terminal(x.state)) {
    end(i, t, std::move(what));
  } else {
    ++one.unsafe;
    effects_.push_back(report_task{{x.framework, x.task}, std::move(what)});
  }
  return answer::when_safe;
}

}  // namespace entente
