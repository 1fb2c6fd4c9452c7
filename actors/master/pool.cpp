#include "actors/master/pool.hpp"

#include <algorithm>

namespace entente {

pool::pool(std::map<std::string, resources> classes) {
  for (auto& [name, limits] : classes)
    classes_[name].limits = std::move(limits);
}

void pool::update_agent(const agent_id& agent, const resources& total, const resources& free) {
  for (auto& [name, x] : classes_) {
    auto& known = x.agents[agent];
    x.sum.total -= known.total;
    x.sum.free -= known.free;
    known = {static_cast<std::uint64_t>(total.slots(x.limits)),
             static_cast<std::uint64_t>(free.slots(x.limits))};
    x.sum.total += known.total;
    x.sum.free += known.free;
  }
}

void pool::remove_agent(const agent_id& agent) {
  for (auto& [name, x] : classes_) {
    auto i = x.agents.find(agent);
    if (i == x.agents.end())
      continue;
    x.sum.total -= i->second.total;
    x.sum.free -= i->second.free;
    x.agents.erase(i);
  }
}

std::vector<pool_entry> pool::entries() const {
  std::vector<pool_entry> result;
  for (const auto& [name, x] : classes_)
    result.push_back(entry_of(name, x));
  return result;
}

bool pool::has_changes() const {
  return std::any_of(classes_.begin(), classes_.end(),
                     [](const auto& x) { return x.second.sum != x.second.published; });
}

std::vector<pool_entry> pool::take_changes() {
  std::vector<pool_entry> result;
  for (auto& [name, x] : classes_) {
    if (x.sum == x.published)
      continue;
    x.published = x.sum;
    result.push_back(entry_of(name, x));
  }
  return result;
}

pool_entry pool::entry_of(const std::string& name, const slot_class& x) const {
  return {name, x.limits, x.sum.total, x.sum.free};
}

}  // namespace entente
