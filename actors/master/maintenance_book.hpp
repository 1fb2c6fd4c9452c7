#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/deadlines.hpp"
#include "messages/maintenance.hpp"
#include "messages/time.hpp"

namespace entente {

/// The maintenance windows that operators have planned, and the agents that are drained for them:
/// from so long before a window begins as it says, until it has ended.
///
/// No actor, no clock: take_due() is to be called when next() is there. Not thread-safe; a plain
/// value.
class maintenance_book {
public:
  /// What of a window cannot be: its name, its agents' number, its times; nothing if it can.
  static std::optional<std::string> problem_of(const maintenance_window& x);

  /// Takes a sound window in, in place of the one of that name.
  /// @returns whose use changes, or may: those of both that are, or were, drained for them.
  std::set<agent_id> plan(maintenance_window x, time_point now);
  /// @returns likewise; nothing if there is no window of that name.
  std::optional<std::set<agent_id>> cancel(const std::string& name);
  /// Begins and ends what is due.
  /// @returns whose use changes, and those whose tasks have had their time.
  std::set<agent_id> take_due(time_point now);
  std::optional<time_point> next() const { return times_.next(); }

  bool contains(const std::string& name) const { return windows_.contains(name); }
  std::size_t size() const noexcept { return windows_.size(); }
  std::vector<std::string> names() const;
  /// True while the agent is drained for a window.
  bool drains(const agent_id& agent) const { return drained_.contains(agent); }
  /// The name of the window that the agent is drained for, the first by name; empty: none.
  std::string drained_for(const agent_id& agent) const;
  /// Until the first window begins that the agent is drained for, 0 if it has begun; nothing if it
  /// is drained for none.
  std::optional<std::chrono::milliseconds> left(const agent_id& agent, time_point now) const;
  /// All windows, with their times as of now, by name.
  std::vector<maintenance_window> windows(time_point now) const;

private:
  struct window {
    std::set<agent_id> agents;
    time_point drains_at;
    time_point starts_at;
    time_point ends_at;
  };

  /// Goes on to where the window is at this time, and sets when it goes on from there.
  void advance(const std::string& name, time_point now);
  void forget(const std::string& name);

  std::map<std::string, window> windows_;
  /// By agent: the windows that it is drained for.
  std::map<agent_id, std::set<std::string>> drained_;
  deadlines<std::string> times_;
};

}  // namespace entente
