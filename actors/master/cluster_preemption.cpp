#include <algorithm>

#include "actors/master/cluster.hpp"
#include "config/units.hpp"
#include "messages/constraints.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

resources amount_of(const claim& x) {
  return x.limits.times(x.count);
}

/// `eng`, of `eng/ads`.
std::string top_of(const std::string& role) {
  return role.substr(0, role.find('/'));
}

/// What the grant's framework still has of it.
resources held_by(const grant_record& x) {
  return x.limits.times(x.count(grant_slot::state::held));
}

}  // namespace

void cluster::preempt_for(claim_record& x, time_point now) {
  if (!sharer_->options_of(x.entry.role).preempts)
    return;
  claim_key key{x.entry.framework, x.entry.claim.id};
  auto is_for_it = [&](const auto& y) { return y.second == key; };
  if (std::any_of(recalled_.begin(), recalled_.end(), is_for_it) || !is_owed_beside_recalls(x))
    return;  // Room is being made already, or there is none to be made for this role.
  for (const auto& id : choose_to_preempt(x)) {
    recalled_.emplace(id, key);
    recall_ends_[id] = now + options_.preemption_notice;
    recall_times_.set(id, now + options_.preemption_notice);
    tell_recall(grants_.at(id), now);
  }
}

bool cluster::is_owed_beside_recalls(const claim_record& x) {
  auto amount = amount_of(x.entry.claim);
  std::set<claim_key> others;
  for (const auto& [grant, key] : recalled_)
    others.insert(key);
  for (const auto& key : others)
    if (auto* other = find(key); other && top_of(other->entry.role) == top_of(x.entry.role))
      amount += amount_of(other->entry.claim);
  return sharer_->is_owed(x.entry.role, amount);
}

std::vector<grant_id> cluster::choose_to_preempt(const claim_record& x) {
  std::vector<const grant_record*> all;
  for (const auto& [id, grant] : grants_)
    if (is_preemptible_for(x, grant))
      all.push_back(&grant);
  std::sort(all.begin(), all.end(),
            [](const auto* a, const auto* b) { return a->number > b->number; });
  auto chosen = beyond_guarantees(all);
  if (would_do(x, {}) || !would_do(x, chosen))
    return {};  // Room is on its way already, or cannot be made.
  std::size_t too_few = 0;
  auto enough = chosen.size();
  while (too_few + 1 < enough) {
    auto middle = (too_few + enough) / 2;
    auto first = std::vector<grant_id>(chosen.begin(), chosen.begin() + static_cast<long>(middle));
    (would_do(x, first) ? enough : too_few) = middle;
  }
  chosen.resize(enough);
  // Some of the younger ones may not be where the claim can use their room.
  for (auto i = chosen.size(); i-- > 0;) {
    auto without = chosen;
    without.erase(without.begin() + static_cast<long>(i));
    if (would_do(x, without))
      chosen = std::move(without);
  }
  return chosen;
}

std::vector<grant_id> cluster::beyond_guarantees(const std::vector<const grant_record*>& grants) {
  // Of a guarantee's branch, what is taken is counted together.
  std::map<std::string, resources> taken;
  for (const auto& [id, key] : recalled_)
    taken[top_of(grants_.at(id).role)] += held_by(grants_.at(id));
  std::vector<grant_id> result;
  for (const auto* grant : grants) {
    auto sum = taken[top_of(grant->role)] + held_by(*grant);
    if (sharer_->needs(grant->role, sum))
      continue;
    taken[top_of(grant->role)] = std::move(sum);
    result.push_back(grant->id);
  }
  return result;
}

bool cluster::is_preemptible_for(const claim_record& x, const grant_record& grant) {
  return grant.preemptible && grant.standing && !recalled_.contains(grant.id) &&
         !is_within(grant.role, x.entry.role) && !is_within(x.entry.role, grant.role) &&
         !held_by(grant).empty();
}

bool cluster::would_do(const claim_record& x, const std::vector<grant_id>& without) {
  std::map<agent_id, resources> freed;
  auto free_slots = [&](const grant_record& grant, bool all) {
    for (const auto& slot : grant.slots())
      if ((slot.now == grant_slot::state::releasing || (all && slot.booked())) &&
          !refills_reservation(grant, slot.where.agent, x.entry.role))
        freed[slot.where.agent] += taken_by(grant, slot);
  };
  std::set<grant_id> ended{without.begin(), without.end()};
  for (const auto& [id, grant] : grants_)
    free_slots(grant, ended.contains(id));
  auto mine = set_aside_for_ == claim_key{x.entry.framework, x.entry.claim.id};
  std::vector<candidate> candidates;
  for (const auto& [id, agent] : agents_) {
    if (unusable_.contains(id) || (!mine && set_aside_.contains(id)) ||
        first_violated(agent.info.attributes, x.entry.claim.constraints))
      continue;
    auto have = agent.left() + offered_for(x.entry.role, agent);
    if (auto i = freed.find(id); i != freed.end())
      have += i->second;
    have -= sharer_->withheld_from(x.entry.role, id);
    if (auto slots = slots_in(x.entry.claim, have, have); slots > 0)
      candidates.push_back({id, slots, 0, &agent.info.attributes});
  }
  return decide(x.entry.claim, candidates).has_value();
}

bool cluster::refills_reservation(const grant_record& grant, const agent_id& agent,
                                  const std::string& role) const {
  if (!sharer_->has_reservations(agent))
    return false;
  auto reserved = sharer_->reservations_on(agent);
  return std::any_of(reserved.begin(), reserved.end(), [&](const auto& x) {
    return is_within(grant.role, x.first) && !is_within(role, x.first);
  });
}

std::string cluster::preemption_message(const grant_record& grant) const {
  const auto& key = recalled_.at(grant.id);
  const auto& role = claims_.at(key).entry.role;
  return "role " + role + " is under its guarantee and needs the room for claim " +
         key.second.str();
}

void cluster::tell_recall(const grant_record& grant, time_point now) {
  auto end = recall_ends_.at(grant.id);
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
  if (claims_.contains(recalled_.at(grant.id)))
    tell(grant.framework, grant_recalled{grant.id, preemption_message(grant), std::max(left, 0ms)});
}

void cluster::end_recall(const grant_id& id, time_point now) {
  auto recall = recalled_.find(id);
  if (recall == recalled_.end())
    return;
  auto* claim = find(recall->second);
  if (claim && claim->entry.state == claim_state::agreeing)
    // Its round may fail: the answer is near.
    return recall_times_.set(id, now + options_.agreement.hold_lease);
  if (!claim || claim->entry.state != claim_state::waiting ||
      !sharer_->is_owed(claim->entry.role, amount_of(claim->entry.claim)))
    return forget_recall(id);
  // The recall is remembered until the grant is gone: until then its room is on its way.
  end_grant(grants_.at(id), "it was taken back: " + preemption_message(grants_.at(id)));
}

void cluster::forget_recall(const grant_id& id) {
  recalled_.erase(id);
  recall_ends_.erase(id);
  recall_times_.clear(id);
}

}  // namespace entente
