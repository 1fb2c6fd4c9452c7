#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "actors/agent/task_key.hpp"
#include "actors/runtime/process.hpp"
#include "messages/queries.hpp"

namespace entente {

/// The task's command runs.
struct task_begun {};
/// It cannot run.
struct task_not_started {
  std::string why;
  task_reason reason = task_reason::container_launch_failed;
};
/// It has ended, because it has taken all that it may have of something.
struct task_over_limit {
  runtime::exit_status status;
  task_reason reason = task_reason::container_limitation;  ///< which limit
  std::string message;                                     ///< the figures
};
/// It has ended, and nobody knows how.
struct task_lost {
  std::string why;
};
/// Its health check has found something new. Between its begin and its end.
struct task_health_found {
  task_health health = task_health::unknown;
  std::string message;    ///< what the probe has seen, for people
  bool is_fatal = false;  ///< it has been unhealthy for so long that it is to be killed
};
/// Its framework's executor says this of it, or, with a reason, the agent instead of an executor
/// that cannot. A terminal state is its end.
struct task_reported {
  task_state state = task_state::running;
  std::string message;
  std::string data;
  std::optional<std::int32_t> exit_code;
  task_reason reason = task_reason::none;
};
using task_event = std::variant<task_begun, task_not_started, runtime::exit_status, task_over_limit,
                                task_lost, task_health_found, task_reported>;

/// What has become of a task that an earlier life of the agent had started.
struct task_goes_on {
  bool is_preparing = false;  ///< that its command runs is told later
};
struct task_never_ran {};
using found_task = std::variant<task_goes_on, task_never_ran, task_not_started,
                                runtime::exit_status, task_over_limit, task_lost>;

/// How an agent runs tasks: as processes of its machine, or as a simulation says. Used by one
/// agent, on its thread; only the callback may be called from any thread.
class task_runner {
public:
  /// A task has begun, or has ended: of each that was started or goes on, the end is told once.
  using event_callback = std::function<void(const task_key&, const task_event&)>;

  virtual ~task_runner() = default;

  /// Why nothing can be begun now, for want of room on the disk; nothing if it can. It may be asked
  /// before every start.
  virtual std::optional<std::string> want_of_room() const { return std::nullopt; }
  /// Starts a task. Whether its command runs is told later.
  /// @returns why it cannot start, if that much is known at once.
  virtual std::optional<std::string> start(const task_key& key, const task_info& task) = 0;
  /// Looks for a task of an earlier life.
  virtual found_task find(const task_key& key, const task_info& task) = 0;
  /// Ends and forgets whatever earlier lives have left, but for these.
  virtual void keep_only(const std::set<task_key>& tasks) = 0;
  /// The end of the task is written down: what was kept of it for find() may go.
  virtual void forget(const task_key& key) = 0;
  /// The oldest report of the task that was not its end is written down: it need not be repeated.
  virtual void taken(const task_key&) {}
  /// The task has ended in an earlier life; its sandbox is needed until it is released.
  virtual void hold(const task_key&) {}
  /// Everybody has heard of the task's end: its sandbox may go when it is old or room is wanted.
  virtual void release(const task_key&) {}
  /// Sends a signal to all processes of the task; nothing if it does not run.
  virtual void signal(const task_key& key, int signo) = 0;
  /// Gives a task that runs other limits than it was started with, where they are enforced.
  virtual void limit(const task_key&, const resources&) {}
  /// What the task uses, as it was measured not long ago; nothing if it was not.
  virtual std::optional<task_usage> usage(const task_key& key) const = 0;
  /// Reads from what the task has written. `ended` is not filled in.
  virtual std::variant<output_chunk, std::string> read(const read_output& what) = 0;
  /// What the machine has to do, in thousandths of what it can: 0 is idle, 1000 and more is full.
  virtual std::uint32_t load() = 0;
};

/// Makes an agent's runner when the agent starts.
using task_runner_factory =
  std::function<std::unique_ptr<task_runner>(task_runner::event_callback)>;

}  // namespace entente
