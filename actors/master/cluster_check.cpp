// Everything added up anew, to compare with what the calls have kept up to date.
#include <stdexcept>

#include "actors/master/cluster.hpp"

namespace entente {

namespace {

/// Ports may be in two books for a while, see cluster::book_ports_again().
void require_same(const resources& known, const resources& sum, const agent_id& agent,
                  const char* what) {
  if (known.scalars() != sum.scalars())
    throw std::logic_error{"agent " + agent.str() + " has " + known.to_string() + ' ' + what +
                           ", which adds up to " + sum.to_string()};
}

}  // namespace

void cluster::check() const {
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
  sharer_->check();
}

}  // namespace entente
