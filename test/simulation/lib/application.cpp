#include "application.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <utility>

#include "actors/framework/driver.hpp"
#include "machine.hpp"

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;

/// Hears for an application.
struct scheduler_state {
  scheduler_actor::pointer self;
  application* owner;

  scheduler_state(scheduler_actor::pointer self_ptr, application* application)
      : self(self_ptr), owner(application) {}

  scheduler_actor::behavior_type make_behavior() {
    return {
      [this](const subscribed& x) { owner->hear(x); },
      [this](const resource_offers& x) { owner->hear(x); },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { owner->hear(x); },
      [this](const agent_lost& x) { owner->hear(x); },
      [this](const claim_granted& x) { owner->hear(x); },
      [this](const claim_refused& x) { owner->hear(x); },
      [this](const grant_ended& x) { owner->hear(x); },
      [this](const grant_recalled& x) { owner->hear(x); },
      [](const pool_changed&) {},
      [this](const framework_error& x) { owner->hear(x); },
    };
  }
};

using scheduler_impl = scheduler_actor::stateful_impl<scheduler_state>;

/// The `which`-th of the things, counted round; there is at least one.
template <class Map>
auto pick(Map& xs, std::uint64_t which) {
  return std::next(xs.begin(), static_cast<std::ptrdiff_t>(which % xs.size()));
}

}  // namespace

application::application(std::string name, framework_shape shape, surroundings around)
    : name_(std::move(name)), shape_(std::move(shape)), around_(std::move(around)) {}

template <class Message>
void application::tell_driver(Message x) {
  caf::anon_send(driver_, std::move(x));
}

// -- its host ---------------------------------------------------------------------------

void application::start(caf::actor_system& system, const master_for_frameworks& master) {
  driver_options options;
  options.info.id = id_;
  options.info.name = name_;
  options.info.role = shape_.role;
  options.info.failover_timeout = shape_.failover_timeout;
  options.info.wants_offers = shape_.takes_offers;
  options.info.partition_aware = shape_.partition_aware;
  options.patience = 24h;
  auto scheduler = system.spawn<scheduler_impl>(this);
  driver_ = spawn_driver(system, scheduler, master, options);
}

void application::crash() {
  forget_all();
}

void application::forget_all() {
  driver_ = nullptr;
  subscribed_ = false;
  open_.clear();
  withdrawn_.clear();
  grants_.clear();
  tasks_.clear();
  loose_.clear();
  unreachable_.clear();
  granted_order_.clear();
}

// -- what it is to do ---------------------------------------------------------------------

claim_id application::claim_slots(const order& x) {
  auto wanted = x.wanted;
  wanted.id = claim_id{name_ + "-c" + std::to_string(++made_)};
  if (!driver_)
    return wanted.id;
  ++around_.counts["claims"];
  open_[wanted.id] = {wanted, x.use};
  tell_driver(entente::claim_slots{{}, wanted, 0});
  return wanted.id;
}

void application::withdraw(std::uint64_t which) {
  if (open_.empty())
    return;
  auto i = pick(open_, which);
  ++around_.counts["claims withdrawn"];
  tell_driver(withdraw_claim{{}, i->first, 0});
  withdrawn_.insert(*i);
  open_.erase(i);
}

void application::release(std::uint64_t which) {
  if (!grants_.empty())
    give_back(pick(grants_, which)->first, {});
}

void application::release_slot(std::uint64_t which) {
  if (grants_.empty())
    return;
  auto i = pick(grants_, which);
  auto ranks = i->second.what.slots.size();
  auto rank = static_cast<std::uint32_t>((which / grants_.size()) % ranks);
  if (!i->second.gone.contains(rank))
    give_back(i->first, {rank});
}

void application::kill(std::uint64_t which) {
  if (tasks_.empty())
    return;
  ++around_.counts["tasks killed"];
  tell_driver(kill_task{{}, pick(tasks_, which)->first, std::nullopt});
}

void application::leave() {
  if (!driver_)
    return;
  ++around_.counts["frameworks left"];
  tell_driver(teardown{});
  ended_ = true;
  forget_all();
}

void application::wind_down(bool withdraws) {
  winding_down_ = true;
  // What it was told in between may be lost: it has to ask.
  if (driver_ && !unreachable_.empty())
    tell_driver(reconcile_tasks{{}, {unreachable_.begin(), unreachable_.end()}});
  while (withdraws && !open_.empty())
    withdraw(0);
  std::vector<grant_id> idle;
  for (auto& [id, x] : grants_)
    if (x.launched && x.tasks.empty())
      idle.push_back(id);
  for (const auto& id : idle)
    give_back(id, {});
}

void application::give_back(const grant_id& id, std::vector<std::uint32_t> ranks) {
  auto i = grants_.find(id);
  if (i == grants_.end() || !driver_)
    return;
  ++around_.counts[ranks.empty() ? "grants given back" : "slots given back"];
  if (ranks.empty())
    for (std::uint32_t rank = 0; rank < i->second.what.slots.size(); ++rank)
      i->second.gone.insert(rank);
  i->second.gone.insert(ranks.begin(), ranks.end());
  tell_driver(release_grant{{}, id, std::move(ranks), 0});
  forget_if_empty(id);
}

void application::forget_if_empty(const grant_id& id) {
  auto i = grants_.find(id);
  if (i != grants_.end() && i->second.gone.size() == i->second.what.slots.size())
    grants_.erase(i);
}

// -- tasks ----------------------------------------------------------------------------------

task_info application::make_task(const resources& limits, const usage& use) {
  task_info result;
  result.id = task_id{name_ + "-t" + std::to_string(++made_)};
  result.argv = {"work"};
  result.limits = limits;
  result.kill_grace = 2s;
  result.env =
    winding_down_ ? environment_of(500ms, false) : environment_of(use.task_time, use.stubborn);
  return result;
}

void application::launch(const grant_id& id) {
  auto i = grants_.find(id);
  if (i == grants_.end() || !driver_)
    return;
  auto& held = i->second;
  held.launched = true;
  auto some = held.use.ranks == usage::launch::some && !winding_down_;
  auto none = held.use.ranks == usage::launch::none && !winding_down_;
  launch_on_grant call{{}, id, {}};
  for (std::uint32_t rank = 0; rank < held.what.slots.size(); ++rank) {
    if (held.gone.contains(rank) || none || (some && rank % 2 == 1))
      continue;
    call.tasks.push_back({rank, make_task(held.what.limits, held.use)});
    held.tasks.insert(call.tasks.back().task.id);
    tasks_[call.tasks.back().task.id] = id;
  }
  if (call.tasks.empty())
    return finish(held);
  around_.counts["tasks"] += call.tasks.size();
  tell_driver(std::move(call));
}

void application::finish(held_grant& x) {
  if (winding_down_ || x.use.then != usage::afterwards::keep)
    give_back(x.what.id, {});
}

void application::task_ended(const task_id& id) {
  auto task = tasks_.find(id);
  if (task == tasks_.end())
    return;
  auto grant = grants_.find(task->second);
  tasks_.erase(task);
  if (grant == grants_.end())
    return;
  grant->second.tasks.erase(id);
  if (grant->second.tasks.empty())
    return finish(grant->second);
  if (grant->second.use.then != usage::afterwards::give_back_one_by_one)
    return;
  auto ranks = static_cast<std::uint32_t>(grant->second.what.slots.size());
  auto rank = static_cast<std::uint32_t>(around_.chance.below(ranks));
  if (!grant->second.gone.contains(rank))
    give_back(grant->first, {rank});
}

// -- what it was told -------------------------------------------------------------------------

void application::hear(const subscribed& x) {
  id_ = x.framework;
  subscribed_ = true;
}

void application::hear(const resource_offers& x) {
  for (const auto& offer : x.offers) {
    ++around_.counts["offers"];
    auto choice = around_.chance.below(10);
    if (winding_down_ || choice < 4)
      tell_driver(decline_offers{{}, {offer.id}, 3s});
    else if (choice < 9)
      accept(offer);  // Else it says nothing, until the offer is taken away.
  }
}

void application::accept(const offer& x) {
  accept_offers call{{}, {x.id}, {}, 2s};
  auto rest = x.available;
  resources limits;
  limits.set_milli("cpus", 500);
  for (auto n = 1 + around_.chance.below(3); n > 0 && rest.contains(limits); --n) {
    usage use;
    use.task_time = 1ms + std::chrono::milliseconds{around_.chance.below(15'000)};
    call.tasks.push_back(make_task(limits, use));
    loose_[call.tasks.back().id] = {limits, {}};
    rest -= limits;
  }
  around_.counts["tasks on offers"] += call.tasks.size();
  tell_driver(std::move(call));
}

/// Only those that are partition aware know of tasks that come back.
void application::check_state(const status_update& x) {
  auto is_for_aware = x.state == task_state::unreachable || x.state == task_state::gone ||
                      x.state == task_state::unknown || x.state == task_state::gone_by_operator;
  auto is_for_others = x.state == task_state::lost;
  if (shape_.partition_aware ? is_for_others : is_for_aware)
    around_.result.violated("P7 of tasks", name_ + " was told that task " + x.task.str() + " is " +
                                             std::string{to_string(x.state)});
  if (x.state == task_state::unreachable) {
    ++around_.counts["tasks unreachable"];
    unreachable_.insert(x.task);
  } else if (unreachable_.erase(x.task) > 0 && x.state == task_state::running) {
    ++around_.counts["tasks reachable again"];
  }
}

void application::hear(const status_update& x) {
  check_state(x);
  if (auto i = loose_.find(x.task); i != loose_.end()) {
    i->second.agent = x.agent;
    if (is_terminal(x.state))
      loose_.erase(i);
  }
  if (is_terminal(x.state))
    task_ended(x.task);
}

void application::hear(const agent_lost& x) {
  ++around_.counts["agents lost"];
  for (const auto& id : x.grants) {
    auto i = grants_.find(id);
    if (i == grants_.end())
      continue;
    auto& held = i->second;
    for (std::uint32_t rank = 0; rank < held.what.slots.size(); ++rank)
      if (held.what.slots[rank].agent == x.agent)
        held.gone.insert(rank);
    forget_if_empty(id);
  }
}

void application::hear(const claim_granted& x) {
  ++around_.counts["claims granted"];
  order asked;
  auto id = x.grant.claim;
  if (auto i = open_.find(id); i != open_.end()) {
    asked = std::move(i->second);
    open_.erase(i);
  } else if (auto j = withdrawn_.find(id); j != withdrawn_.end()) {
    asked = std::move(j->second);  // The answer and the withdrawal have crossed.
    withdrawn_.erase(j);
    asked.use = {.ranks = usage::launch::none};
  } else {
    around_.result.violated("P2", name_ + " was granted claim " + id.str() +
                                    " which it does not wait for");
    return;
  }
  around_.ledgers.check_told(asked.wanted, x.grant);
  granted_order_.push_back(id);
  if (x.grant.slots.empty())
    return;
  auto grant = x.grant.id;
  auto pause = winding_down_ ? 0ms : asked.use.thinks;
  grants_[grant] = {x.grant, asked.use, {}, {}};
  around_.later(pause, [this, grant] { launch(grant); });
}

void application::hear(const claim_refused& x) {
  ++around_.counts["claims refused"];
  if (open_.erase(x.claim) == 0 && withdrawn_.erase(x.claim) == 0)
    around_.result.violated("P2", name_ + " was refused claim " + x.claim.str() +
                                    " which it does not wait for");
  if (x.reasons.empty())
    around_.result.violated("P5", "claim " + x.claim.str() + " was refused without a reason");
}

void application::hear(const grant_ended& x) {
  ++around_.counts["grants ended by the master"];
  grants_.erase(x.grant);
}

void application::hear(const grant_recalled& x) {
  ++around_.counts["grants recalled"];
  give_back(x.grant, {});
}

void application::hear(const framework_error&) {
  ++around_.counts["frameworks refused"];
  ended_ = true;
  forget_all();
}

}  // namespace entente::simulation
