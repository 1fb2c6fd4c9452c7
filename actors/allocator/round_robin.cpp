#include "actors/allocator/round_robin.hpp"

#include <algorithm>

namespace entente {

void round_robin_allocator::add_agent(const agent_info& info) {
  free_[info.id] = info.total;
}

void round_robin_allocator::remove_agent(const agent_id& agent) {
  free_.erase(agent);
  for (auto& framework : turns_)
    framework.filters.erase(agent);
}

void round_robin_allocator::add_framework(const framework_info& info) {
  if (!find(info.id))
    turns_.push_back({info.id, false, {}});
}

void round_robin_allocator::remove_framework(const framework_id& framework) {
  std::erase_if(turns_, [&](const auto& x) { return x.id == framework; });
}

void round_robin_allocator::suppress(const framework_id& framework) {
  if (auto* x = find(framework))
    x->suppressed = true;
}

void round_robin_allocator::revive(const framework_id& framework) {
  if (auto* x = find(framework)) {
    x->suppressed = false;
    x->filters.clear();
  }
}

void round_robin_allocator::recover(const framework_id& framework, const agent_id& agent,
                                    const resources& amount,
                                    std::optional<time_point> filtered_until) {
  auto i = free_.find(agent);
  if (i == free_.end())
    return;
  i->second += amount;
  if (auto* x = find(framework); x && filtered_until)
    x->filters[agent] = {amount, *filtered_until};
}

std::vector<offer_plan> round_robin_allocator::allocate(time_point now) {
  drop_filters_before(now);
  std::vector<offer_plan> plans;
  for (auto& [agent, free] : free_) {
    if (free.empty())
      continue;
    if (const auto* framework = next_for(agent, free)) {
      plans.push_back({framework->id, agent, std::move(free)});
      free = resources{};
    }
  }
  return plans;
}

std::optional<time_point> round_robin_allocator::next_filter_end() const {
  std::optional<time_point> next;
  for (const auto& framework : turns_)
    for (const auto& [agent, filter] : framework.filters)
      next = next ? std::min(*next, filter.until) : filter.until;
  return next;
}

round_robin_allocator::framework_record* round_robin_allocator::find(const framework_id& id) {
  auto i = std::find_if(turns_.begin(), turns_.end(), [&](const auto& x) { return x.id == id; });
  return i == turns_.end() ? nullptr : &*i;
}

const round_robin_allocator::framework_record*
round_robin_allocator::next_for(const agent_id& agent, const resources& free) {
  auto wants = [&](const framework_record& x) {
    auto filter = x.filters.find(agent);
    return !x.suppressed && (filter == x.filters.end() || !filter->second.amount.contains(free));
  };
  auto i = std::find_if(turns_.begin(), turns_.end(), wants);
  if (i == turns_.end())
    return nullptr;
  std::rotate(i, i + 1, turns_.end());
  return &turns_.back();
}

void round_robin_allocator::drop_filters_before(time_point now) {
  for (auto& framework : turns_)
    std::erase_if(framework.filters, [now](const auto& x) { return x.second.until <= now; });
}

}  // namespace entente
