// What outlives the master: what an earlier one has left, and what the next one has to know.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

agent_mark mark_of(departure why) {
  switch (why) {
  case departure::ended:
    return agent_mark::ended;
  case departure::unreachable:
    return agent_mark::unreachable;
  default:
    return agent_mark::gone;
  }
}

departure departure_of(agent_mark mark) {
  switch (mark) {
  case agent_mark::ended:
    return departure::ended;
  case agent_mark::unreachable:
    return departure::unreachable;
  default:
    return departure::gone;
  }
}

}  // namespace

// -- from an earlier master ---------------------------------------------------------------

void cluster::remember(registry_state written, time_point now, wall_time wall_now) {
  memory_ = durable_memory{std::move(written), now, wall_now};
  remember_roles();
  remember_agents();
  remember_orders(now);
  remember_windows(now);
  remember_frameworks(now);
}

void cluster::remember_roles() {
  for (const auto& [role, x] : memory_.state().quota) {
    auto options = sharer_->options_of(role);
    options.guarantee = x.guarantee;
    options.limit = x.limit;
    set_options(role, options);
  }
  for (const auto& [role, x] : memory_.state().weights) {
    auto options = sharer_->options_of(role);
    options.weight = x.weight;
    set_options(role, options);
  }
}

void cluster::remember_agents() {
  std::vector<agent_id> forgotten;
  for (const auto& [id, x] : memory_.state().agents) {
    if (x.mark == agent_mark::admitted) {
      awaited_agents_.insert(id);
      continue;
    }
    if (auto first = absent_.add(x.info, x.life, departure_of(x.mark)))
      forgotten.push_back(std::move(*first));
    absent_.told_by_earlier(id);
  }
  for (const auto& id : forgotten)
    forget_memory_of(id);
}

void cluster::remember_orders(time_point now) {
  for (const auto& [agent, x] : memory_.state().drains) {
    drain_agent call{agent, std::nullopt, x.mark_gone};
    if (x.deadline)
      call.deadline = memory_.until(*x.deadline, now);
    drains_.start(call, now);
  }
  for (const auto& [agent, x] : memory_.state().deactivated)
    deactivated_.insert(agent);
}

void cluster::remember_windows(time_point now) {
  auto windows = memory_.state().maintenance;
  for (const auto& [name, x] : windows) {
    auto starts_in = memory_.until(x.starts_at, now);
    maintenance_window window{name, x.agents, starts_in, memory_.until(x.ends_at, now) - starts_in,
                              x.drains_ahead};
    if (window.lasts > 0ms)
      maintenance_.plan(std::move(window), now);
    else
      memory_.remove<registered_window>(name);  // It has ended while there was no master.
  }
}

void cluster::remember_frameworks(time_point now) {
  for (const auto& [id, x] : memory_.state().frameworks) {
    auto& framework = frameworks_[id];
    framework.number = ++frameworks_made_;
    framework.info = x.info;
    framework.state = x.removed_at ? framework_state::completed : framework_state::disconnected;
    if (!x.removed_at && !x.info.detached)
      framework.remove_at = now + std::max(options_.agent_timeout, x.info.failover_timeout);
    awaited_frameworks_.insert(id);
  }
}

// -- waiting for those that it knew -------------------------------------------------------

std::optional<time_point> cluster::awaits_until() const {
  if (!first_report_at_ || (awaited_agents_.empty() && awaited_frameworks_.empty()))
    return std::nullopt;
  return *first_report_at_ + options_.agent_timeout;
}

void cluster::expire_awaited(time_point now) {
  if (auto end = awaits_until(); !end || now < *end)
    return;
  for (const auto& id : std::exchange(awaited_agents_, {})) {
    auto known = *memory_.find<registered_agent>(id);
    for (const auto& [framework, x] : frameworks_)
      tell(framework, agent_lost{id, {}});
    remember_absent(known.info, known.life, departure::unreachable);
    absent_.told_by_earlier(id);
    effects_.push_back(agent_departed{id, known.info.hostname, departure::unreachable});
    finish_drain(id, now);
  }
  for (const auto& id : std::exchange(awaited_frameworks_, {}))
    forget_if_over(id);
  changed();
}

// -- for the next master ------------------------------------------------------------------

std::optional<refusal> cluster::problem_of_copy(const register_agent& x,
                                                const std::string& process) const {
  const auto* known = memory_.find<registered_agent>(x.info.id);
  if (!known || known->life != x.life || known->process.empty() || process.empty() ||
      known->process == process)
    return std::nullopt;
  return copied(x.info.id);
}

refusal cluster::copied(const agent_id& agent) {
  return {"agent " + agent.str() +
          " is another process: this one has a copy of its work directory; give it an empty one"};
}

void cluster::note_agent(const register_agent& x, const std::string& process) {
  awaited_agents_.erase(x.info.id);
  registered_agent entry{x.info, x.life, process, agent_mark::admitted};
  entry.info.reservations.clear();  // It says them itself.
  if (const auto* known = memory_.find<registered_agent>(x.info.id);
      known && known->life == x.life && process.empty())
    entry.process = known->process;
  memory_.set(std::move(entry));
}

void cluster::note_departure(const agent_info& info, std::uint64_t life, departure why) {
  registered_agent entry{info, life, {}, mark_of(why)};
  entry.info.reservations.clear();
  if (const auto* known = memory_.find<registered_agent>(info.id); known && known->life == life)
    entry.process = known->process;
  memory_.set(std::move(entry));
  if (why == departure::gone)
    forget_reservations_on(info.id);
  note_orders(info.id);
}

void cluster::forget_memory_of(const agent_id& agent) {
  memory_.remove<registered_agent>(agent);
  forget_reservations_on(agent);
  note_orders(agent);
}

void cluster::note_orders(const agent_id& agent) {
  if (!drains_.contains(agent))
    memory_.remove<registered_drain>(agent);
  if (deactivated_.contains(agent))
    memory_.set(registered_deactivation{agent});
  else
    memory_.remove<registered_deactivation>(agent);
}

void cluster::note_drain(const drain_agent& call, time_point now) {
  if (!drains_.contains(call.agent))
    return;  // It was gone at once.
  registered_drain entry{call.agent, std::nullopt, call.mark_gone};
  if (call.deadline)
    entry.deadline = memory_.wall_of(now + *call.deadline);
  memory_.set(std::move(entry));
}

void cluster::note_window(const maintenance_window& x, time_point now) {
  registered_window entry{x.name, x.agents, memory_.wall_of(now + x.starts_in), {}, x.drains_ahead};
  entry.ends_at = entry.starts_at + x.lasts;
  std::sort(entry.agents.begin(), entry.agents.end());
  entry.agents.erase(std::unique(entry.agents.begin(), entry.agents.end()), entry.agents.end());
  memory_.set(std::move(entry));
}

void cluster::note_ended_windows() {
  std::vector<std::string> ended;
  for (const auto& [name, x] : memory_.state().maintenance)
    if (!maintenance_.contains(name))
      ended.push_back(name);
  for (const auto& name : ended)
    memory_.remove<registered_window>(name);
}

void cluster::note_quota(const std::string& role, const role_options& options) {
  memory_.set(registered_quota{role, options.guarantee, options.limit});
}

// -- reservations by calls ------------------------------------------------------------------

resources cluster::noted_reservation(const agent_id& agent, const std::string& role) const {
  const auto* known = memory_.find<registered_reservation>({agent, role});
  return known ? known->amount : resources{};
}

void cluster::note_reservation(const agent_id& agent, const std::string& role, resources amount) {
  if (amount.empty())
    memory_.remove<registered_reservation>({agent, role});
  else
    memory_.set(registered_reservation{agent, role, std::move(amount)});
}

std::vector<registered_reservation> cluster::noted_reservations_on(const agent_id& agent) const {
  std::vector<registered_reservation> result;
  const auto& all = memory_.state().reservations;
  for (auto i = all.lower_bound({agent, {}}); i != all.end() && i->first.first == agent; ++i)
    result.push_back(i->second);
  return result;
}

void cluster::reserve_again(const agent_id& agent) {
  for (const auto& x : noted_reservations_on(agent))
    if (!sharer_->restore_reservation(agent, x.role, x.amount))
      memory_.remove<registered_reservation>(x.key());  // It has less than it had.
}

void cluster::forget_reservations_on(const agent_id& agent) {
  for (const auto& x : noted_reservations_on(agent))
    memory_.remove<registered_reservation>(x.key());
}

}  // namespace entente
