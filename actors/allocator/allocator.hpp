#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/time.hpp"

namespace entente {

/// What the allocator wants offered to whom.
struct offer_plan {
  framework_id framework;
  agent_id agent;
  resources available;

  friend bool operator==(const offer_plan&, const offer_plan&) = default;
};

/// Decides which framework is offered which free resources. Knows no actor and no clock.
///
/// What allocate() plans counts as given to the framework until recover() gives it back, whether it
/// was offered or is in use by then: the master knows which. Calls with ids that are not there do
/// nothing. Not thread-safe.
class allocator {
public:
  virtual ~allocator() = default;

  virtual void add_agent(const agent_info& info) = 0;
  /// Forgets the agent, and what was given of it.
  virtual void remove_agent(const agent_id& agent) = 0;

  virtual void add_framework(const framework_info& info) = 0;
  /// No more offers to it; what it has comes back by recover().
  virtual void remove_framework(const framework_id& framework) = 0;

  /// Plans no offers for the framework until it is revived.
  virtual void suppress(const framework_id& framework) = 0;
  /// Plans offers for the framework again, its filters forgotten.
  virtual void revive(const framework_id& framework) = 0;

  /// Takes given resources back. With `filtered_until`, no more than these of this agent are
  /// planned for this framework before that moment.
  virtual void recover(const framework_id& framework, const agent_id& agent,
                       const resources& amount, std::optional<time_point> filtered_until) = 0;

  /// Takes free resources for a claim; recover() gives them back, with no framework named.
  virtual void reserve(const agent_id& agent, const resources& amount) = 0;

  /// From now on nothing of these agents is offered, and of all others again: what gets free on
  /// them is for a claim that waits for it.
  virtual void set_aside(std::set<agent_id> agents) = 0;

  /// Plans offers of what is free now.
  virtual std::vector<offer_plan> allocate(time_point now) = 0;

  /// When the next filter ends, if there is one: allocate() may then plan what it did not before.
  virtual std::optional<time_point> next_filter_end() const = 0;
};

}  // namespace entente
