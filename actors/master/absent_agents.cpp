#include "actors/master/absent_agents.hpp"

#include <utility>

namespace entente {

std::optional<agent_id> absent_agents::add(agent_info info, std::uint64_t life, departure why) {
  auto id = info.id;
  const auto* known = find(id);
  auto was_told_by_earlier = known && known->was_told_by_earlier;
  remove(id);
  entries_[id] = {std::move(info), life, why, was_told_by_earlier};
  if (why == departure::gone)
    return std::nullopt;
  order_[++added_] = id;
  places_[id] = added_;
  if (order_.size() <= most_)
    return std::nullopt;
  auto forgotten = first();
  remove(*forgotten);
  return forgotten;
}

void absent_agents::remove(const agent_id& agent) {
  entries_.erase(agent);
  auto place = places_.find(agent);
  if (place == places_.end())
    return;
  order_.erase(place->second);
  places_.erase(place);
}

void absent_agents::told_by_earlier(const agent_id& agent) {
  if (auto i = entries_.find(agent); i != entries_.end())
    i->second.was_told_by_earlier = true;
}

const absent_agents::entry* absent_agents::find(const agent_id& agent) const {
  auto i = entries_.find(agent);
  return i == entries_.end() ? nullptr : &i->second;
}

std::optional<agent_id> absent_agents::first() const {
  if (order_.empty())
    return std::nullopt;
  return order_.begin()->second;
}

}  // namespace entente
