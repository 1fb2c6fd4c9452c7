#include "actors/master/maintenance_book.hpp"

#include <algorithm>
#include <utility>

#include "config/names.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// As long as any duration that the command line takes.
constexpr std::chrono::milliseconds longest = 87'600h;
/// Operators' mistakes must not fill the memory.
constexpr std::size_t most_agents = 100'000;

bool is_time(std::chrono::milliseconds x) {
  return 0ms <= x && x <= longest;
}

std::chrono::milliseconds until(time_point then, time_point now) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(then - now), 0ms);
}

}  // namespace

std::optional<std::string> maintenance_book::problem_of(const maintenance_window& x) {
  if (!is_host_name(x.name))
    return "a maintenance window's name has letters, digits, '-', '_' and '.' only";
  if (x.agents.empty())
    return "a maintenance window needs agents";
  if (x.agents.size() > most_agents)
    return "a maintenance window has at most " + std::to_string(most_agents) + " agents";
  if (x.lasts == 0ms)
    return "a maintenance window must last some time";
  if (!is_time(x.starts_in) || !is_time(x.lasts) || !is_time(x.drains_ahead))
    return "the times of a maintenance window are from now on, and at most ten years";
  return std::nullopt;
}

std::set<agent_id> maintenance_book::plan(maintenance_window x, time_point now) {
  auto touched = cancel(x.name).value_or(std::set<agent_id>{});
  auto starts_at = now + x.starts_in;
  windows_[x.name] = {
    {x.agents.begin(), x.agents.end()}, starts_at - x.drains_ahead, starts_at, starts_at + x.lasts};
  advance(x.name, now);
  if (starts_at - x.drains_ahead <= now)
    touched.insert(x.agents.begin(), x.agents.end());
  return touched;
}

std::optional<std::set<agent_id>> maintenance_book::cancel(const std::string& name) {
  auto i = windows_.find(name);
  if (i == windows_.end())
    return std::nullopt;
  auto agents = i->second.agents;
  std::erase_if(agents, [this](const agent_id& x) { return !drains(x); });
  forget(name);
  return agents;
}

std::set<agent_id> maintenance_book::take_due(time_point now) {
  std::set<agent_id> touched;
  for (const auto& name : times_.take_due(now)) {
    touched.insert(windows_.at(name).agents.begin(), windows_.at(name).agents.end());
    advance(name, now);
  }
  return touched;
}

void maintenance_book::advance(const std::string& name, time_point now) {
  const auto& x = windows_.at(name);
  if (x.ends_at <= now)
    return forget(name);
  if (now < x.drains_at)
    return times_.set(name, x.drains_at);
  for (const auto& agent : x.agents)
    drained_[agent].insert(name);
  times_.set(name, now < x.starts_at ? x.starts_at : x.ends_at);
}

void maintenance_book::forget(const std::string& name) {
  for (const auto& agent : windows_.at(name).agents) {
    auto i = drained_.find(agent);
    if (i == drained_.end())
      continue;
    i->second.erase(name);
    if (i->second.empty())
      drained_.erase(i);
  }
  windows_.erase(name);
  times_.clear(name);
}

std::vector<std::string> maintenance_book::names() const {
  std::vector<std::string> result;
  for (const auto& [name, x] : windows_)
    result.push_back(name);
  return result;
}

std::string maintenance_book::drained_for(const agent_id& agent) const {
  auto i = drained_.find(agent);
  return i == drained_.end() ? std::string{} : *i->second.begin();
}

std::optional<std::chrono::milliseconds> maintenance_book::left(const agent_id& agent,
                                                                time_point now) const {
  auto i = drained_.find(agent);
  if (i == drained_.end())
    return std::nullopt;
  auto first = windows_.at(*i->second.begin()).starts_at;
  for (const auto& name : i->second)
    first = std::min(first, windows_.at(name).starts_at);
  return until(first, now);
}

std::vector<maintenance_window> maintenance_book::windows(time_point now) const {
  std::vector<maintenance_window> result;
  for (const auto& [name, x] : windows_)
    result.push_back({name,
                      {x.agents.begin(), x.agents.end()},
                      until(x.starts_at, now),
                      until(x.ends_at, std::max(now, x.starts_at)),
                      std::chrono::ceil<std::chrono::milliseconds>(x.starts_at - x.drains_at)});
  return result;
}

}  // namespace entente
