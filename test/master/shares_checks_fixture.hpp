#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "actors/master/cluster.hpp"

/// What must be true of a cluster's books at any time.
namespace entente::test {

/// A rule of the whole is broken.
struct broken_rule : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& what) {
  if (!holds)
    throw broken_rule{what};
}

inline resources scalars_of(const resources& x) {
  resources result;
  for (const auto& [name, milli] : x.scalars())
    result.set_milli(name, milli);
  return result;
}

/// A round whose outcome the master waits for.
struct open_round {
  std::string role;
  resources limits;
  resources expected;                       ///< what its claim is to get, at most
  std::map<agent_id, std::uint32_t> asked;  ///< without those that were lost since

  /// What it may get yet, at most.
  resources possible() const {
    std::int64_t slots = 0;
    for (const auto& [agent, n] : asked)
      slots += n;
    return limits.times(std::min(slots, expected.slots(limits)));
  }
};
using open_rounds = std::map<round_id, open_round>;

/// Compares the listings of a cluster with each other, and with what was the case before.
class shares_checks {
public:
  /// Slots of grants, by agent and role: those that are there for sure.
  using grants_by_role = std::map<agent_id, std::map<std::string, resources>>;

  /// What has just happened, as far as rules depend on it.
  struct event {
    /// An agent has said what it has, perhaps to a new master: what is more than a limit then is
    /// not the master's doing.
    bool takes_over = false;
    /// Nothing but that the master has given something away.
    bool gives = false;
  };

  void check(cluster& book, const open_rounds& rounds, const event& last) {
    read(book);
    check_agents();
    check_frameworks();
    for (const auto& x : roles_)
      check_role(x);
    check_sums(rounds);
    check_limits(last.takes_over);
    check_guarantees(rounds, last.gives);
    book.check();
  }

  /// What others use of an agent leaves what is reserved for a role. Not true of agents that came
  /// to the master with more in use.
  void check_reservations(const open_rounds& rounds, const grants_by_role& grants,
                          const std::set<agent_id>& but_for) {
    auto used = grants;
    for (const auto& x : offers_)
      used[x.agent][x.role] += x.available;
    for (const auto& x : tasks_)
      if (x.grant.empty() && is_booked(x))
        used[x.agent][x.role] += x.limits;
    for (const auto& [id, round] : rounds)
      for (const auto& [agent, slots] : round.asked)
        used[agent][round.role] += round.limits.times(slots);
    for (const auto& x : agents_)
      for (const auto& [id, round] : rounds)
        for (const auto& [name, amount] : x.reservations)
          if (round.asked.contains(x.info.id) && is_within(round.role, name))
            asked_.insert(x.info.id);
    for (const auto& x : agents_)
      if (!but_for.contains(x.info.id) && !asked_.contains(x.info.id))
        for (const auto& [role, amount] : x.reservations)
          check_reservation(x, role, used[x.info.id]);
  }

  /// All frameworks are gone, and all agents have nothing.
  void check_nothing_is_taken(cluster& book) {
    read(book);
    require(frameworks_.empty() && offers_.empty(), "frameworks or offers are left");
    auto summary = book.view({listing::summary}).summary;
    require(summary.grants == 0 && summary.tasks_active == 0 && summary.claims_waiting == 0,
            "grants, tasks or claims are left");
    for (const auto& x : agents_)
      require((x.offered + x.held + x.allocated).empty(),
              "agent " + x.info.id.str() + " is not free");
    for (const auto& x : roles_)
      require((x.allocated + x.offered).empty() && x.dominant_share == 0 && x.frameworks == 0,
              "role " + x.name + " is charged");
  }

private:
  void read(cluster& book) {
    agents_ = book.view({listing::agents}).agents;
    frameworks_ = book.view({listing::frameworks}).frameworks;
    tasks_ = book.view({listing::tasks}).tasks;
    offers_ = book.view({listing::offers}).offers;
    claims_ = book.view({listing::claims}).claims;
    auto view = book.view({listing::roles});
    total_ = view.summary.total;
    roles_ = std::move(view.roles);
  }

  /// Nothing is kept for a task while its agent is unreachable.
  static bool is_booked(const task_entry& x) {
    return !is_terminal(x.last.state) && x.last.state != task_state::unreachable;
  }
  static bool is_top(const std::string& role) { return role.find('/') == role.npos; }
  static std::string parent_of(const std::string& role) { return role.substr(0, role.rfind('/')); }

  void check_agents() {
    for (const auto& x : agents_)
      require(scalars_of(x.info.total).contains(scalars_of(x.offered + x.held + x.allocated)),
              "agent " + x.info.id.str() + " is overcommitted: " + x.offered.to_string() +
                " offered, " + x.held.to_string() + " held, " + x.allocated.to_string() +
                " allocated of " + x.info.total.to_string());
  }

  void check_frameworks() {
    resources by_agents, by_frameworks;
    for (const auto& x : agents_)
      by_agents += scalars_of(x.allocated);
    for (const auto& x : frameworks_)
      by_frameworks += scalars_of(x.allocated);
    require(by_agents == by_frameworks, "agents have allocated " + by_agents.to_string() +
                                          ", to frameworks " + by_frameworks.to_string());
  }

  void check_role(const role_entry& x) {
    auto said = [&](const std::string& what) { return "role " + x.name + ": " + what; };
    resources below, offered, tasks, reserved;
    for (const auto& y : roles_)
      if (!is_top(y.name) && parent_of(y.name) == x.name)
        below += y.allocated + y.offered;
    require((x.allocated + x.offered).contains(below), said("is charged less than those below"));
    for (const auto& y : offers_)
      if (is_within(y.role, x.name))
        offered += scalars_of(y.available);
    require(x.offered.contains(offered), said("is not charged for its offers"));
    for (const auto& y : tasks_)
      if (y.grant.empty() && is_booked(y) && is_within(y.role, x.name))
        tasks += scalars_of(y.limits);
    require(x.allocated.contains(tasks), said("is not charged for its tasks"));
    for (const auto& y : agents_)
      if (auto i = y.reservations.find(x.name); i != y.reservations.end())
        reserved += i->second;
    require(x.reserved == reserved, said("its reservations are miscounted"));
    check_counts(x);
    check_share(x);
  }

  void check_counts(const role_entry& x) {
    std::uint64_t frameworks = 0, waiting = 0;
    for (const auto& y : frameworks_)
      if (y.state != framework_state::completed)
        for (const auto& role : roles_of(y.info))
          frameworks += role == x.name ? 1 : 0;
    for (const auto& y : claims_)
      waiting += y.state == claim_state::waiting && y.role == x.name ? 1 : 0;
    require(x.frameworks == frameworks, "role " + x.name + ": its frameworks are miscounted");
    require(x.claims_waiting == waiting, "role " + x.name + ": its claims are miscounted");
  }

  void check_share(const role_entry& x) {
    double share = 0;
    auto charged = x.allocated + x.offered;
    for (const auto& [name, milli] : charged.scalars())
      if (auto all = total_.milli(name); all > 0)
        share = std::max(share, static_cast<double>(milli) / static_cast<double>(all));
    require(std::abs(x.dominant_share - share) < 1e-9, "role " + x.name + ": wrong share");
  }

  void check_sums(const open_rounds& rounds) {
    resources offered, allocated, by_role;
    for (const auto& x : agents_) {
      allocated += scalars_of(x.allocated);
      offered += scalars_of(x.offered);
    }
    for (const auto& [id, x] : rounds)
      offered += x.expected;
    for (const auto& x : roles_)
      if (is_top(x.name))
        by_role += x.allocated + x.offered;
    require(by_role == offered + allocated, "roles are charged " + by_role.to_string() +
                                              ", agents and rounds say " + offered.to_string() +
                                              " offered, " + allocated.to_string() + " allocated");
  }

  /// What a role has beyond its limit it had before the limit, or it was taken over: it may only
  /// shrink.
  void check_limits(bool takes_over) {
    std::map<std::pair<std::string, std::string>, bound> bounds;
    for (const auto& x : roles_)
      for (const auto& [name, limit] : x.limit.scalars()) {
        auto charged = x.allocated.milli(name) + x.offered.milli(name);
        std::pair key{x.name, name};
        auto known = bounds_.find(key);
        auto is_new = known == bounds_.end() || known->second.limit != limit;
        require(takes_over || is_new || charged <= known->second.most,
                "role " + x.name + " has passed its limit " + x.limit.to_string() + ": " +
                  x.allocated.to_string() + " allocated, " + x.offered.to_string() + " offered");
        bounds[key] = {limit, std::max(limit, charged)};
      }
    bounds_ = std::move(bounds);
  }

  /// What others are given leaves enough for guarantees that are not met. What is reserved counts
  /// for some of them only, so this looks at clusters without reservations.
  void check_guarantees(const open_rounds& rounds, bool gives) {
    resources missing, free;
    for (const auto& x : roles_)
      if (is_top(x.name))
        missing += missing_of(x);
    for (const auto& x : agents_)
      if (x.state == agent_state::registered)
        free += scalars_of(x.info.total - x.offered - x.allocated);
    for (const auto& [id, x] : rounds)
      free -= x.possible();
    auto shortage = missing - free;
    auto any_reserved = std::any_of(agents_.begin(), agents_.end(),
                                    [](const auto& x) { return !x.reservations.empty(); });
    require(!gives || any_reserved || shortage_.contains(shortage),
            "guarantees are missing " + missing.to_string() + ", and free are " + free.to_string());
    shortage_ = std::move(shortage);
  }

  resources missing_of(const role_entry& x) {
    auto own = x.guarantee - x.allocated - x.offered;
    resources below;
    for (const auto& y : roles_)
      if (!is_top(y.name) && parent_of(y.name) == x.name)
        below += missing_of(y);
    for (const auto& [name, milli] : below.scalars())
      own.set_milli(name, std::max(own.milli(name), milli));
    return own;
  }

  void check_reservation(const agent_entry& x, const std::string& role,
                         const std::map<std::string, resources>& used) {
    resources kept, others;
    for (const auto& [name, amount] : x.reservations)
      if (is_within(name, role))
        kept += amount;
    for (const auto& [name, amount] : used)
      if (!is_within(name, role))
        others += scalars_of(amount);
    require(scalars_of(x.info.total).contains(kept + others),
            "agent " + x.info.id.str() + " keeps " + kept.to_string() + " for role " + role +
              ", and others have " + others.to_string());
  }

  /// How much a role may have.
  struct bound {
    std::int64_t limit;
    std::int64_t most;
  };

  std::vector<agent_entry> agents_;
  std::vector<framework_entry> frameworks_;
  std::vector<task_entry> tasks_;
  std::vector<offer> offers_;
  std::vector<claim_entry> claims_;
  std::vector<role_entry> roles_;
  resources total_;
  resources shortage_;
  std::set<agent_id> asked_;
  std::map<std::pair<std::string, std::string>, bound> bounds_;  ///< by role and scalar
};

}  // namespace entente::test
