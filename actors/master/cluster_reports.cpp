#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/names.hpp"

namespace entente {

namespace {

constexpr std::chrono::milliseconds soon{200};
/// That what agents do not name a role for is charged to.
const std::string default_role = "*";

/// False for a part that no round of ours has made: members twice, more slots than a claim may
/// have, or not the agent's at all. A peer's numbers must not decide how much memory is taken.
bool is_sound(const agent_id& agent, const grant_part& part) {
  std::uint64_t slots = 0;
  std::set<agent_id> members;
  for (const auto& member : part.members) {
    slots += member.slots;
    if (!members.insert(member.agent).second || slots > max_claim_slots)
      return false;
  }
  return members.contains(agent);
}

}  // namespace

// -- agents -----------------------------------------------------------------------------

std::optional<refusal> cluster::problem_of_peer(const std::string& who,
                                                const protocol_range& speaks) {
  if (auto problem = protocol_mismatch(spoken_protocol, speaks))
    return refusal{who + " and this master do not understand each other: " + *problem};
  return std::nullopt;
}

std::variant<agent_registered, refusal> cluster::report(const register_agent& x, time_point now,
                                                        const std::string& process) {
  if (x.info.id.empty())
    return refusal{"an agent needs an id"};
  if (auto problem = problem_of_peer("agent " + x.info.id.str(), x.protocol))
    return std::move(*problem);
  if (auto problem = problem_of_reservations(x.info))
    return refusal{std::move(*problem)};
  is_reported_to(now);
  agent_registered answer{x.info.id, {}, {}, options_.report_interval};
  answer.protocol = spoken_protocol;
  auto known = agents_.find(x.info.id);
  const auto* absent = absent_.find(x.info.id);
  const auto* noted = memory_.find<registered_agent>(x.info.id);
  if ((noted && x.life < noted->life) || (known != agents_.end() && x.life < known->second.life) ||
      (absent && x.life < absent->life))
    return refusal{"agent " + x.info.id.str() + " has begun another life since"};
  if (auto problem = problem_of_copy(x, process))
    return std::move(*problem);
  if (known != agents_.end() && known->second.life != x.life && !x.recovered) {
    remove_agent(x.info.id, now);
    known = agents_.end();
    absent = absent_.find(x.info.id);
  }
  auto is_gone = absent && absent->why == departure::gone;
  if (known == agents_.end()) {
    if (absent && (is_gone || absent->life == x.life || x.recovered))
      refuse_lost(x, answer);
    if (!answer.release.empty() || !answer.abandon.empty()) {
      answer.again_in = std::min(soon, options_.report_interval);
      return answer;
    }
    if (is_gone && !x.tasks.empty())
      return answer;  // Until the ends that it tells are acknowledged.
    if (is_gone)
      return refusal{"an operator has said that agent " + x.info.id.str() +
                     " is gone: it may not come back under this id"};
    adopt(x, now);
  } else {
    come_back(x, now);
    for (const auto& part : x.parts)
      if (recovering_.contains(part.round))
        adopt_part(x.info.id, part, x.revision, now);
    heard_all_of(x.info.id, now);
    match_parts(x, answer, now);
    match_tasks(x, answer, now);
  }
  note_agent(x, process);
  agent_times_.set(x.info.id, now + options_.agent_timeout);
  continue_drain(x.info.id, now);
  finish_drain(x.info.id, now);
  return answer;
}

void cluster::adopt(const register_agent& x, time_point now) {
  auto& agent = agents_[x.info.id];
  agent.info = x.info;
  agent.life = x.life;
  agent.protocol = x.protocol;
  sharer_->add_agent(x.info);
  reserve_again(x.info.id);
  pool_stale_.insert(x.info.id);
  for (const auto& part : x.parts)
    adopt_part(x.info.id, part, x.revision, now);
  for (const auto& task : x.tasks)
    if (!unreachable_.contains({task.framework, task.id}))
      adopt_task(x.info.id, task, x.revision, now);
  end_unreachable(x, now);
  absent_.remove(x.info.id);
  heard_all_of(x.info.id, now);
  if (!is_usable(agent))
    use_changed(x.info.id);  // It was drained before it went.
  ++agents_version_;
  ++capacity_version_;
  changed();
}

void cluster::heard_all_of(const agent_id& agent, time_point now) {
  for (const auto& id : std::set<grant_id>{recovering_}) {
    auto& grant = grants_.at(id);
    for (auto& slot : grant.slots_on(agent))
      if (slot.now == grant_slot::state::unheard)
        grant.set(slot, grant_slot::state::gone);
    if (!grant.slots_on(agent).empty() && !grant.has_any_on(agent))
      grant.lost.insert(agent);
    resolve(grant, now);
  }
}

void cluster::adopt_part(const agent_id& agent, const grant_part& part, std::uint64_t revision,
                         time_point now) {
  if (!is_sound(agent, part))
    return;  // The agent's next report has it again, and is told to release it.
  auto [i, added] = grants_.try_emplace(part.round);
  auto& grant = i->second;
  if (added) {
    grant.id = part.round;
    grant.framework = part.framework;
    grant.claim = part.claim;
    grant.role = is_role_name(part.role) ? part.role : default_role;
    grant.preemptible = part.preemptible;
    grant.slot_class = part.slot_class;
    grant.limits = part.limits;
    grant.standing = false;
    recovering_.insert(grant.id);
    for (const auto& member : part.members)
      grant.add_member(member.agent, member.slots);
    find_or_expect(part.framework, now).grants.insert(grant.id);
    grant_times_.set(grant.id, now + options_.agent_timeout);
  }
  grant.used = grant.used || part.used;
  grant.revisions[agent] = revision;
  for (const auto& held : part.slots) {
    auto* slot = grant.find(agent, held.index);
    if (!slot || slot->now != grant_slot::state::unheard)
      continue;
    slot->where.hostname = agents_.at(agent).info.hostname;
    slot->where.ports = held.ports;
    book(grant, *slot);
    if (held.releasing)
      grant.set(*slot, grant_slot::state::releasing);
  }
}

void cluster::adopt_task(const agent_id& where, const task_entry& task, std::uint64_t revision,
                         time_point now) {
  auto& framework = find_or_expect(task.framework, now);
  if (is_terminal(task.last.state))
    return adopt_ended(where, task);
  if (framework.tasks.contains(task.id))
    return;
  auto entry = task;
  entry.hostname = agents_.at(where).info.hostname;
  entry.agent = where;
  if (!is_role_name(entry.role))
    entry.role = default_role;
  auto i = grants_.find(task.grant);
  if (i != grants_.end() && i->second.framework == task.framework) {
    if (auto* slot = i->second.find(entry.agent, entry.slot)) {
      slot->used += entry.limits;
      ++slot->tasks;
      ++i->second.tasks;
    }
  } else {
    entry.grant = {};
    auto& agent = agents_.at(entry.agent);
    ensure_left(entry.agent, entry.limits);
    agent.allocated += entry.limits;
    framework.allocated += entry.limits;
    pool_stale_.insert(entry.agent);
    sharer_->take({entry.framework, entry.role}, entry.agent, entry.limits);
  }
  task_key key{task.framework, task.id};
  adopted_[key] = {revision};
  agents_.at(where).tasks.insert(std::move(key));
  tell_there(entry);
  framework.tasks.emplace(entry.id, std::move(entry));
}

/// One that has ended while no master heard of it. The update that says so is repeated until it is
/// acknowledged, but has not all that is to be listed.
void cluster::adopt_ended(const agent_id& where, task_entry task) {
  task_key key{task.framework, task.id};
  auto* framework = find(task.framework);
  if ((framework && framework->tasks.contains(task.id)) || ended_.contains(key) ||
      unreachable_.contains(key))
    return;
  if (ended_.size() >= options_.ended_tasks_kept)
    return;  // The next report would have all that gave way for it here again.
  task.hostname = agents_.at(where).info.hostname;
  task.agent = where;
  task.last.data.clear();  // It is for the scheduler alone.
  if (!is_role_name(task.role))
    task.role = default_role;
  has_ended(std::move(task));
}

void cluster::match_parts(const register_agent& x, agent_registered& answer, time_point now) {
  std::map<grant_id, const grant_part*> parts;
  for (const auto& part : x.parts)
    parts[part.round] = &part;
  for (const auto& [id, part] : parts) {
    auto i = grants_.find(id);
    if (i == grants_.end()) {
      if (!rounds_.contains(id))
        answer.release.push_back({id, {}});
      continue;
    }
    entente::release again{id, {}};
    for (const auto& held : part->slots) {
      auto* slot = i->second.find(x.info.id, held.index);
      if (!held.releasing && (!slot || slot->now != grant_slot::state::held))
        again.slots.push_back(held.index);
    }
    if (!again.slots.empty())
      answer.release.push_back(std::move(again));
  }
  auto mine = agents_.at(x.info.id).grants;
  for (const auto& id : mine) {
    auto& grant = grants_.at(id);
    if (x.revision < grant.revisions[x.info.id])
      continue;  // It was sent before the agent had its part.
    released gone{x.info.id, id, {}, x.revision};
    auto part = parts.find(id);
    for (const auto& slot : grant.slots_on(x.info.id)) {
      auto there = part != parts.end() &&
                   std::any_of(part->second->slots.begin(), part->second->slots.end(),
                               [&](const held_slot& y) { return y.index == slot.where.index; });
      if (slot.now != grant_slot::state::gone && !there)
        gone.slots.push_back(slot.where.index);
    }
    if (!gone.slots.empty())
      free_slots(gone, now);
  }
}

void cluster::end_forgotten_tasks(const register_agent& x, const std::set<task_key>& there,
                                  time_point now) {
  std::vector<task_key> forgotten;
  for (const auto& key : agents_.at(x.info.id).tasks)
    if (auto i = adopted_.find(key);
        i != adopted_.end() && i->second.revision < x.revision && !there.contains(key))
      forgotten.push_back(key);
  for (const auto& key : forgotten) {
    auto& framework = *find(key.first);
    auto task = framework.tasks.find(key.second);
    // Its end was told and acknowledged before the report that it was adopted from came here.
    task->second.last.state = task_state::lost;
    task->second.last.reason = task_reason::reconciliation;
    end_task(framework, task, now);
  }
}

void cluster::match_tasks(const register_agent& x, agent_registered& answer, time_point now) {
  std::set<task_key> there;
  for (const auto& task : x.tasks) {
    task_key key{task.framework, task.id};
    there.insert(key);
    auto* framework = find(task.framework);
    auto known = framework && framework->tasks.contains(task.id);
    if (known)
      take_usage(x.info.id, framework->tasks.at(task.id), task);
    if (is_terminal(task.last.state)) {
      adopt_ended(x.info.id, task);
      continue;  // The update of its end is on its way, and repeated.
    }
    if (!known) {
      if (is_missed(x, task)) {
        adopt_missed(x, task, now);
      } else {
        answer.abandon.push_back({task.framework, task.id, std::nullopt});
        lose_abandoned(x.info.id, task);
      }
      continue;
    }
    // One that ends may not have heard yet that it has less time: the agent takes the least.
    auto again = kill_of(key);
    if (again && (again->grace || task.last.state != task_state::killing))
      tell(x.info.id, std::move(*again));
  }
  end_forgotten_tasks(x, there, now);
  tell_unheard(x.info.id, there);
}

/// True if the framework was never told how the task has ended, as far as that is remembered.
bool cluster::is_open(const task_entry& task) const {
  task_key key{task.framework, task.id};
  auto framework = frameworks_.find(task.framework);
  return framework != frameworks_.end() && framework->second.state != framework_state::completed &&
         !ended_.contains(key) && !unreachable_.contains(key);
}

/// True for a task in a slot that its grant has, and that came there after this master had first
/// heard of the slot: the agent could not write down yet then what an earlier master had it launch.
bool cluster::is_missed(const register_agent& x, const task_entry& task) {
  auto grant = grants_.find(task.grant);
  if (!is_open(task) || grant == grants_.end() || grant->second.framework != task.framework ||
      is_own(task.grant) || x.revision <= grant->second.revisions[x.info.id])
    return false;
  auto* slot = grant->second.find(x.info.id, task.slot);
  return slot && slot->now == grant_slot::state::held &&
         (taken_by(grant->second, *slot) - slot->used).contains(task.limits);
}

void cluster::adopt_missed(const register_agent& x, const task_entry& task, time_point now) {
  adopt_task(x.info.id, task, x.revision, now);
  auto& grant = grants_.at(task.grant);
  grant.used = true;
  if (grant.standing)
    grant_times_.clear(grant.id);
  changed();
}

/// Its agent is silent about a task that it abandons.
void cluster::lose_abandoned(const agent_id& agent, task_entry task) {
  if (!is_open(task))
    return;
  task.agent = agent;
  task.hostname = agents_.at(agent).info.hostname;
  auto state = state_when_lost(find(task.framework), departure::ended);
  end_unreachable_task(std::move(task), state, task_reason::task_unknown,
                       "the master has not heard of it from its framework");
}

void cluster::take_usage(const agent_id& agent, task_entry& known, const task_entry& reported) {
  if (known.agent != agent || !reported.usage || known.usage == reported.usage)
    return;
  known.usage = reported.usage;
  changed();
}

void cluster::tell_unheard(const agent_id& agent, const std::set<task_key>& there) {
  std::map<std::pair<framework_id, std::string>, launch_tasks> groups;
  std::vector<kill_task> kills;
  for (const auto& key : agents_.at(agent).tasks) {
    auto i = unheard_.find(key);
    if (i == unheard_.end() || there.contains(key))
      continue;
    const auto& call = i->second;
    if (const auto& group = call.tasks.front().group; group.empty()) {
      tell(agent, call);
    } else if (auto [of_group, is_first] = groups.try_emplace({key.first, group}, call);
               !is_first) {
      auto& all = of_group->second;
      all.tasks.push_back(call.tasks.front());
      all.slots.insert(all.slots.end(), call.slots.begin(), call.slots.end());
    }
    if (auto again = kill_of(key))
      kills.push_back(std::move(*again));
  }
  for (auto& [group, call] : groups)
    tell(agent, std::move(call));
  for (auto& kill : kills)  // Both calls were lost. The task must begin for its end to be told.
    tell(agent, std::move(kill));
}

std::optional<kill_task> cluster::kill_of(const task_key& key) {
  if (auto i = killed_.find(key); i != killed_.end()) {
    i->second.is_told = true;
    return kill_task{key.first, key.second, i->second.grace};
  }
  auto* framework = find(key.first);
  if (framework && framework->state == framework_state::completed)
    return kill_task{key.first, key.second, std::nullopt};
  return std::nullopt;
}

// -- frameworks ---------------------------------------------------------------------------

framework_record& cluster::find_or_expect(const framework_id& id, time_point now) {
  auto [i, added] = frameworks_.try_emplace(id);
  if (added) {
    // Its scheduler has not come to this master yet; its agents have.
    i->second.number = ++frameworks_made_;
    i->second.info.id = id;
    i->second.info.name = id.str();
    i->second.state = framework_state::disconnected;
    i->second.remove_at = now + options_.agent_timeout;
  }
  return i->second;
}

bool cluster::is_newest(framework_record& framework, std::uint64_t revision) {
  if (revision < framework.revision)
    return false;
  framework.revision = revision;
  return true;
}

subscribed cluster::report(const framework_id& id, const subscribe& x, time_point now) {
  is_reported_to(now);
  subscribed answer{id, options_.name, options_.report_interval, spoken_protocol};
  auto* framework = find(id);
  if (!framework || framework->state != framework_state::active)
    return answer;
  if (framework->revision == 0) {
    count_pool();
    tell(id, pool_changed{pool_.entries()});
    tell_made_up_again(id);
  }
  if (!is_newest(*framework, x.revision))
    return answer;
  std::set<claim_id> wanted;
  for (const auto& claim : x.claims) {
    wanted.insert(claim.id);
    if (!awaits_recovery({id, claim.id}))
      take_claim(*framework, claim, now);
  }
  std::set<grant_id> kept{x.grants.begin(), x.grants.end()};
  std::vector<claim_key> unwanted;
  for (auto i = claims_.lower_bound({id, claim_id{}}); i != claims_.end() && i->first.first == id;
       ++i)
    if (!wanted.contains(i->first.second) && !kept.contains(i->second.entry.grant))
      unwanted.push_back(i->first);
  for (const auto& key : unwanted)
    drop(claims_.at(key));
  for (const auto& grant : kept) {
    auto known = grants_.find(grant);
    if (known == grants_.end() && !may_be_recovered(grant, now))
      tell(id, grant_ended{grant, "the master knows no such grant any more"});
    else if (known != grants_.end() && known->second.standing)
      tell_again(known->second, now);
  }
  return answer;
}

void cluster::tell_made_up_again(const framework_id& id) {
  // Agents repeat what they say until it is acknowledged; what the master has made up of tasks that
  // were lost, only the master can. The driver knows what it has heard.
  for (const auto& key : unreachable_.of(id))
    tell(id, unreachable_.find(key)->last);
  const auto& framework = frameworks_.at(id);
  for (auto i = adopted_.lower_bound({id, {}}); i != adopted_.end() && i->first.first == id; ++i)
    if (!i->second.is_updated)
      tell_there(framework.tasks.at(i->first.second));
  auto is_told_more = framework.info.partition_aware;
  for (const auto& key : ended_order_) {
    auto& last = ended_.at(key).last;
    if (key.first != id || last.sequence > 0)
      continue;
    if (is_told_more && last.state == task_state::lost)
      last.state = task_state::gone;  // It was not known then that its framework is told more.
    tell(id, last);
  }
}

void cluster::tell_again(const grant_record& grant, time_point now) {
  tell_lost_slots(grant);
  if (recalled_.contains(grant.id))
    tell_recall(grant, now);
}

void cluster::tell_lost_slots(const grant_record& grant) {
  for (const auto& agent : grant.lost)
    tell(grant.framework, agent_lost{agent, {grant.id}});
}

bool cluster::may_be_recovered(const grant_id& grant, time_point now) {
  // A master knows its own grants; of an earlier one's it hears when the agents come to it.
  return awaits_agents(now) && !is_own(grant);
}

bool cluster::awaits_agents(time_point now) {
  is_reported_to(now);
  return now < *first_report_at_ + options_.agent_timeout;
}

bool cluster::is_own(const framework_id& framework) const {
  return framework.str().starts_with(options_.id_prefix + "-F");
}

bool cluster::is_own(const grant_id& grant) const {
  return grant.str().starts_with(options_.id_prefix + "-R");
}

bool cluster::awaits_recovery(const claim_key& key) const {
  return std::any_of(recovering_.begin(), recovering_.end(), [&](const grant_id& id) {
    const auto& grant = grants_.at(id);
    return grant.framework == key.first && grant.claim == key.second;
  });
}

}  // namespace entente
