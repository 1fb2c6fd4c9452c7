#include "actors/framework/claim_tracker.hpp"

#include <algorithm>
#include <utility>

namespace entente {

claim_slots claim_tracker::claimed(const claim& x) {
  open_.insert_or_assign(x.id, x);
  return {{}, x, ++revision_};
}

withdraw_claim claim_tracker::withdrawn(const claim_id& x) {
  open_.erase(x);
  return {{}, x, ++revision_};
}

void claim_tracker::launched(const launch_on_grant& x) {
  for (const auto& task : x.tasks)
    launches_.insert_or_assign(task.task.id, launch{x.grant, task});
}

release_grant claim_tracker::released(release_grant x) {
  x.revision = ++revision_;
  if (auto i = grants_.find(x.grant); i != grants_.end()) {
    for (auto rank : x.ranks)
      if (rank < i->second.slots.size())
        i->second.given_back.insert(rank);
    if (x.ranks.empty())
      forget(x.grant);
    else
      forget_if_empty(x.grant);
  }
  return x;
}

claim_tracker::verdict claim_tracker::granted(const grant& x) {
  if (grants_.contains(x.id))
    return verdict::drop;
  if (open_.erase(x.claim) == 0)
    return verdict::give_back;
  grants_[x.id].slots = x.slots;
  return verdict::deliver;
}

claim_tracker::verdict claim_tracker::refused(const claim_id& x) {
  return open_.erase(x) > 0 ? verdict::deliver : verdict::drop;
}

claim_tracker::verdict claim_tracker::ended(const grant_id& x) {
  if (!grants_.contains(x))
    return verdict::drop;
  forget(x);
  return verdict::deliver;
}

claim_tracker::verdict claim_tracker::recalled(const grant_recalled& x) {
  auto i = grants_.find(x.grant);
  // Another reason is another recall: the first may have come to nothing.
  if (i == grants_.end() || std::exchange(i->second.recalled_because, x.message) == x.message)
    return verdict::drop;
  return verdict::deliver;
}

std::vector<grant_id> claim_tracker::lost(const agent_lost& x) {
  std::vector<grant_id> news;
  for (const auto& id : x.grants) {
    auto i = grants_.find(id);
    if (i == grants_.end())
      continue;
    auto& grant = i->second;
    bool has_lost = false;
    for (std::uint32_t rank = 0; rank < grant.slots.size(); ++rank)
      if (grant.slots[rank].agent == x.agent && grant.given_back.insert(rank).second)
        has_lost = true;
    if (has_lost)
      news.push_back(id);
    forget_if_empty(id);
  }
  return news;
}

void claim_tracker::heard_of(const task_id& x) {
  auto i = launches_.find(x);
  if (i == launches_.end())
    return;
  const auto& group = i->second.task.task.group;
  if (group.empty()) {
    launches_.erase(i);
    return;
  }
  i->second.is_heard_of = true;
  auto is_with_it = [grant = i->second.grant, group](const auto& y) {
    return y.second.grant == grant && y.second.task.task.group == group;
  };
  if (std::all_of(launches_.begin(), launches_.end(),
                  [&](const auto& y) { return !is_with_it(y) || y.second.is_heard_of; }))
    std::erase_if(launches_, is_with_it);
}

subscribe claim_tracker::report() {
  subscribe result;
  result.revision = ++revision_;
  for (const auto& [id, claim] : open_)
    result.claims.push_back(claim);
  for (const auto& [id, grant] : grants_)
    result.grants.push_back(id);
  return result;
}

std::vector<launch_on_grant> claim_tracker::launches() const {
  std::map<grant_id, launch_on_grant> calls;
  for (const auto& [id, launch] : launches_) {
    auto& call = calls[launch.grant];
    call.grant = launch.grant;
    call.tasks.push_back(launch.task);
  }
  std::vector<launch_on_grant> result;
  for (auto& [id, call] : calls)
    result.push_back(std::move(call));
  return result;
}

std::vector<release_grant> claim_tracker::releases() {
  std::vector<release_grant> result;
  for (const auto& [id, grant] : grants_)
    if (!grant.given_back.empty())
      result.push_back({{}, id, {grant.given_back.begin(), grant.given_back.end()}, ++revision_});
  return result;
}

void claim_tracker::forget(const grant_id& x) {
  grants_.erase(x);
  std::erase_if(launches_, [&](const auto& launch) { return launch.second.grant == x; });
}

void claim_tracker::forget_if_empty(const grant_id& x) {
  if (auto i = grants_.find(x);
      i != grants_.end() && i->second.given_back.size() >= i->second.slots.size())
    forget(x);
}

}  // namespace entente
