#pragma once

#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "actors/agent/ledger.hpp"
#include "actors/agent/task_book.hpp"
#include "messages/calls.hpp"
#include "messages/time.hpp"

namespace entente {

/// What an agent decides: its ledger and its tasks, and what ties them. A task runs only where the
/// ledger has room for it, and what it had is free when it has ended. No actor, no clock. Not
/// thread-safe.
class agent_book {
public:
  agent_book(agent_info info, std::uint64_t life);

  // -- agreement ----------------------------------------------------------------

  /// @param load what the machine has to do, in thousandths of what it can
  bid answer(const solicit& x, std::uint32_t load, time_point now);
  confirmed answer(const confirm& x, time_point now);
  void give_back(const release& x, time_point now);

  // -- tasks ----------------------------------------------------------------------

  void launch(const launch_tasks& call, time_point now);
  void started(const task_key& key, time_point now);
  void start_failed(const task_key& key, const std::string& why, time_point now);
  void exited(const task_key& key, const runtime::exit_status& status, time_point now);
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

  // -- time -------------------------------------------------------------------------

  void expire(time_point now);
  std::optional<time_point> next_deadline() const;

  // -- reading ------------------------------------------------------------------------

  const ledger& accounts() const noexcept { return ledger_; }
  const task_book& tasks() const noexcept { return tasks_; }

  std::vector<agent_effect> take_effects() { return tasks_.take_effects(); }
  /// Slots of grants that are free again, for the master.
  std::vector<released> take_released() { return ledger_.take_released(); }

private:
  agent_info info_;
  std::uint64_t life_;
  ledger ledger_;
  task_book tasks_;
  bool stopping_ = false;
};

}  // namespace entente
