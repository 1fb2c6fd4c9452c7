// Agents that operators keep from getting anything new, and planned times without tasks.
#include <algorithm>
#include <utility>

#include "actors/master/cluster.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

constexpr std::size_t most_windows = 1'000;

/// A name, as an operator has typed it.
std::string quoted(const std::string& x) {
  return '"' + x.substr(0, 100) + '"';
}

std::string perhaps(const std::string& name, const std::vector<std::string>& known) {
  auto near = name.size() > 100 ? std::string{} : closest(name, known);
  return near.empty() ? "" : "; did you mean " + quoted(near) + "?";
}

}  // namespace

// -- agents that are named ----------------------------------------------------------------

std::optional<refusal> cluster::problem_of_agent(const agent_id& agent) const {
  const auto* absent = absent_.find(agent);
  if (absent && absent->why == departure::gone)
    return refusal{"agent " + quoted(agent.str()) + " is gone"};
  if (agents_.contains(agent) || awaited_agents_.contains(agent) ||
      (absent && absent->why == departure::unreachable))
    return std::nullopt;
  std::vector<std::string> known;
  for (const auto& [id, record] : agents_)
    known.push_back(id.str());
  return refusal{"there is no agent " + quoted(agent.str()) + perhaps(agent.str(), known)};
}

refusal cluster::problem_of_undrain(const agent_id& agent) const {
  if (auto problem = problem_of_agent(agent))
    return std::move(*problem);
  auto text = "agent " + quoted(agent.str()) + " is not drained";
  auto window = maintenance_.drained_for(agent);
  return {window.empty() ? text : text + " by hand, but for maintenance window " + quoted(window)};
}

void cluster::forget_orders(const agent_id& agent) {
  drains_.stop(agent);
  deactivated_.erase(agent);
}

// -- deactivation -------------------------------------------------------------------------

std::optional<refusal> cluster::change(const deactivate_agent& call) {
  if (auto problem = problem_of_agent(call.agent))
    return problem;
  deactivated_.insert(call.agent);
  note_orders(call.agent);
  if (agents_.contains(call.agent))
    use_changed(call.agent);
  return std::nullopt;
}

std::optional<refusal> cluster::change(const reactivate_agent& call) {
  auto was_deactivated = deactivated_.erase(call.agent) > 0;
  note_orders(call.agent);
  if (agents_.contains(call.agent) && was_deactivated)
    use_changed(call.agent);
  if (was_deactivated)
    return std::nullopt;
  if (auto problem = problem_of_agent(call.agent))
    return problem;
  return refusal{"agent " + quoted(call.agent.str()) + " is not deactivated"};
}

// -- windows --------------------------------------------------------------------------------

std::optional<refusal> cluster::change(const plan_maintenance& call, time_point now) {
  const auto& window = call.window;
  if (auto problem = maintenance_book::problem_of(window))
    return refusal{*problem};
  if (!maintenance_.contains(window.name) && maintenance_.size() >= most_windows)
    return refusal{"there are " + std::to_string(most_windows) + " maintenance windows already"};
  for (const auto& agent : window.agents)
    if (auto problem = problem_of_agent(agent))
      return problem;
  drains_changed(maintenance_.plan(window, now), now);
  note_window(window, now);
  changed();
  return std::nullopt;
}

std::optional<refusal> cluster::change(const cancel_maintenance& call, time_point now) {
  auto touched = maintenance_.cancel(call.name);
  if (!touched)
    return refusal{"there is no maintenance window " + quoted(call.name) +
                   perhaps(call.name, maintenance_.names())};
  drains_changed(*touched, now);
  note_ended_windows();
  changed();
  return std::nullopt;
}

void cluster::drains_changed(const std::set<agent_id>& agents, time_point now) {
  for (const auto& agent : agents) {
    if (!is_drained(agent))
      forget_untold_kills(agent);
    if (!agents_.contains(agent))
      continue;
    use_changed(agent);
    continue_drain(agent, now);
  }
}

std::optional<std::chrono::milliseconds> cluster::drain_left(const agent_id& agent,
                                                             time_point now) const {
  auto by_operator = drains_.left(agent, now);
  auto by_window = maintenance_.left(agent, now);
  return by_operator && by_window ? std::min(by_operator, by_window)
                                  : (by_operator ? by_operator : by_window);
}

}  // namespace entente
