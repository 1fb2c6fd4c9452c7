#include "actors/agent/agent_book.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "actors/agent/score.hpp"

namespace entente {

namespace {

/// Of a message in a report.
constexpr std::size_t most_reported = 1024;

/// A report has every task in it, and must not become longer than a message may be: what an update
/// brings to its scheduler is left out.
void shorten(status_update& x) {
  x.data.clear();
  x.data.shrink_to_fit();
  if (x.message.size() <= most_reported)
    return;
  auto end = most_reported;
  while (end > 0 && (static_cast<unsigned char>(x.message[end]) & 0xC0) == 0x80)
    --end;  // Not within a character of UTF-8.
  x.message.resize(end);
}

}  // namespace

agent_book::agent_book(agent_info info, std::uint64_t life, std::string boot_id)
    : self_{std::move(info), life, std::move(boot_id)},
      ledger_(self_.info.id, self_.info.total),
      tasks_(self_.info.id) {}

bid agent_book::answer(const solicit& x, std::uint32_t load, time_point now) {
  if (stopping_)
    return {x.round, self_.info.id, 0, 0, {}, bid_refusal::draining};
  auto own = ledger_.used_by(x.framework);
  auto result = ledger_.hold(x, now);
  if (result.slots > 0)
    result.score = score({.limits = x.limits,
                          .capacity = self_.info.total,
                          .free = ledger_.free(),
                          .own_slots = own,
                          .load = load,
                          .attributes = self_.info.attributes,
                          .preferences = x.preferences});
  return result;
}

confirmed agent_book::answer(const confirm& x, time_point now) {
  if (stopping_)
    return {x.round, self_.info.id, bid_refusal::draining, ledger_.revision()};
  return ledger_.confirm(x, now);
}

void agent_book::give_back(const release& x, time_point now) {
  for (const auto& key : ledger_.release(x, now))
    tasks_.kill({key.framework, key.task, std::nullopt}, now);
}

void agent_book::launch(const launch_tasks& call, time_point now) {
  for (auto& unit : units_of(call.tasks, std::identity{}))
    launch(call, std::move(unit), now);
}

bool agent_book::may_start(const task_key& key, time_point now) {
  if (tasks_.may_start(key, now))
    return true;
  ledger_.free(key, now);
  return false;
}

void agent_book::started(const task_key& key, time_point now) {
  tasks_.started(key, now);
}

void agent_book::start_failed(const task_key& key, const std::string& why, time_point now,
                              task_reason reason) {
  tasks_.start_failed(key, why, now, reason);
  ledger_.free(key, now);
}

void agent_book::exited(const task_key& key, const runtime::exit_status& status, time_point now) {
  tasks_.exited(key, status, now);
  ledger_.free(key, now);
}

void agent_book::over_limit(const task_key& key, const runtime::exit_status& status,
                            task_reason reason, const std::string& message, time_point now) {
  tasks_.over_limit(key, status, reason, message, now);
  ledger_.free(key, now);
}

void agent_book::lost(const task_key& key, const std::string& why, time_point now) {
  tasks_.lost(key, why, now);
  ledger_.free(key, now);
}

void agent_book::reported(const task_key& key, const task_reported& what, time_point now) {
  tasks_.reported(key, what, now);
  if (tasks_.find(key) != task_book::whereabouts::here)
    ledger_.free(key, now);
}

void agent_book::health_changed(const task_key& key, task_health health, const std::string& message,
                                time_point now) {
  tasks_.health_changed(key, health, message, now);
}

void agent_book::kill_unhealthy(const task_key& key, const std::string& message, time_point now) {
  tasks_.kill_unhealthy(key, message, now);
}

void agent_book::kill(const kill_task& call, time_point now) {
  tasks_.kill(call, now);
}

void agent_book::acknowledge(const entente::acknowledge& call, time_point now) {
  tasks_.acknowledge(call, now);
}

void agent_book::shutdown(const framework_id& framework, time_point now) {
  tasks_.shutdown(framework, now);
  ledger_.release_all(framework, now);
}

void agent_book::stop(std::chrono::milliseconds grace, time_point now) {
  stopping_ = true;
  tasks_.stop(grace, now);
}

register_agent agent_book::report() const {
  register_agent result{self_.info,       self_.life,      ledger_.revision(),
                        tasks_.entries(), ledger_.parts(), recovered_};
  for (auto& task : result.tasks)
    shorten(task.last);
  return result;
}

void agent_book::registered(const agent_registered& x, time_point now) {
  for (const auto& part : x.release)
    give_back(part, now);
  for (const auto& task : x.abandon)
    tasks_.abandon({task.framework, task.task}, now);
  ledger_.vouch(now);
}

void agent_book::expire(time_point now) {
  ledger_.expire(now);
  tasks_.expire(now);
}

std::optional<time_point> agent_book::next_deadline() const {
  auto next = ledger_.next_deadline();
  if (auto x = tasks_.next_deadline())
    next = next ? std::min(*next, *x) : *x;
  return next;
}

}  // namespace entente
