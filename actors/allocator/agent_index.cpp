#include "actors/allocator/agent_index.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace entente {

std::size_t agent_index::bucket_of(std::int64_t milli) {
  return static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(milli)));
}

std::size_t agent_index::number_of(const std::string& scalar) {
  auto [i, added] = numbers_.try_emplace(scalar, numbers_.size());
  if (added)
    buckets_.emplace_back();
  return i->second;
}

void agent_index::take_out(entry& x, std::size_t scalar) {
  if (x.free[scalar] == 0)
    return;
  auto& from = buckets_[scalar][bucket_of(x.free[scalar])];
  from.back()->places[scalar] = x.places[scalar];
  std::swap(from[x.places[scalar]], from.back());
  from.pop_back();
  x.free[scalar] = 0;
}

void agent_index::move(entry& x, std::size_t scalar, std::int64_t milli) {
  if (scalar >= x.free.size()) {
    x.free.resize(scalar + 1, 0);
    x.places.resize(scalar + 1, 0);
  }
  if (x.free[scalar] > 0 && milli > 0 && bucket_of(x.free[scalar]) == bucket_of(milli)) {
    x.free[scalar] = milli;
    return;
  }
  take_out(x, scalar);
  if (milli <= 0)
    return;
  auto& to = buckets_[scalar][bucket_of(milli)];
  x.free[scalar] = milli;
  x.places[scalar] = to.size();
  to.push_back(&x);
}

void agent_index::update(const agent_id& agent, const resources& free) {
  auto& x = agents_[agent];
  x.id = agent;
  for (const auto& [name, milli] : free.scalars())
    move(x, number_of(name), milli);
  for (const auto& [name, number] : numbers_)
    if (number < x.free.size() && free.milli(name) == 0)
      take_out(x, number);
}

void agent_index::remove(const agent_id& agent) {
  auto i = agents_.find(agent);
  if (i == agents_.end())
    return;
  for (std::size_t scalar = 0; scalar < i->second.free.size(); ++scalar)
    take_out(i->second, scalar);
  agents_.erase(i);
}

std::optional<std::vector<agent_id>> agent_index::with_at_least(const resources& limits) const {
  std::vector<std::pair<std::size_t, std::int64_t>> wanted;
  auto fewest = std::numeric_limits<std::size_t>::max();
  std::pair<std::size_t, std::int64_t> rarest;
  for (const auto& [name, milli] : limits.scalars()) {
    auto i = numbers_.find(name);
    if (i == numbers_.end())
      return std::vector<agent_id>{};
    wanted.emplace_back(i->second, milli);
    std::size_t count = 0;
    for (auto b = bucket_of(milli); b < bucket_count; ++b)
      count += buckets_[i->second][b].size();
    if (count < fewest) {
      fewest = count;
      rarest = wanted.back();
    }
  }
  if (fewest > agents_.size() / 2)
    return std::nullopt;
  std::vector<agent_id> result;
  for (auto b = bucket_of(rarest.second); b < bucket_count; ++b)
    for (const auto* x : buckets_[rarest.first][b])
      if (std::all_of(wanted.begin(), wanted.end(), [x](const auto& y) {
            return y.first < x->free.size() && x->free[y.first] >= y.second;
          }))
        result.push_back(x->id);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace entente
