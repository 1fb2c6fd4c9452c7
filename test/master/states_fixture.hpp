#pragma once

#include "claims_fixture.hpp"

namespace entente::test {

inline constexpr auto away = 75s;  ///< the agent time-out

/// Two agents, and an agent time-out that can be waited for. `f` is told more than others: it is
/// partition aware.
struct states_fixture : claims_fixture {
  states_fixture() {
    auto what = options("n");
    what.agent_timeout = away;
    start_anew(what);
    add_agent(a1);
    add_agent(a2);
    f = add_aware();
  }

  framework_id add_aware(bool aware = true) {
    framework_info info;
    info.name = "aware";
    info.wants_offers = true;
    info.failover_timeout = 1h;
    info.partition_aware = aware;
    return std::get<subscribed>(book.add_framework(info)).framework;
  }

  /// A task on an offer of the agent, which runs.
  void run_on(const agent_id& agent, const std::string& id) { run_for(f, agent, id); }
  void run_for(const framework_id& who, const agent_id& agent, const std::string& id) {
    for (const auto& [where, x] : offers())
      if (x.framework == who && where == agent)
        accept(who, {x.id}, {task(id)});
      else
        book.decline({x.framework, {x.id}, 0ms}, t0);
    update(who, id, 1, task_state::running, agent);
    book.take_effects();
  }

  void disconnect(const agent_id& agent, time_point now = t0) {
    book.disconnect_agent(agent, now);
    effects_of_break = book.take_effects();
  }

  /// Nothing is heard of the agent for too long; the other one goes on reporting.
  void lose(const agent_id& agent) {
    disconnect(agent);
    for (const auto& [id, x] : agents)
      if (id != agent)
        book.report(with(id, {}, x.life), t0 + away - 1s);
    book.take_effects();
    book.expire(t0 + away);
  }

  register_agent with(const agent_id& agent, std::vector<task_entry> tasks, std::uint64_t life,
                      bool recovered = false) {
    auto x = agents.at(agent);
    x.life = life;
    x.recovered = recovered;
    x.revision = 8;
    x.tasks = std::move(tasks);
    return x;
  }

  /// The agent says what it has in the life in which it was lost.
  agent_registered back(const agent_id& agent, std::vector<task_entry> tasks = {},
                        std::vector<grant_part> parts = {}) {
    auto x = with(agent, std::move(tasks), agents.at(agent).life);
    x.parts = std::move(parts);
    return std::get<agent_registered>(book.report(x, t0 + away));
  }

  /// It begins another life.
  agent_registered begin_anew(const agent_id& agent, bool recovered,
                              std::vector<task_entry> tasks = {},
                              std::vector<grant_part> parts = {}) {
    auto x = with(agent, std::move(tasks), ++lives, recovered);
    agents.at(agent).life = x.life;
    x.parts = std::move(parts);
    return std::get<agent_registered>(book.report(x, t0));
  }

  std::string agent_state(const agent_id& agent, time_point now = t0) {
    book.is_now(now);
    for (const auto& x : book.view({listing::agents}).agents)
      if (x.info.id == agent)
        return std::string{to_string(x.state)};
    return "not listed";
  }

  /// `t1:UNREACHABLE t2:LOST`, of the updates among the effects.
  std::string updates() {
    std::string text;
    for (const auto& x : told<status_update>())
      text += (text.empty() ? "" : " ") + x.task.str() + ':' + std::string{to_string(x.state)};
    return text;
  }

  std::string task_state_of(const std::string& id) {
    auto task = book.find_task(f, task_id{id});
    return task ? std::string{to_string(task->last.state)} : "unknown";
  }

  std::vector<master_effect> effects_of_break;
};

}  // namespace entente::test
