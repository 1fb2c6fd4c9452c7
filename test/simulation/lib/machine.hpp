#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>

#include "actors/agent/task_runner.hpp"
#include "dice.hpp"
#include "verdict.hpp"

namespace entente::simulation {

/// The machine of a simulated agent: runs tasks that do nothing but take time. How long, and what
/// they make of SIGTERM, is in their environment, see environment_of(); others run until they are
/// told to end.
///
/// Tasks outlive their agent, and what they end with is kept until an agent says that it may be
/// forgotten. All that takes time is asked of `later`, which must do it after as long, on the
/// machine's host.
class machine {
public:
  using duration = std::chrono::milliseconds;
  using later = std::function<void(duration, std::function<void()>)>;

  struct process {
    task_info task;
    std::uint64_t number = 0;              ///< no two processes have the same
    task_runner::event_callback on_event;  ///< none while there is no agent
  };

  machine(dice& chance, verdict& result, later do_later)
      : dice_(chance), result_(result), later_(std::move(do_later)) {}
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  /// What an agent runs its tasks with. The machine must outlive it.
  task_runner_factory runner();

  /// The agent is killed; what runs goes on, but for a few whose supervisors are killed as well.
  void lose_agent();
  /// Nothing runs any more, and some of what was known of ends is lost.
  void restart();
  /// Everything is gone at once.
  void crash();

  /// From now on tasks without a time of their own end soon, and so do those that run.
  void wind_down();

  const std::map<task_key, process>& processes() const noexcept { return processes_; }

private:
  class runner_here;
  using end = std::variant<runtime::exit_status, task_lost>;

  std::optional<std::string> start(const task_key& key, const task_info& task,
                                   const task_runner::event_callback& on_event);
  found_task find(const task_key& key, const task_runner::event_callback& on_event);
  void keep_only(const std::set<task_key>& tasks);
  void forget(const task_key& key);
  void signal(const task_key& key, int signo);
  void end_in(duration time, const task_key& key, runtime::exit_status how);
  void end_now(const task_key& key, end how);

  dice& dice_;
  verdict& result_;
  later later_;
  std::map<task_key, process> processes_;
  std::map<task_key, end> ended_;
  std::set<task_key> known_;  ///< that were ever started
  std::uint64_t started_ = 0;
  bool winding_down_ = false;
};

/// What a task takes: 0 is until it is told to end.
std::map<std::string, std::string> environment_of(machine::duration time, bool ignores_sigterm);

}  // namespace entente::simulation
