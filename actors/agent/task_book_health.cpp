// What a task book makes of what health checks say.
#include <utility>

#include "actors/agent/task_book.hpp"

namespace entente {

namespace {

/// As many updates of a task wait before its health has to.
constexpr std::size_t most_waiting = 8;

constexpr auto reason = task_reason::task_health_check_status_updated;

status_update update_of(task_health health, const std::string& message) {
  status_update result;
  result.state = task_state::running;
  result.reason = reason;
  result.message = message;
  result.health = health;
  return result;
}

}  // namespace

task_book::iterator task_book::find_living(const task_key& key) {
  auto i = tasks_.find(key);
  auto lives = i != tasks_.end() && i->second.running && !i->second.kill_reason;
  return lives ? i : tasks_.end();
}

void task_book::health_changed(const task_key& key, task_health health, const std::string& message,
                               time_point now) {
  if (auto i = find_living(key); i != tasks_.end())
    report_health(i, update_of(health, message), now);
}

void task_book::report_health(iterator i, status_update update, time_point now) {
  auto& task = i->second;
  task.late_health.reset();
  if (task.updates.waiting().size() >= most_waiting)
    task.late_health = std::move(update);
  else if (update.health != task.last.health)
    report(i, std::move(update), now);
}

void task_book::report_late_health(iterator i, time_point now) {
  auto& task = i->second;
  if (task.running && !task.kill_reason && task.late_health)
    report_health(i, *std::exchange(task.late_health, std::nullopt), now);
}

void task_book::kill_unhealthy(const task_key& key, const std::string& message, time_point now) {
  auto i = find_living(key);
  if (i == tasks_.end())
    return;
  report(i, update_of(task_health::unhealthy, message), now);
  kill(i, reason, std::nullopt, now);
}

/// A task that lives stays as well as it was. One that is killed for its health says so from then
/// on, in whichever life of the agent it ends: what was said when it was told to end is kept.
void task_book::add_health(const task_record& task, status_update& update) {
  auto has_ended = is_terminal(update.state);
  if (!has_ended && update.health == task_health::unknown)
    update.health = task.last.health;
  auto is_ending = has_ended ? update.reason == reason : update.state == task_state::killing;
  if (!is_ending || task.kill_reason != reason)
    return;
  update.reason = reason;
  update.health = task_health::unhealthy;
  update.message = task.last.message + (has_ended ? "; " + update.message : "");
}

}  // namespace entente
