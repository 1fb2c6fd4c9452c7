#include "actors/allocator/round_robin.hpp"

#include <algorithm>
#include <utility>

namespace entente {

void round_robin_allocator::add_agent(const agent_info& info) {
  agents_[info.id] = {info.total, {}};
}

void round_robin_allocator::remove_agent(const agent_id& agent) {
  agents_.erase(agent);
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
  auto i = agents_.find(agent);
  if (i == agents_.end())
    return;
  i->second.given -= amount;
  if (auto* x = find(framework); x && filtered_until)
    x->filters[agent] = {amount, *filtered_until};
}

void round_robin_allocator::reserve(const agent_id& agent, const resources& amount) {
  if (auto i = agents_.find(agent); i != agents_.end())
    i->second.given += amount;
}

void round_robin_allocator::set_aside(std::set<agent_id> agents) {
  set_aside_ = std::move(agents);
}

std::vector<offer_plan> round_robin_allocator::allocate(time_point now) {
  drop_filters_before(now);
  std::vector<offer_plan> plans;
  for (auto& [agent, record] : agents_) {
    auto free = record.free();
    if (free.empty() || set_aside_.contains(agent))
      continue;
    if (const auto* framework = next_for(agent, free)) {
      record.given += free;
      plans.push_back({framework->id, agent, std::move(free)});
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
