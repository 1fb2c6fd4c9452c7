#include "actors/agent/health_watcher.hpp"

#include <csignal>
#include <utility>

namespace entente {

health_watcher::~health_watcher() {
  {
    std::lock_guard guard{mutex_};
    quit_ = true;
    if (probes_)
      probes_->wake();
  }
  if (thread_.joinable())
    thread_.join();
}

void health_watcher::expect(const task_key& key, const health_check& check,
                            runtime::probe_place place) {
  std::lock_guard guard{mutex_};
  subjects_.insert_or_assign(
    key, subject{check, std::make_shared<const runtime::probe_place>(std::move(place))});
  if (thread_.joinable())
    return;
  probes_ = std::make_unique<runtime::probe_set>();
  thread_ = std::thread{[this] { run(); }};
}

void health_watcher::begin(const task_key& key) {
  std::lock_guard guard{mutex_};
  auto i = subjects_.find(key);
  if (i == subjects_.end())
    return;
  monitor_.watch(key, i->second.check, clock::now());
  probes_->wake();
}

void health_watcher::end(const task_key& key) {
  std::lock_guard guard{mutex_};
  auto i = subjects_.find(key);
  if (i == subjects_.end())
    return;
  if (monitor_.forget(key)) {
    cancelled_.push_back(i->second.probe);
    out_.erase(i->second.probe);
    probes_->wake();
  }
  subjects_.erase(i);
}

// -- the watcher's thread
// ---------------------------------------------------------------------------

void health_watcher::run() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // They are for other threads.
  for (auto next = make_plan(); !next.quit; next = make_plan()) {
    for (auto id : next.cancelled)
      probes_->cancel(id);
    for (const auto& x : next.started)
      probes_->start(x.id, x.check, *x.place);
    for (const auto& x : probes_->wait(next.until))
      take(x);
  }
}

health_watcher::plan health_watcher::make_plan() {
  std::lock_guard guard{mutex_};
  plan result;
  result.quit = quit_;
  result.cancelled = std::exchange(cancelled_, {});
  for (const auto& key : monitor_.due(clock::now())) {
    auto& subject = subjects_.at(key);
    subject.probe = ++last_probe_;
    out_.emplace(subject.probe, key);
    result.started.push_back({subject.probe, subject.check, subject.place});
  }
  result.until = monitor_.next_deadline();
  return result;
}

void health_watcher::take(const runtime::probe_set::ended& x) {
  std::optional<task_health_found> found;
  task_key key;
  {
    std::lock_guard guard{mutex_};
    auto i = out_.find(x.id);
    if (i == out_.end())
      return;  // The task has ended meanwhile.
    key = std::move(i->second);
    out_.erase(i);
    found = monitor_.probed(key, x.result.passed, x.result.message, clock::now());
  }
  if (found)
    on_found_(key, *found);
}

}  // namespace entente
