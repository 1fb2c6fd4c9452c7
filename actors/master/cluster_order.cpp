#include "actors/allocator/claim_order.hpp"
#include "actors/master/cluster.hpp"

namespace entente {

std::vector<cluster::claim_key> cluster::in_fair_order() const {
  if (waiting_.size() <= 1)
    return {waiting_.begin(), waiting_.end()};
  std::vector<claim_demand> demands;
  std::vector<const claim_key*> keys;
  for (const auto& key : waiting_) {
    const auto& x = claims_.at(key);
    const auto& wanted = x.entry.claim;
    demands.push_back({x.entry.role, sharer_->scalars().known_of(wanted.limits.times(wanted.count)),
                       wanted.priority, x.number});
    keys.push_back(&key);
  }
  std::vector<claim_key> result;
  for (auto i : fair_order(sharer_->tree(), demands))
    result.push_back(*keys[i]);
  return result;
}

}  // namespace entente
