#include "apps/entente/maintenance_text.hpp"

#include <algorithm>

#include "apps/entente/to_json.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// In whole seconds, if it is one or longer: nobody wants to read how many milliseconds.
std::string time_text(std::chrono::milliseconds x) {
  return format_duration(x < 1s ? x : std::chrono::round<std::chrono::seconds>(x));
}

bool is_under_way(const maintenance_window& x) {
  return x.starts_in == 0ms;
}

/// `planned`, `draining` or `under_way`.
const char* state_of(const maintenance_window& x) {
  if (is_under_way(x))
    return "under_way";
  return x.starts_in <= x.drains_ahead ? "draining" : "planned";
}

std::string names_of(const std::vector<agent_id>& agents) {
  std::string text;
  for (const auto& x : agents)
    text += (text.empty() ? "" : ",") + x.str();
  return text;
}

bool is_for(const maintenance_window& x, const agent_id& agent) {
  return std::find(x.agents.begin(), x.agents.end(), agent) != x.agents.end();
}

}  // namespace

std::string line_of(const deactivate_agent& x) {
  return "agent " + x.agent.str() + " gets nothing new; what runs there goes on";
}

std::string line_of(const reactivate_agent& x) {
  return "agent " + x.agent.str() + " is active again";
}

std::string line_of(const plan_maintenance& x) {
  const auto& y = x.window;
  auto when = is_under_way(y) ? "now" : "in " + time_text(y.starts_in);
  return "maintenance " + y.name + " begins " + when + ", for " + time_text(y.lasts) +
         "; agents: " + names_of(y.agents);
}

std::string line_of(const cancel_maintenance& x) {
  return "maintenance " + x.name + " is called off";
}

json json_of(const deactivate_agent& x) {
  return {{"agent", x.agent.str()}, {"deactivated", true}};
}

json json_of(const reactivate_agent& x) {
  return {{"agent", x.agent.str()}, {"deactivated", false}};
}

json json_of(const plan_maintenance& x) {
  return json_of(x.window);
}

json json_of(const cancel_maintenance& x) {
  return {{"name", x.name}, {"cancelled", true}};
}

row head(const maintenance_window&) {
  return {"NAME", "STATE", "BEGINS IN", "LASTS", "AGENTS"};
}

row cells(const maintenance_window& x) {
  return {x.name, is_under_way(x) ? "under way" : state_of(x),
          is_under_way(x) ? "-" : time_text(x.starts_in),
          time_text(x.lasts) + (is_under_way(x) ? " more" : ""), names_of(x.agents)};
}

json json_of(const maintenance_window& x) {
  auto agents = json::array();
  for (const auto& agent : x.agents)
    agents.push_back(agent.str());
  return {{"name", x.name},
          {"state", state_of(x)},
          {"agents", std::move(agents)},
          {"starts_in_ms", x.starts_in.count()},
          {"lasts_ms", x.lasts.count()},
          {"drains_ahead_ms", x.drains_ahead.count()}};
}

row cells(const agent_entry& x, const std::vector<maintenance_window>& windows) {
  auto result = cells(x);
  auto& state = result[2];
  for (const auto& window : windows)
    if (is_for(window, x.info.id))
      state += ", maintenance " + window.name +
               (is_under_way(window) ? "" : " in " + time_text(window.starts_in));
  return result;
}

json json_of(const agent_entry& x, const std::vector<maintenance_window>& windows) {
  auto result = json_of(x);
  auto names = json::array();
  for (const auto& window : windows)
    if (is_for(window, x.info.id))
      names.push_back(window.name);
  result["maintenance"] = std::move(names);
  return result;
}

}  // namespace entente
