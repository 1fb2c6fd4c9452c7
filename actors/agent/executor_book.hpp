#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/agent/task_runner.hpp"
#include "messages/deadlines.hpp"
#include "messages/executor.hpp"
#include "messages/time.hpp"

namespace entente {

/// Names an executor on an agent.
struct executor_key {
  framework_id framework;
  executor_id executor;

  friend auto operator<=>(const executor_key&, const executor_key&) = default;
};

/// What is to be done for executors; the order counts.
struct start_executor {
  executor_key key;
  executor_info info;
  std::string token;  ///< by which the process is known
  resources limits;   ///< see limit_executor
};
/// The process may have other limits than before: of cpus and mem what its tasks have together;
/// none: as much as there is, for one of them has no limit. Memory never gets less while the
/// process lives, for it may have used it up.
struct limit_executor {
  executor_key key;
  executor_info info;
  std::string token;
  resources limits;
};
/// SIGKILL to all its processes.
struct kill_executor {
  executor_key key;
};
/// Its process has ended, and so have, safely, all its tasks: what was kept to find them may go.
struct forget_executor {
  executor_key key;
};
/// To one that is registered.
struct send_to_executor {
  executor_key key;
  std::variant<run_task, kill_task, shutdown_executor> message;
};
/// News of a task for the agent.
struct report_task {
  task_key key;
  task_reported what;
};
/// All that its executor has said of the task so far is safe, and may be answered.
struct answer_updates {
  task_key key;
};
using executor_effect = std::variant<start_executor, limit_executor, kill_executor, forget_executor,
                                     send_to_executor, report_task, answer_updates>;

struct executor_times {
  /// How long an executor without tasks waits for another before it is shut down.
  std::chrono::milliseconds idle{5'000};
  /// How long one whose connection is lost, or whose agent was started again, has to come back.
  std::chrono::milliseconds reregistration{30'000};
  /// How long one has to end a task that gets SIGKILL, before it gets that itself.
  std::chrono::milliseconds last_word{2'000};
};

/// The executors of an agent, and their tasks: from the first task that names one to the end of its
/// process. No actor, no clock, no process: effects are collected and taken out by take_effects().
/// Not thread-safe.
///
/// A task waits until its executor has registered. It is the executor's to end it; one that does
/// not, although the agent wants SIGKILL for the task, gets SIGKILL itself: that a kill ends is
/// worth more than its other tasks. A process is shut down when it has had no task for a while; a
/// task that comes then waits for the next process of that executor.
///
/// Invariants: (1) an executor has one process at a time, and the next only when the ends of all
/// tasks of the last are safe; (2) of each task that was launched one end is reported, unless
/// find() of the runner has told it; (3) no task is given to two processes. To one it may be given
/// twice, for what was on its way when a connection was lost is not known; it starts it once.
class executor_book {
public:
  /// @param make_token makes what nobody can guess
  executor_book(executor_times times, std::function<std::string()> make_token)
      : times_(times), make_token_(std::move(make_token)) {}

  // -- from the agent ---------------------------------------------------------------

  /// A task that names an executor, and that was not launched before.
  void launch(const framework_id& framework, const task_info& task, time_point now);
  void signal(const task_key& key, int signo, time_point now);
  /// The oldest report of the task that was no end is safe.
  void taken(const task_key& key);
  /// The end of the task is safe.
  void forget(const task_key& key, time_point now);

  // -- from an earlier life, before anything else -------------------------------------

  /// @param goes_on whether its process does
  void recover(const executor_key& key, const executor_info& info, const std::string& token,
               const resources& limits, bool goes_on);
  /// A task of an executor that was recovered. If its process does not go on, the task's end is
  /// told by who asks.
  void recover(const framework_id& framework, const task_info& task, bool goes_on, time_point now);
  /// That was all; from now on executors can register.
  void recovered(time_point now);

  // -- from the executor and its process ----------------------------------------------

  /// @returns why it is refused
  std::optional<std::string> registered(const register_executor& x, time_point now);
  /// When to answer an update: at once, or once it is safe.
  enum class answer { now, when_safe };
  std::variant<answer, std::string> update(const executor_update& x);
  void connection_lost(const executor_key& key, time_point now);
  /// @param how for people
  void process_ended(const executor_key& key, const std::string& how, time_point now,
                     task_reason reason = task_reason::executor_terminated);

  void expire(time_point now);
  std::optional<time_point> next_deadline() const;

  // -- reading ------------------------------------------------------------------------

  std::size_t size() const noexcept { return executors_.size(); }
  /// Those whose process lives and has nothing to do.
  std::vector<executor_key> unused() const;

  std::vector<executor_effect> take_effects() { return std::exchange(effects_, {}); }

private:
  enum class phase { starting, registered, away, stopping, killed, ended };

  struct task_record {
    task_info info;
    bool is_next = false;      ///< it waits for the next process
    bool is_to_end = false;    ///< it was told to
    bool ended = false;        ///< that was reported, or found
    std::uint64_t number = 0;  ///< of its executor's last update
    std::uint32_t unsafe = 0;  ///< so many of its reports, its end not counted
  };
  struct executor_record {
    executor_info info;
    std::string token;
    phase now = phase::starting;
    std::map<task_id, task_record> tasks;
    std::set<task_id> has;   ///< the tasks that it may have been given
    resources limits;        ///< as was said last
    std::string killed_for;  ///< why it is killed
  };
  using executor = std::map<executor_key, executor_record>::iterator;
  using task = std::map<task_id, task_record>::iterator;

  /// Starts its process, for the tasks that wait for it.
  void begin(executor i, time_point now);
  void give(executor i, task t);
  /// Limits the process to what its tasks have.
  void limit(executor i);
  static resources limits_of(const executor_record& x);
  /// Whether its process has a task that has not ended.
  static bool has_work(const executor_record& x);
  void kill(executor i, const std::string& why);
  void fail_tasks(executor i, task_reason reason, const std::string& why);
  void end(executor i, task t, task_reported what);
  /// What became due by what has just happened to it.
  void settle(executor i, time_point now);
  bool is_over(const executor_record& x) const;
  void next_process(executor i, time_point now);
  void on_time_out(executor i, time_point now);
  void sort_tasks(executor i, const register_executor& x);
  void send(const executor_key& key, decltype(send_to_executor::message) message);
  void send_kill(executor i, task t, std::chrono::milliseconds grace);
  std::variant<executor, std::string> authenticate(const executor_key& key,
                                                   const std::string& token);
  std::optional<std::pair<executor, task>> find(const task_key& key);

  executor_times times_;
  std::function<std::string()> make_token_;
  std::map<executor_key, executor_record> executors_;
  /// Between the first recover() and recovered(): an executor without tasks may yet get some.
  bool is_recovering_ = false;
  std::map<task_key, executor_key> of_task_;
  deadlines<executor_key> time_outs_;
  deadlines<task_key> last_words_;  ///< of tasks that were to end by now
  std::vector<executor_effect> effects_;
};

}  // namespace entente
