#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/agent/checkpoint_state.hpp"
#include "actors/agent/ledger.hpp"
#include "actors/agent/task_book.hpp"
#include "messages/calls.hpp"
#include "messages/task_units.hpp"
#include "messages/time.hpp"

namespace entente {

/// What an agent decides: its ledger and its tasks, and what ties them. A task runs only where the
/// ledger has room for it, and what it had is free when it has ended. No actor, no clock. Not
/// thread-safe.
///
/// Its state outlives it: after each decision take_changes() says what to write down. Only when
/// that is safe may anybody hear of the decision: then come its answer, take_effects() and
/// take_released(). Bids alone need not wait, for holds are not kept.
class agent_book {
public:
  /// A new agent. `boot_id` says which start of the machine this is.
  agent_book(agent_info info, std::uint64_t life, std::string boot_id = {});

  /// Goes on where an earlier life has ended; `self` is what the agent is now. Holds are gone.
  /// What was to be acknowledged is sent again, unused parts have their whole time again, and the
  /// tasks that have not ended wait for what became of their processes.
  /// @returns what of the checkpoints contradicts itself, or what the agent has become.
  static std::variant<agent_book, std::string>
  recover(agent_checkpoint self, const checkpoint_state& before, time_point now);

  // -- agreement ----------------------------------------------------------------

  /// @param load what the machine has to do, in thousandths of what it can
  bid answer(const solicit& x, std::uint32_t load, time_point now);
  confirmed answer(const confirm& x, time_point now);
  void give_back(const release& x, time_point now);

  // -- tasks ----------------------------------------------------------------------

  void launch(const launch_tasks& call, time_point now);
  /// Whether a process that is to be started is still wanted: it may have been told to end since.
  bool may_start(const task_key& key, time_point now);
  void started(const task_key& key, time_point now);
  void start_failed(const task_key& key, const std::string& why, time_point now,
                    task_reason reason = task_reason::container_launch_failed);
  void exited(const task_key& key, const runtime::exit_status& status, time_point now);
  void over_limit(const task_key& key, const runtime::exit_status& status, task_reason reason,
                  const std::string& message, time_point now);
  void lost(const task_key& key, const std::string& why, time_point now);
  void health_changed(const task_key& key, task_health health, const std::string& message,
                      time_point now);
  void kill_unhealthy(const task_key& key, const std::string& message, time_point now);
  void reported(const task_key& key, const task_reported& what, time_point now);
  /// Answers to recover_process, as exited(), lost() and start_failed() are.
  void recovered_running(const task_key& key, time_point now);
  void recovered_preparing(const task_key& key, time_point now);
  void never_started(const task_key& key, time_point now);
  void kill(const kill_task& call, time_point now);
  void acknowledge(const entente::acknowledge& call, time_point now);
  /// The framework is gone: its tasks end, and what it had here is free.
  void shutdown(const framework_id& framework, time_point now);
  /// The agent ends: its tasks are ended, none is started from now on.
  void stop(std::chrono::milliseconds grace, time_point now);

  // -- master -----------------------------------------------------------------------

  /// All that there is here.
  register_agent report() const;
  /// The master has answered a report.
  void registered(const agent_registered& x, time_point now);
  /// It was the first answer since the connection was made.
  void has_master(time_point now) { tasks_.tell_again(now); }

  // -- time -------------------------------------------------------------------------

  void expire(time_point now);
  std::optional<time_point> next_deadline() const;

  // -- durability ---------------------------------------------------------------------

  /// What has changed since the last call, to be written down as a whole. Costs time in proportion
  /// to it. What changed is remembered until then, so this is to be called even if nothing is kept.
  std::vector<checkpoint> take_changes();
  /// All that must be kept: what all changes so far come to.
  std::vector<checkpoint> checkpoints() const;

  // -- reading ------------------------------------------------------------------------

  const ledger& accounts() const noexcept { return ledger_; }
  const task_book& tasks() const noexcept { return tasks_; }

  std::vector<agent_effect> take_effects() { return tasks_.take_effects(); }
  /// Slots of grants that are free again, for the master.
  std::vector<released> take_released() { return ledger_.take_released(); }

private:
  /// Tasks that start together, or are refused together.
  void launch(const launch_tasks& call, task_unit unit, time_point now);
  /// Has the ledger take all of them, or none. @returns what is wrong otherwise.
  std::optional<std::string> allocate(const launch_tasks& call, const task_unit& unit,
                                      time_point now);

  std::optional<std::string> recover(const checkpoint_state& before, time_point now);

  agent_checkpoint self_;
  ledger ledger_;
  task_book tasks_;
  bool stopping_ = false;
  bool recovered_ = false;
  bool is_new_ = true;  ///< it itself is not written down so far
};

}  // namespace entente
