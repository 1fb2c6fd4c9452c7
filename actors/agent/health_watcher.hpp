#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "actors/agent/health_monitor.hpp"
#include "actors/runtime/probe/probe_set.hpp"

namespace entente {

/// Probes the tasks that have a health check, on a thread of its own, which there is from the first
/// of them on. All members may be called from any thread, the callback included.
///
/// A task is told of before it can have begun, so that whoever says that it is to end cannot be
/// overtaken by its begin: expect(), then begin(), then end(); or end() at any time, which holds.
class health_watcher {
public:
  /// Called from the watcher's own thread; maybe once more while end() is being called.
  using callback = std::function<void(const task_key&, const task_health_found&)>;

  explicit health_watcher(callback on_found) : on_found_(std::move(on_found)) {}
  health_watcher(const health_watcher&) = delete;
  health_watcher& operator=(const health_watcher&) = delete;
  ~health_watcher();

  /// The task will begin.
  void expect(const task_key& key, const health_check& check, runtime::probe_place place);
  /// It has begun; nothing if it is not expected.
  void begin(const task_key& key);
  /// It has ended, or is to end: its probe is ended, too.
  void end(const task_key& key);

private:
  using clock = runtime::probe_set::clock;
  using probe_id = runtime::probe_set::probe_id;

  struct subject {
    health_check check;
    std::shared_ptr<const runtime::probe_place> place;
    probe_id probe = 0;  ///< the one that is out, or the last
  };
  struct order {
    probe_id id = 0;
    health_check check;
    std::shared_ptr<const runtime::probe_place> place;
  };
  /// What is to be done without the lock.
  struct plan {
    std::vector<probe_id> cancelled;
    std::vector<order> started;
    std::optional<time_point> until;
    bool quit = false;
  };

  void run();
  plan make_plan();
  void take(const runtime::probe_set::ended& x);

  callback on_found_;
  std::mutex mutex_;
  health_monitor monitor_{most_at_once};
  std::map<task_key, subject> subjects_;
  std::map<probe_id, task_key> out_;
  std::vector<probe_id> cancelled_;
  probe_id last_probe_ = 0;
  bool quit_ = false;
  std::unique_ptr<runtime::probe_set> probes_;
  std::thread thread_;

  /// As many probes run at the same time.
  static constexpr std::size_t most_at_once = 32;
};

}  // namespace entente
