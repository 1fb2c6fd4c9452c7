#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "actors/agent/task_runner.hpp"
#include "dice.hpp"

namespace entente::simulation {

/// The machine of a simulated agent: runs tasks that do nothing but take time. How long, and what
/// they make of SIGTERM, is in their environment, see environment_of(); others run until they are
/// told to end.
///
/// All that takes time is asked of `later`, which must do it after as long, on the machine's host,
/// and not at all after a crash.
class machine {
public:
  using duration = std::chrono::milliseconds;
  using later = std::function<void(duration, std::function<void()>)>;

  struct process {
    task_info task;
    std::uint64_t number = 0;  ///< no two processes have the same
    task_runner::event_callback on_event;
  };

  machine(dice& chance, later do_later) : dice_(chance), later_(std::move(do_later)) {}
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  /// What an agent runs its tasks with. The machine must outlive it.
  task_runner_factory runner();

  /// Everything is gone at once.
  void crash() { processes_.clear(); }

  /// From now on tasks without a time of their own end soon, and so do those that run.
  void wind_down();

  const std::map<task_key, process>& processes() const noexcept { return processes_; }

private:
  class runner_here;

  std::optional<std::string> start(const task_key& key, const task_info& task,
                                   const task_runner::event_callback& on_event);
  void signal(const task_key& key, int signo);
  void end_in(duration time, const task_key& key, runtime::exit_status how);

  dice& dice_;
  later later_;
  std::map<task_key, process> processes_;
  std::uint64_t started_ = 0;
  bool winding_down_ = false;
};

/// What a task takes: 0 is until it is told to end.
std::map<std::string, std::string> environment_of(machine::duration time, bool ignores_sigterm);

}  // namespace entente::simulation
