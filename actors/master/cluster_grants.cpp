#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "actors/master/task_problem.hpp"

namespace entente {

namespace {

task_unit tasks_of(const slot_unit& unit) {
  task_unit result;
  for (const auto* x : unit)
    result.push_back(&x->task);
  return result;
}

}  // namespace

// -- making a grant -------------------------------------------------------------------

void cluster::add_grant(claim_record& x, const round_outcome& outcome, time_point now) {
  auto& grant = grants_[outcome.id];
  grant.id = outcome.id;
  grant.framework = x.entry.framework;
  grant.claim = x.entry.claim.id;
  grant.number = ++grants_made_;
  grant.role = x.entry.role;
  grant.preemptible = x.entry.claim.preemptible;
  grant.slot_class = x.entry.claim.slot_class;
  grant.limits = x.entry.claim.limits;
  for (const auto& part : outcome.parts) {
    grant.revisions[part.agent] = part.revision;
    grant.add_member(part.agent, static_cast<std::uint32_t>(part.ports.size()));
    for (auto& slot : grant.slots_on(part.agent)) {
      slot.where.hostname = agents_.at(part.agent).info.hostname;
      slot.where.ports = part.ports[slot.where.index];
      book(grant, slot);
    }
  }
  grant_times_.set(grant.id, now + options_.agreement.unused_grant_timeout);
  x.entry.state = claim_state::granted;
  x.entry.grant = grant.id;
  x.entry.granted = static_cast<std::uint32_t>(grant.slots().size());
  x.entry.reasons.clear();
  tell_outcome(x.entry);
  changed();
}

void cluster::book(grant_record& grant, grant_slot& slot) {
  grant.set(slot, grant_slot::state::held);
  auto taken = taken_by(grant, slot);
  auto& agent = agents_.at(slot.where.agent);
  // Offers on their way may hold the ports that the agent has chosen.
  ensure_left(slot.where.agent, taken);
  agent.allocated += taken;
  agent.grants.insert(grant.id);
  pool_stale_.insert(slot.where.agent);
  sharer_->take({grant.framework, grant.role}, slot.where.agent, taken);
  auto& framework = frameworks_.at(grant.framework);
  framework.allocated += taken;
  framework.grants.insert(grant.id);
}

void cluster::settle(grant_record& grant, grant_slot& slot) {
  auto was_booked = slot.booked();
  grant.set(slot, grant_slot::state::gone);
  if (!was_booked)
    return;
  auto taken = taken_by(grant, slot);
  frameworks_.at(grant.framework).allocated -= taken;
  auto& agent = agents_.at(slot.where.agent);
  agent.allocated -= taken;
  pool_stale_.insert(slot.where.agent);
  sharer_->give_back({grant.framework, grant.role}, slot.where.agent, taken);
  if (!slot.where.ports.empty())
    book_ports_again(agent);
  if (!grant.has_any_on(slot.where.agent))
    agent.grants.erase(grant.id);
  ++capacity_version_;
  changed();
}

void cluster::book_ports_again(agent_record& agent) {
  for (const auto& id : agent.grants) {
    auto& grant = grants_.at(id);
    for (const auto& slot : grant.slots_on(agent.info.id)) {
      if (!slot.booked() || slot.where.ports.empty())
        continue;
      resources ports;
      ports.set_ranges("ports", taken_by(grant, slot).ranges().at("ports"));
      agent.allocated += ports;
      sharer_->hold(agent.info.id, ports);
    }
  }
}

// -- ending it ----------------------------------------------------------------------------

void cluster::release(const release_grant& call) {
  if (auto* framework = find(call.framework))
    is_newest(*framework, call.revision);
  auto i = grants_.find(call.grant);
  if (i != grants_.end() && i->second.framework == call.framework)
    release_slots(i->second, call.ranks);
}

void cluster::release_slots(grant_record& grant, const std::vector<std::uint32_t>& ranks) {
  std::map<agent_id, entente::release> calls;
  auto give_back = [&](grant_slot& slot) {
    if (slot.now != grant_slot::state::held)
      return;
    grant.set(slot, grant_slot::state::releasing);
    auto& call = calls[slot.where.agent];
    call.round = grant.id;
    call.slots.push_back(slot.where.index);
  };
  if (ranks.empty())
    for (auto& slot : grant.all_slots())
      give_back(slot);
  for (auto rank : ranks)
    if (rank < grant.slots().size())
      give_back(grant.all_slots()[rank]);
  for (auto& [agent, call] : calls)
    tell(agent, std::move(call));
  if (grant.count(grant_slot::state::held) == 0)
    grant_times_.clear(grant.id);
  changed();
}

void cluster::end_grant(grant_record& grant, const std::string& message) {
  release_slots(grant, {});
  for (auto& slot : grant.all_slots())
    if (slot.now == grant_slot::state::unheard)
      grant.set(slot, grant_slot::state::gone);
  tell(grant.framework, grant_ended{grant.id, message});
  auto id = grant.id;
  forget_if_over(id);
}

void cluster::slots_released(const released& x, time_point now) {
  free_slots(x, now);
  finish_drain(x.agent, now);
}

void cluster::free_slots(const released& x, time_point now) {
  auto i = grants_.find(x.round);
  if (i == grants_.end() || !agents_.contains(x.agent))
    return;
  auto& grant = i->second;
  bool unasked = false;
  for (auto& slot : grant.slots_on(x.agent)) {
    auto meant = x.slots.empty() ||
                 std::find(x.slots.begin(), x.slots.end(), slot.where.index) != x.slots.end();
    if (!meant)
      continue;
    unasked =
      unasked || slot.now == grant_slot::state::held || slot.now == grant_slot::state::unheard;
    settle(grant, slot);
  }
  if (!grant.standing) {
    // The agent has waited for a master for too long. The framework thinks that it has them.
    if (unasked && !grant.has_any_on(x.agent))
      grant.lost.insert(x.agent);
    return resolve(grant, now);
  }
  if (unasked)
    return end_grant(grant, "agent " + x.agent.str() + " has taken its slots back");
  forget_if_over(x.round);
}

void cluster::lose_slots(grant_record& grant, const agent_id& agent) {
  for (auto& slot : grant.slots_on(agent)) {
    if (slot.now == grant_slot::state::held)
      grant.lost.insert(agent);
    settle(grant, slot);
  }
  agents_.at(agent).grants.erase(grant.id);
}

void cluster::forget_if_over(const grant_id& id) {
  auto i = grants_.find(id);
  if (i == grants_.end() || i->second.tasks > 0 ||
      i->second.count(grant_slot::state::gone) != i->second.slots().size())
    return;
  auto grant = std::move(i->second);
  grants_.erase(i);
  recovering_.erase(id);
  grant_times_.clear(id);
  forget_recall(id);
  if (auto* claim = find(claim_key{grant.framework, grant.claim});
      claim && claim->entry.grant == id)
    finish(*claim, claim_state::ended);
  if (auto* framework = find(grant.framework)) {
    framework->grants.erase(id);
    forget_if_over(grant.framework);
  }
}

// -- tasks on grants ------------------------------------------------------------------------

void cluster::launch(const launch_on_grant& call, time_point now) {
  auto* framework = find(call.framework);
  if (!framework || framework->state != framework_state::active)
    return;
  auto i = grants_.find(call.grant);
  auto there = i != grants_.end() && i->second.framework == call.framework;
  if (there ? !i->second.standing : i == grants_.end() && may_be_recovered(call.grant, now))
    return;  // It may be recovered yet, with these tasks in it. The driver says it again.
  std::map<agent_id, launch_tasks> calls;
  auto info = [](const slot_task& x) -> const task_info& { return x.task; };
  for (auto& unit : units_of(call.tasks, info))
    launch_unit(*framework, call.grant, std::move(unit), calls);
  for (auto& [agent, message] : calls)
    tell(agent, std::move(message));
}

void cluster::launch_unit(framework_record& framework, const grant_id& id, slot_unit unit,
                          std::map<agent_id, launch_tasks>& calls) {
  // A repeated message must not call a task dropped that the first one launched.
  auto known =
    std::erase_if(unit, [&](const slot_task* x) { return was_launched(framework, x->task.id); });
  auto i = grants_.find(id);
  if (i == grants_.end() || i->second.framework != framework.info.id) {
    for (const auto* x : unit)
      refuse_task(framework.info.id, x->task, task_state::dropped, task_reason::invalid_offers,
                  "the grant " + id.str() + " is over");
    return;
  }
  auto& grant = i->second;
  std::set<task_id> ids;
  resources taken;
  for (const auto* x : unit) {
    std::optional<std::string> problem;
    if (x->rank != unit.front()->rank)
      problem = "it is for slot " + std::to_string(x->rank) + ", the first of its group for slot " +
                std::to_string(unit.front()->rank);
    else if (known > 0 || !ids.insert(x->task.id).second)
      problem = "another task of its group, or of its id, was launched before";
    else
      problem = problem_of(grant, *x, taken);
    if (problem)
      return refuse_unit(framework.info.id, tasks_of(unit), x->task.id, *problem);
    taken += x->task.limits;
  }
  for (const auto* x : unit)
    launch_in(framework, grant, *x, calls[grant.slots()[x->rank].where.agent]);
}

std::optional<std::string> cluster::problem_of(const grant_record& grant, const slot_task& x,
                                               const resources& taken) const {
  if (auto problem = entente::problem_of(x.task))
    return problem;
  if (x.rank >= grant.slots().size())
    return "the grant has no slot " + std::to_string(x.rank);
  const auto& slot = grant.slots()[x.rank];
  if (slot.now != grant_slot::state::held)
    return "slot " + std::to_string(x.rank) + " was given back or lost";
  const auto& agent = agents_.at(slot.where.agent);
  if (auto problem = problem_on(agent.info, agent.protocol, x.task))
    return problem;
  auto rest = taken_by(grant, slot) - slot.used - taken;
  if (!rest.contains(x.task.limits))
    return "it wants " + x.task.limits.to_string() + ", the slot has " +
           (rest.empty() ? "nothing" : rest.to_string()) + " left";
  return std::nullopt;
}

void cluster::launch_in(framework_record& framework, grant_record& grant, const slot_task& x,
                        launch_tasks& call) {
  auto& slot = grant.all_slots()[x.rank];
  slot.used += x.task.limits;
  ++slot.tasks;
  ++grant.tasks;
  grant.used = true;
  grant_times_.clear(grant.id);
  call.framework = framework.info.id;
  call.grant = grant.id;
  call.tasks.push_back(x.task);
  call.slots.push_back(slot.where.index);
  add_task(framework, slot.where.agent, x.task, grant.id, slot.where.index, grant.role);
}

void cluster::task_ended_in(const task_entry& task, time_point now) {
  auto i = grants_.find(task.grant);
  if (i == grants_.end())
    return;
  auto& grant = i->second;
  if (auto* slot = grant.find(task.agent, task.slot); slot && slot->tasks > 0) {
    slot->used -= task.limits;
    --slot->tasks;
    --grant.tasks;
  }
  if (grant.standing && grant.tasks == 0 && grant.count(grant_slot::state::held) > 0)
    grant_times_.set(grant.id, now + options_.agreement.unused_grant_timeout);
  forget_if_over(task.grant);
}

// -- grants of an earlier master --------------------------------------------------------------

bool cluster::is_settled(const claim_key& key, const grant_id& other_than) {
  const auto* claim = find(key);
  if (!claim)
    return ended_claims_.contains(key);
  return claim->entry.state == claim_state::granted && claim->entry.grant != other_than;
}

void cluster::resolve(grant_record& grant, time_point now) {
  if (grant.standing || grant.count(grant_slot::state::unheard) > 0)
    return;
  auto held = grant.count(grant_slot::state::held);
  grant.standing = true;
  recovering_.erase(grant.id);
  if (held == 0 || (held < grant.slots().size() && !grant.used))
    return end_grant(grant, "not all of its agents had agreed when the master was lost");
  claim_key key{grant.framework, grant.claim};
  auto& framework = frameworks_.at(grant.framework);
  if (is_settled(key, grant.id) || framework.state == framework_state::completed)
    return release_slots(grant, {});
  if (grant.tasks == 0)
    grant_times_.set(grant.id, now + options_.agreement.unused_grant_timeout);
  else
    grant_times_.clear(grant.id);
  auto& claim = claims_[key];
  if (claim.entry.state == claim_state::agreeing)
    end_round(claim.round);
  waiting_.erase(key);
  claim_times_.clear(key);
  claim.entry.claim.id = grant.claim;
  claim.entry.claim.slot_class = grant.slot_class;
  claim.entry.claim.limits = grant.limits;
  claim.entry.claim.count = static_cast<std::uint32_t>(grant.slots().size());
  claim.entry.framework = grant.framework;
  claim.entry.claim.role = grant.role;
  claim.entry.claim.preemptible = grant.preemptible;
  claim.entry.role = grant.role;
  claim.entry.state = claim_state::granted;
  claim.entry.granted = held;
  claim.entry.grant = grant.id;
  claim.entry.reasons.clear();
  tell_outcome(claim.entry);
  changed();
}

}  // namespace entente
