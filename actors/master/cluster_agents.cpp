#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

cluster::cluster(cluster_options options, std::unique_ptr<allocator> sharer)
    : options_(std::move(options)), sharer_(std::move(sharer)) {}

std::variant<agent_registered, refusal> cluster::add_agent(const agent_info& info) {
  if (info.id.empty())
    return refusal{"an agent needs an id"};
  remove_agent(info.id);
  agents_[info.id] = {info, {}, {}};
  sharer_->add_agent(info);
  changed();
  return agent_registered{info.id};
}

void cluster::remove_agent(const agent_id& agent) {
  auto i = agents_.find(agent);
  if (i == agents_.end())
    return;
  rescind_if([&](const offer_record& x) { return x.offer.agent == agent; });
  auto hostname = i->second.info.hostname;
  for (auto i = frameworks_.begin(); i != frameworks_.end();) {
    auto& [id, framework] = *i++;  // Losing its last task may remove a framework.
    tell(id, agent_lost{agent});
    lose_tasks(framework, agent, "agent " + agent.str() + " on " + hostname + " is gone");
  }
  sharer_->remove_agent(agent);
  agents_.erase(agent);
  changed();
}

}  // namespace entente
