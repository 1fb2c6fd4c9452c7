#include "apps/entente/registry_listing.hpp"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "apps/entente/table.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using nlohmann::json;
using row = std::vector<std::string>;

// -- words --------------------------------------------------------------------------------

std::string word_of(agent_mark x) {
  switch (x) {
  case agent_mark::admitted:
    return "admitted";
  case agent_mark::ended:
    return "ended";
  case agent_mark::unreachable:
    return "unreachable";
  default:
    return "gone";
  }
}

std::string time_text(wall_time x) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(x);
  auto since = static_cast<std::time_t>(seconds.time_since_epoch().count());
  std::tm parts{};
  ::gmtime_r(&since, &parts);
  std::array<char, 64> text{};
  auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  auto rest = std::to_string(1000 + (x - seconds).count()).substr(1);
  return std::string{text.data(), size} + rest + 'Z';
}

json json_of(const std::optional<wall_time>& x) {
  return x ? json(time_text(*x)) : json(nullptr);
}

std::string text_of(const std::optional<wall_time>& x) {
  return x ? time_text(*x) : "-";
}

std::string number_text(double x) {
  return json(x).dump();
}

std::string names_text(const std::vector<agent_id>& xs) {
  std::string text;
  for (const auto& x : xs)
    text += (text.empty() ? "" : ",") + x.str();
  return text;
}

// -- entries: a head, cells, JSON ---------------------------------------------------------

row head(const registered_agent&) {
  return {"AGENT", "LIFE", "MARK", "HOSTNAME", "TOTAL"};
}
row cells(const registered_agent& x) {
  return {x.info.id.str(), std::to_string(x.life), word_of(x.mark), x.info.hostname,
          x.info.total.to_string()};
}
json json_of(const registered_agent& x) {
  return {{"id", x.info.id.str()},
          {"life", x.life},
          {"mark", word_of(x.mark)},
          {"hostname", x.info.hostname},
          {"address", x.info.address},
          {"total", x.info.total.to_json()},
          {"attributes", json(x.info.attributes)}};
}

row head(const registered_framework&) {
  return {"FRAMEWORK", "NAME", "ROLE", "FAILOVER", "REMOVED"};
}
row cells(const registered_framework& x) {
  return {x.info.id.str(), x.info.name, x.info.role, format_duration(x.info.failover_timeout),
          text_of(x.removed_at)};
}
json json_of(const registered_framework& x) {
  return {{"id", x.info.id.str()},
          {"name", x.info.name},
          {"role", x.info.role},
          {"more_roles", x.info.more_roles},
          {"failover_timeout", format_duration(x.info.failover_timeout)},
          {"detached", x.info.detached},
          {"partition_aware", x.info.partition_aware},
          {"removed_at", json_of(x.removed_at)}};
}

row head(const registered_quota&) {
  return {"ROLE", "GUARANTEE", "LIMIT"};
}
row cells(const registered_quota& x) {
  return {x.role, x.guarantee.to_string(), x.limit.to_string()};
}
json json_of(const registered_quota& x) {
  return {{"role", x.role}, {"guarantee", x.guarantee.to_json()}, {"limit", x.limit.to_json()}};
}

row head(const registered_weight&) {
  return {"ROLE", "WEIGHT"};
}
row cells(const registered_weight& x) {
  return {x.role, number_text(x.weight)};
}
json json_of(const registered_weight& x) {
  return {{"role", x.role}, {"weight", x.weight}};
}

row head(const registered_reservation&) {
  return {"AGENT", "ROLE", "RESERVED"};
}
row cells(const registered_reservation& x) {
  return {x.agent.str(), x.role, x.amount.to_string()};
}
json json_of(const registered_reservation& x) {
  return {{"agent", x.agent.str()}, {"role", x.role}, {"amount", x.amount.to_json()}};
}

row head(const registered_drain&) {
  return {"AGENT", "DRAIN DEADLINE", "MARK GONE"};
}
row cells(const registered_drain& x) {
  return {x.agent.str(), text_of(x.deadline), x.mark_gone ? "yes" : "no"};
}
json json_of(const registered_drain& x) {
  return {{"agent", x.agent.str()}, {"deadline", json_of(x.deadline)}, {"mark_gone", x.mark_gone}};
}

row head(const registered_deactivation&) {
  return {"DEACTIVATED AGENT"};
}
row cells(const registered_deactivation& x) {
  return {x.agent.str()};
}
json json_of(const registered_deactivation& x) {
  return {{"agent", x.agent.str()}};
}

row head(const registered_window&) {
  return {"MAINTENANCE", "STARTS", "ENDS", "DRAINS AHEAD", "AGENTS"};
}
row cells(const registered_window& x) {
  return {x.name, time_text(x.starts_at), time_text(x.ends_at), format_duration(x.drains_ahead),
          names_text(x.agents)};
}
json json_of(const registered_window& x) {
  auto agents = json::array();
  for (const auto& agent : x.agents)
    agents.push_back(agent.str());
  return {{"name", x.name},
          {"agents", agents},
          {"starts_at", time_text(x.starts_at)},
          {"ends_at", time_text(x.ends_at)},
          {"drains_ahead", format_duration(x.drains_ahead)}};
}

template <class Entry>
void print_all(std::ostream& out, const std::map<typename Entry::key_type, Entry>& entries) {
  if (entries.empty())
    return;
  std::vector<row> rows{head(Entry{})};
  for (const auto& [key, entry] : entries)
    rows.push_back(cells(entry));
  out << '\n';
  print_table(out, rows);
}

template <class Entry>
json json_of_all(const std::map<typename Entry::key_type, Entry>& entries) {
  auto array = json::array();
  for (const auto& [key, entry] : entries)
    array.push_back(json_of(entry));
  return array;
}

}  // namespace

void print(std::ostream& out, const registry_state& state) {
  print_table(out, {{"cluster", state.cluster}, {"masters", std::to_string(state.lives)}});
  print_all<registered_agent>(out, state.agents);
  print_all<registered_framework>(out, state.frameworks);
  print_all<registered_quota>(out, state.quota);
  print_all<registered_weight>(out, state.weights);
  print_all<registered_reservation>(out, state.reservations);
  print_all<registered_drain>(out, state.drains);
  print_all<registered_deactivation>(out, state.deactivated);
  print_all<registered_window>(out, state.maintenance);
}

std::string json_text_of(const registry_state& state) {
  json all{{"cluster", state.cluster},
           {"lives", state.lives},
           {"agents", json_of_all<registered_agent>(state.agents)},
           {"frameworks", json_of_all<registered_framework>(state.frameworks)},
           {"quota", json_of_all<registered_quota>(state.quota)},
           {"weights", json_of_all<registered_weight>(state.weights)},
           {"reservations", json_of_all<registered_reservation>(state.reservations)},
           {"drains", json_of_all<registered_drain>(state.drains)},
           {"deactivated", json_of_all<registered_deactivation>(state.deactivated)},
           {"maintenance", json_of_all<registered_window>(state.maintenance)}};
  return all.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace entente
