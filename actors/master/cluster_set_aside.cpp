#include "actors/allocator/dominant_share.hpp"
#include "actors/master/cluster.hpp"
#include "messages/constraints.hpp"

namespace entente {

void cluster::set_room_aside(time_point now) {
  auto before = set_aside_for_;
  if (set_aside_for_ && !claims_.contains(*set_aside_for_))
    set_aside_for_.reset();
  if (set_aside_for_ && claims_.at(*set_aside_for_).entry.state == claim_state::granted)
    set_aside_for_.reset();
  if (set_aside_for_ && held_up_by_quota(claims_.at(*set_aside_for_)))
    set_aside_for_.reset();  // A limit may have been set since: others must not wait for nothing.
  std::set<agent_id> agents;
  if (set_aside_for_)
    agents = agents_to_set_aside(claims_.at(*set_aside_for_));
  if (agents.empty())
    agents = choose_to_set_aside(now);
  if (agents != set_aside_) {
    set_aside_ = std::move(agents);
    sharer_->set_aside(set_aside_);
  } else if (set_aside_for_ == before) {
    return;
  }
  ++capacity_version_;  // The same agents for another claim are new room for that one.
}

std::set<agent_id> cluster::choose_to_set_aside(time_point now) {
  set_aside_for_.reset();
  for (const auto& key : in_fair_order()) {
    const auto& x = claims_.at(key);
    if (now < x.arrived + options_.agreement.set_aside_after || held_up_by_quota(x))
      continue;
    if (auto agents = agents_to_set_aside(x); !agents.empty()) {
      set_aside_for_ = key;
      return agents;
    }
  }
  return {};
}

std::set<agent_id> cluster::agents_to_set_aside(const claim_record& x) const {
  // As if nothing ran, with a preference for where little runs: that gets free soonest.
  std::vector<candidate> all;
  for (const auto& [id, agent] : agents_) {
    if (unusable_.contains(id) || first_violated(agent.info.attributes, x.entry.claim.constraints))
      continue;
    auto slots = slots_when_empty(x, agent);
    auto used = dominant_share(agent.allocated, agent.info.total) / 1000;
    auto score = max_score - std::min<std::uint64_t>(used, max_score);
    if (slots > 0)
      all.push_back({id, slots, static_cast<std::uint32_t>(score), &agent.info.attributes});
  }
  auto chosen = decide(x.entry.claim, all);
  std::set<agent_id> result;
  if (chosen)
    for (const auto& member : *chosen)
      result.insert(member.agent);
  return result;
}

}  // namespace entente
