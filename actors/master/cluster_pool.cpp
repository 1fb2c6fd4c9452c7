#include "actors/master/cluster.hpp"

namespace entente {

void cluster::publish_pool(time_point now) {
  auto nothing_new = pool_stale_.empty() && !pool_.has_changes();
  if (nothing_new || (pool_told_at_ && now < *pool_told_at_ + options_.pool_interval))
    return;
  pool_told_at_ = now;
  count_pool();
  auto changes = pool_.take_changes();
  if (changes.empty())
    return;
  for (const auto& [id, framework] : frameworks_)
    tell(id, pool_changed{changes});
}

void cluster::count_pool() {
  for (const auto& id : pool_stale_)
    if (auto i = agents_.find(id); i != agents_.end()) {
      auto free = is_usable(i->second) ? i->second.info.total - i->second.allocated : resources{};
      pool_.update_agent(id, i->second.info.total, free);
      free_index_.update(id, free);
    }
  pool_stale_.clear();
}

}  // namespace entente
