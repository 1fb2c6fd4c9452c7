#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/agent/task_allocation.hpp"
#include "actors/agent/task_key.hpp"
#include "actors/agent/update_stream.hpp"
#include "actors/runtime/process.hpp"
#include "messages/calls.hpp"
#include "messages/checkpoint.hpp"
#include "messages/time.hpp"

namespace entente {

struct task_reported;

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
/// An earlier life of the agent has launched the task: what became of its process?
struct recover_process {
  task_key key;
  task_info task;
};
using agent_effect = std::variant<start_process, signal_process, send_update, recover_process>;

/// The life of every task on an agent, from launch to its last acknowledged update.
///
/// No actor, no clock, no process: effects are collected and taken out by take_effects(). Every
/// start_process is answered by started() or start_failed(), and every started process by exited().
/// Every recover_process is answered by one of recovered_running(), recovered_preparing(),
/// exited(), lost(), start_failed() and never_started(). Not thread-safe.
///
/// Invariants, also over the lives of an agent: (1) a task's process is started at most once; (2) a
/// task gets one terminal update; (3) a process that was told to end gets SIGKILL when its grace
/// period is over; (4) of the tasks of a group none lives on for good when another has ended, but
/// for FINISHED.
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
  /// Says of a task that was forgotten, and is to be launched, that it is not there: whoever wants
  /// it has not heard of its end. Not kept, nor repeated.
  void deny(const task_key& key);
  /// Whether the task has neither ended nor been told to.
  bool is_wanted(const task_key& key) const;
  /// Whether a process that is to be started is still wanted. One that was told to end since, is
  /// over with this.
  bool may_start(const task_key& key, time_point now);
  void started(const task_key& key, time_point now);
  void start_failed(const task_key& key, const std::string& why, time_point now,
                    task_reason reason = task_reason::container_launch_failed);
  void exited(const task_key& key, const runtime::exit_status& status, time_point now);
  /// As exited(), of a task that has ended because it had reached a limit.
  void over_limit(const task_key& key, const runtime::exit_status& status, task_reason reason,
                  const std::string& message, time_point now);
  /// The process is gone, and nobody knows how it has ended: it has failed, or was killed if it was
  /// told to end.
  void lost(const task_key& key, const std::string& why, time_point now);
  /// A framework's executor, which the task was handed to when it was started, says this of it. One
  /// that says nothing new, that comes after the task was told to end and is not its end, or that
  /// comes while 100 updates wait for the scheduler and is not its end, is dropped.
  void reported(const task_key& key, const task_reported& what, time_point now);

  /// The health check of a task that runs says this, and why. Nothing if it said so before, or the
  /// task was told to end. What comes quicker than it is acknowledged is left out, but the newest.
  void health_changed(const task_key& key, task_health health, const std::string& message,
                      time_point now);
  /// It has said for so long that the task is unhealthy, that the task is killed.
  void kill_unhealthy(const task_key& key, const std::string& message, time_point now);

  // -- answers to recover_process, too ------------------------------------------------

  /// The process runs. If it was told to end it is told again, with its whole grace period.
  void recovered_running(const task_key& key, time_point now);
  /// What it needs is being fetched still; started() or start_failed() comes.
  void recovered_preparing(const task_key& key, time_point now);
  /// The earlier life has ended before it could start the process: it is started now, unless it was
  /// told to end meanwhile, or its process was started after all: then it is lost.
  void never_started(const task_key& key, time_point now);

  // -- from outside -------------------------------------------------------------------

  /// A second kill may shorten the grace period, never prolong it. All of a group end together.
  void kill(const kill_task& call, time_point now);
  /// Ends a task that nobody wants to hear of.
  void abandon(const task_key& key, time_point now);
  /// Ends all tasks of the framework.
  void shutdown(const framework_id& framework, time_point now);
  /// Ends all tasks, because the agent ends; none is started from now on.
  void stop(std::chrono::milliseconds grace, time_point now);
  void acknowledge(const entente::acknowledge& call, time_point now);

  /// Sends what is not acknowledged at once: a master has come that cannot have heard it.
  void tell_again(time_point now);
  /// Sends SIGKILL where a grace period is over, and updates again that were not acknowledged.
  void expire(time_point now);
  std::optional<time_point> next_deadline() const;

  // -- durability ---------------------------------------------------------------------

  /// Adds what has changed since the last call.
  void take_changes(std::vector<checkpoint>& to);
  /// Adds all that must be kept, whether it has changed or not.
  void add_checkpoints(std::vector<checkpoint>& to) const;
  /// Takes in a task of an earlier life. What was not acknowledged is sent again; if it has not
  /// ended, it waits for what became of its process. @returns what contradicts.
  std::optional<std::string> recover(const task_launched& launched, const task_progress& progress,
                                     time_point now);
  /// Remembers a task that an earlier life has forgotten; oldest first.
  void recover(const task_forgotten& forgotten);

  // -- reading ------------------------------------------------------------------------

  /// True while a task of the group is here that has not ended.
  bool has_group(const framework_id& framework, const std::string& group) const;

  enum class whereabouts { unknown, here, ended };
  whereabouts find(const task_key& key) const;

  /// Every task that is not forgotten, with the newest of its updates; hostnames are not filled in.
  std::vector<task_entry> entries() const;

  /// How many processes run.
  std::size_t running() const noexcept { return running_; }
  /// Whether no task runs, starts or waits for what became of it.
  bool all_ended() const;
  /// The updates that are not acknowledged, each task's in order.
  std::vector<status_update> unacknowledged() const;
  /// Of how many tasks is not known what became of their processes.
  std::size_t awaited() const noexcept { return awaited_; }

  /// What the tasks that have not ended have of the agent.
  std::vector<task_allocation> allocations() const;

  std::vector<agent_effect> take_effects() { return std::exchange(effects_, {}); }

private:
  struct task_record {
    task_info info;
    place where;
    update_stream updates;
    status_update last;
    bool abandoned = false;
    bool started = false;  ///< its process, in this life or an earlier one
    bool running = false;
    bool awaited = false;      ///< a recover_process is not answered
    bool handed_over = false;  ///< to its executor, which can be told to end it
    bool ended = false;
    bool is_new = true;                       ///< not written down so far
    std::optional<task_reason> kill_reason;   ///< set once it was told to end
    std::chrono::milliseconds kill_grace{0};  ///< once it was told to end
    std::optional<time_point> sigkill_at;
    std::string group_cause{};  ///< why its group ends, if it was told to end for that
    std::optional<status_update> late_health;  ///< to be told when others are acknowledged
  };
  using iterator = std::map<task_key, task_record>::iterator;

  void kill(iterator task, task_reason reason, std::optional<std::chrono::milliseconds> grace,
            time_point now);
  void end_process(iterator task, time_point now);
  /// The same, if what the task needs may be being fetched: it has no command yet.
  void end_preparation(iterator task, time_point now);
  /// It was told to end before its process had begun.
  void end_unstarted(iterator task, time_point now);
  /// Its process has ended. @returns the task, if that is news
  std::optional<iterator> take_end(const task_key& key);
  void end_as_reported(const task_key& key, const task_reported& what, time_point now);
  void report(iterator task, status_update update, time_point now);
  void report(iterator task, task_state state, time_point now);
  void report_health(iterator task, status_update update, time_point now);
  void report_late_health(iterator task, time_point now);
  static void add_health(const task_record& task, status_update& update);
  /// It has ended: those that were started with it live only if it has finished.
  void end_group_of(iterator task, time_point now);
  void kill_others_of(iterator task, task_reason reason,
                      std::optional<std::chrono::milliseconds> grace, const std::string& cause,
                      time_point now);
  static void add_group_cause(const task_record& task, status_update& update);
  /// A task whose health is of interest.
  iterator find_living(const task_key& key);
  void send(std::optional<status_update> update);
  void forget_if_done(iterator task);
  void forget(const task_key& key);
  static task_progress progress_of(const task_key& key, const task_record& task);
  iterator find_awaited(const task_key& key);

  agent_id agent_;
  std::size_t ended_kept_;
  std::map<task_key, task_record> tasks_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::set<task_key> forgotten_;          ///< ended and acknowledged
  std::deque<task_key> forgotten_order_;  ///< oldest first
  std::vector<agent_effect> effects_;
  std::size_t awaited_ = 0;
  std::set<task_key> changed_;
  std::vector<task_key> newly_forgotten_;  ///< oldest first
};

}  // namespace entente
