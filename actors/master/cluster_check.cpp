// Everything added up anew, to compare with what the calls have kept up to date.
#include <stdexcept>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds)
    throw std::logic_error{otherwise};
}

/// Ports may be in two books for a while, see cluster::book_ports_again().
void require_same(const resources& known, const resources& sum, const agent_id& agent,
                  const char* what) {
  if (known.scalars() != sum.scalars())
    throw std::logic_error{"agent " + agent.str() + " has " + known.to_string() + ' ' + what +
                           ", which adds up to " + sum.to_string()};
}

}  // namespace

void cluster::check() const {
  check_amounts();
  check_use();
  check_tasks();
  sharer_->check();
}

void cluster::check_amounts() const {
  std::map<agent_id, resources> offered, held, allocated;
  for (const auto& [id, x] : offers_)
    offered[x.agent] += x.available;
  for (const auto& [id, round] : rounds_)
    for (const auto& [agent, slots] : round.asked)
      held[agent] += round.limits.times(slots);
  for (const auto& [id, grant] : grants_)
    for (const auto& slot : grant.slots())
      if (slot.booked())
        allocated[slot.where.agent] += grant.limits;
  for (const auto& [id, framework] : frameworks_)
    for (const auto& [task, entry] : framework.tasks)
      if (entry.grant.empty())
        allocated[entry.agent] += entry.limits;
  for (const auto& [id, agent] : agents_) {
    require_same(agent.offered, offered[id], id, "offered");
    require_same(agent.held, held[id], id, "held");
    require_same(agent.allocated, allocated[id], id, "allocated");
  }
}

void cluster::check_use() const {
  for (const auto& [id, agent] : agents_) {
    require(unusable_.contains(id) != is_usable(agent), id.str() + " is used, or is not");
    require(sharer_->is_active(id) == is_usable(agent), id.str() + " is active, or is not");
    require(!absent_.find(id), id.str() + " is there and absent");
  }
  for (const auto& id : unusable_)
    require(agents_.contains(id), id.str() + " is not there and unusable");
  for (const auto& id : drains_.to_be_gone())
    require(agents_.contains(id), id.str() + " is not there and to be gone");
  for (const auto& [id, x] : offers_)
    require(agents_.contains(x.agent) && !unusable_.contains(x.agent),
            "offer " + id.str() + " is of an agent that is not used");
  for (const auto& [id, round] : rounds_)
    for (const auto& [agent, slots] : round.asked)
      require(agents_.contains(agent) && !unusable_.contains(agent),
              "round " + id.str() + " asks an agent that is not used");
}

void cluster::check_tasks() const {
  std::map<agent_id, std::set<task_key>> there;
  std::set<task_key> all;
  for (const auto& [id, framework] : frameworks_)
    for (const auto& [task, entry] : framework.tasks) {
      there[entry.agent].emplace(id, task);
      all.emplace(id, task);
    }
  for (const auto& [id, agent] : agents_)
    require(agent.tasks == there[id], "agent " + id.str() + " has other tasks than it is said to");
  auto name_of = [](const task_key& x) { return "task " + x.second.str() + " is not there and "; };
  for (const auto& [key, call] : unheard_)
    require(all.contains(key), name_of(key) + "unheard");
  for (const auto& [key, adoption] : adopted_)
    require(all.contains(key), name_of(key) + "adopted");
  for (const auto& [key, kill] : killed_)
    require(all.contains(key) || unreachable_.contains(key), name_of(key) + "to be killed");
  for (const auto& [key, task] : unreachable_.all())
    require(!all.contains(key), "task " + key.second.str() + " is there and unreachable");
}

}  // namespace entente
