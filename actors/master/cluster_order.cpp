#include <algorithm>

#include "actors/allocator/dominant_share.hpp"
#include "actors/master/cluster.hpp"

namespace entente {

namespace {

/// A role's claims that wait, and what the role has, with the claims before.
struct role_queue {
  resources allocated;
  std::uint64_t share = 0;
  std::vector<std::pair<std::pair<std::int64_t, std::uint64_t>, const claim_entry*>> claims;
  std::size_t next = 0;

  bool done() const { return next == claims.size(); }
  std::uint64_t head_number() const { return claims[next].first.second; }
};

resources amount_of(const claim& x) {
  return x.limits.times(x.count);
}

}  // namespace

std::vector<cluster::claim_key> cluster::in_fair_order() const {
  if (waiting_.size() <= 1)
    return {waiting_.begin(), waiting_.end()};
  resources total;
  for (const auto& [id, agent] : agents_)
    total += agent.info.total;
  std::map<std::string, role_queue> roles;
  for (const auto& [id, framework] : frameworks_)
    roles[framework.info.role].allocated += framework.allocated;
  for (const auto& [id, round] : rounds_) {
    const auto& x = claims_.at(round.claim).entry;
    roles[x.role].allocated += amount_of(x.claim);
  }
  for (const auto& key : waiting_) {
    const auto& x = claims_.at(key);
    roles[x.entry.role].claims.push_back({{-x.entry.claim.priority, x.number}, &x.entry});
  }
  std::erase_if(roles, [](const auto& x) { return x.second.claims.empty(); });
  for (auto& [name, role] : roles) {
    std::sort(role.claims.begin(), role.claims.end());
    role.share = dominant_share(role.allocated, total);
  }
  std::vector<claim_key> result;
  while (!roles.empty()) {
    // The smallest share first, then who came first; the share counts what was put in order.
    auto i = std::min_element(roles.begin(), roles.end(), [](const auto& a, const auto& b) {
      return std::pair{a.second.share, a.second.head_number()} <
             std::pair{b.second.share, b.second.head_number()};
    });
    auto& role = i->second;
    const auto& x = *role.claims[role.next++].second;
    result.emplace_back(x.framework, x.claim.id);
    role.allocated += amount_of(x.claim);
    role.share = dominant_share(role.allocated, total);
    if (role.done())
      roles.erase(i);
  }
  return result;
}

}  // namespace entente
