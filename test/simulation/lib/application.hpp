#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "dice.hpp"
#include "figures.hpp"
#include "ledger_checker.hpp"
#include "messages/protocol.hpp"
#include "plan.hpp"
#include "verdict.hpp"

namespace entente::simulation {

/// What an application has to do with the simulation around it.
struct surroundings {
  /// Does something after as long, unless the application's host has crashed by then.
  std::function<void(std::chrono::milliseconds, std::function<void()>)> later;
  dice& chance;
  ledger_checker& ledgers;
  verdict& result;
  figures& counts;
};

/// A framework with a real driver: claims what it is told to, runs tasks in what it is granted, and
/// writes down what it was told. It verifies that no claim is answered twice.
class application {
public:
  /// A grant, as far as the framework knows.
  struct held_grant {
    grant what;
    usage use;
    std::set<std::uint32_t> gone;  ///< ranks that were given back or lost
    std::set<task_id> tasks;       ///< that have not ended
    bool launched = false;
  };
  /// A task on an offer.
  struct loose_task {
    resources limits;
    agent_id agent;  ///< once an update came
  };

  application(std::string name, framework_shape shape, surroundings around);
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  // -- its host -------------------------------------------------------------------------

  /// Starts its actors, on the host that the simulation is at now.
  void start(caf::actor_system& system, const master_for_frameworks& master);
  /// All that it knew is gone, but its id.
  void crash();

  /// What tells it of a new master; null while it does not run.
  const driver_actor& driver() const noexcept { return driver_; }
  /// True once it has left, or was told that it is not wanted.
  bool ended() const noexcept { return ended_; }

  // -- what it is to do -------------------------------------------------------------------

  claim_id claim_slots(const order& x);
  void withdraw(std::uint64_t which);
  void release(std::uint64_t which);
  void release_slot(std::uint64_t which);
  void kill(std::uint64_t which);
  void leave();
  /// From now on everything ends soon.
  /// @param withdraws claims, too: they may wait for ever for what quota keeps for others
  void wind_down(bool withdraws);

  // -- what it was told -------------------------------------------------------------------

  const framework_id& id() const noexcept { return id_; }
  const std::string& name() const noexcept { return name_; }
  bool is_subscribed() const noexcept { return subscribed_; }
  const std::map<claim_id, order>& open_claims() const noexcept { return open_; }
  const std::map<grant_id, held_grant>& grants() const noexcept { return grants_; }
  const std::map<task_id, loose_task>& loose_tasks() const noexcept { return loose_; }
  /// Tasks that it was told so of, and nothing since.
  const std::set<task_id>& unreachable_tasks() const noexcept { return unreachable_; }
  /// Claims in the order in which they were granted, in this life.
  const std::vector<claim_id>& granted_order() const noexcept { return granted_order_; }

  void hear(const subscribed& x);
  void hear(const resource_offers& x);
  void hear(const status_update& x);
  void hear(const agent_lost& x);
  void hear(const claim_granted& x);
  void hear(const claim_refused& x);
  void hear(const grant_ended& x);
  void hear(const grant_recalled& x);
  void hear(const framework_error& x);

private:
  void launch(const grant_id& id);
  void check_state(const status_update& x);
  void task_ended(const task_id& id);
  void finish(held_grant& x);
  void give_back(const grant_id& id, std::vector<std::uint32_t> ranks);
  void forget_if_empty(const grant_id& id);
  void accept(const offer& x);
  task_info make_task(const resources& limits, const usage& use);
  void forget_all();
  template <class Message>
  void tell_driver(Message x);

  std::string name_;
  framework_shape shape_;
  surroundings around_;
  framework_id id_;
  driver_actor driver_;
  bool ended_ = false;
  bool subscribed_ = false;
  bool winding_down_ = false;
  std::uint64_t made_ = 0;  ///< claims and tasks, in all lives
  std::map<claim_id, order> open_;
  std::map<claim_id, order> withdrawn_;
  std::map<grant_id, held_grant> grants_;
  std::map<task_id, grant_id> tasks_;  ///< on grants, not ended
  std::map<task_id, loose_task> loose_;
  std::set<task_id> unreachable_;
  std::vector<claim_id> granted_order_;
};

}  // namespace entente::simulation
