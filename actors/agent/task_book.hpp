#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "actors/agent/update_stream.hpp"
#include "actors/runtime/process.hpp"
#include "messages/calls.hpp"
#include "messages/time.hpp"

namespace entente {

/// What the agent is to do; the order counts.
struct start_process {
  task_key key;
  task_info task;
};
struct signal_process {
  task_key key;
  int signo = 0;
};
struct send_update {
  status_update update;
};
using agent_effect = std::variant<start_process, signal_process, send_update>;

/// The life of every task on an agent, from launch to its last acknowledged update.
///
/// No actor, no clock, no process: effects are collected and taken out by take_effects(). Every
/// start_process is answered by started() or start_failed(), and every started process by exited().
/// Not thread-safe.
///
/// Invariants: (1) a task's process is started at most once; (2) a task gets one terminal update;
/// (3) a process that was told to end gets SIGKILL when its grace period is over.
class task_book {
public:
  /// `ended_kept`: of how many ended tasks is remembered that they were here.
  explicit task_book(agent_id agent, std::size_t ended_kept = 2'000)
      : agent_(std::move(agent)), ended_kept_(ended_kept) {}

  /// Where a task runs: in a slot of a grant, or, with no grant, on its own.
  struct place {
    grant_id grant;
    std::uint32_t slot = 0;
    std::string role;  ///< that it is charged to, outside of grants
  };

  void launch(const framework_id& framework, const task_info& task, place where, time_point now);
  /// Says that a task was not started, for its scheduler to try elsewhere.
  void refuse(const framework_id& framework, const task_info& task, const std::string& why,
              time_point now);
  void started(const task_key& key, time_point now);
  void start_failed(const task_key& key, const std::string& why, time_point now);
  void exited(const task_key& key, const runtime::exit_status& status, time_point now);

  /// A second kill may shorten the grace period, never prolong it.
  void kill(const kill_task& call, time_point now);
  /// Ends a task that nobody wants to hear of.
  void abandon(const task_key& key, time_point now);
  /// Ends all tasks of the framework.
  void shutdown(const framework_id& framework, time_point now);
  /// Ends all tasks, because the agent ends; none is started from now on.
  void stop(std::chrono::milliseconds grace, time_point now);
  void acknowledge(const entente::acknowledge& call, time_point now);

  /// Sends SIGKILL where a grace period is over, and updates again that were not acknowledged.
  void expire(time_point now);
  std::optional<time_point> next_deadline() const;

  enum class whereabouts { unknown, here, ended };
  whereabouts find(const task_key& key) const;

  /// Every task that is not forgotten, with the newest of its updates; hostnames are not filled in.
  std::vector<task_entry> entries() const;

  /// How many processes run.
  std::size_t running() const noexcept { return running_; }

  std::vector<agent_effect> take_effects() { return std::exchange(effects_, {}); }

private:
  struct task_record {
    task_info info;
    place where;
    update_stream updates;
    status_update last;
    bool abandoned = false;
    bool running = false;
    bool ended = false;
    std::optional<task_reason> kill_reason;   ///< set once it was told to end
    std::chrono::milliseconds kill_grace{0};  ///< once it was told to end
    std::optional<time_point> sigkill_at;
  };
  using iterator = std::map<task_key, task_record>::iterator;

  void kill(iterator task, task_reason reason, std::optional<std::chrono::milliseconds> grace,
            time_point now);
  void end_process(iterator task, time_point now);
  void report(iterator task, status_update update, time_point now);
  void report(iterator task, task_state state, time_point now);
  void send(std::optional<status_update> update);
  void forget_if_done(iterator task);

  agent_id agent_;
  std::size_t ended_kept_;
  std::map<task_key, task_record> tasks_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::set<task_key> forgotten_;          ///< ended and acknowledged
  std::deque<task_key> forgotten_order_;  ///< oldest first
  std::vector<agent_effect> effects_;
};

}  // namespace entente
