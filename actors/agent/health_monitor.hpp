#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "actors/agent/task_runner.hpp"
#include "messages/health.hpp"
#include "messages/time.hpp"

namespace entente {

/// When each task is probed, and what the results say of its health.
///
/// The first probe is due as soon as the task has begun, if it has a grace period, for a failure
/// costs nothing then; else one interval later. The next is due one interval after the last has
/// ended. Until the grace period is over or a probe has passed, failures do not count. From then on
/// a failure makes the task unhealthy, a success healthy, and so many failures one after the other
/// as the check allows are fatal: the task is not probed any more.
///
/// A failure counts if the grace period is over when it is known. No actor, no clock, no process.
/// Not thread-safe.
///
/// Invariants: (1) a task has at most one probe at a time; (2) no more than `most_at_once` probes
/// are out; (3) who has been due for longest is probed first.
class health_monitor {
public:
  explicit health_monitor(std::size_t most_at_once) : most_at_once_(most_at_once) {}

  /// The task has begun, now or in an earlier life of the agent; nothing if it is watched.
  /// @param check has no problem_of()
  void watch(const task_key& key, const health_check& check, time_point now);

  /// The task has ended, or is to. @returns whether a probe of it is out, which counts no more
  bool forget(const task_key& key);

  /// The tasks to be probed now: for each, probed() is to be called, or forget().
  std::vector<task_key> due(time_point now);

  /// The task's probe has ended.
  /// @param message what the probe has seen, for people
  /// @returns what is new by it, if anything is
  std::optional<task_health_found> probed(const task_key& key, bool passed,
                                          const std::string& message, time_point now);

  /// When due() has something next; nothing while nothing is, or can be.
  std::optional<time_point> next_deadline() const;

  /// How many tasks are watched.
  std::size_t size() const noexcept { return tasks_.size(); }

private:
  struct watched_task {
    health_check check;
    std::optional<time_point> grace_end;  ///< none once it is over
    time_point due{};                     ///< unless its probe is out
    bool is_out = false;
    std::uint32_t failures = 0;  ///< that count, one after the other
    task_health health = task_health::unknown;
  };

  std::optional<task_health_found> failed(watched_task& task, const std::string& message,
                                          time_point now);

  std::size_t most_at_once_;
  std::size_t out_ = 0;
  std::map<task_key, watched_task> tasks_;
  std::set<std::pair<time_point, task_key>> queue_;  ///< all but those whose probes are out
};

}  // namespace entente
