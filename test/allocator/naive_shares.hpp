#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/allocator/fair_allocator.hpp"
#include "amounts.hpp"

namespace entente::test {

/// Books of shares that keep who has what, and add everything else up whenever it is asked for.
///
/// All that is remembered beside that is whose turn it was when: stamps, by the path of a role, by
/// `role#` of its own frameworks together, and by `role#framework`.
class naive_shares {
public:
  struct filter {
    resources amount;
    time_point until;
  };
  struct machine {
    agent_info info;
    std::map<std::string, amounts> reserved_by_calls;
    std::map<account, resources> has;
    resources held;
    std::map<account, std::vector<filter>> filters;

    resources free() const {
      auto given = held;
      for (const auto& [who, amount] : has)
        given += amount;
      return info.total - given;
    }
  };

  explicit naive_shares(resources least_offer) : min_offer(std::move(least_offer)) {}

  // -- roles ------------------------------------------------------------------------

  static std::string parent_of(const std::string& role) {
    auto slash = role.rfind('/');
    return slash == std::string::npos ? "" : role.substr(0, slash);
  }
  /// The empty text is above all.
  static bool within(const std::string& role, const std::string& above) {
    return above.empty() || role == above || role.starts_with(above + "/");
  }

  /// All of which something is known.
  std::set<std::string> roles() const {
    std::set<std::string> result;
    auto add = [&](std::string role) {
      for (; !role.empty(); role = parent_of(role))
        result.insert(role);
    };
    for (const auto& who : accounts())
      add(who.role);
    for (const auto& [role, x] : options)
      if (x != role_options{})
        add(role);
    for (const auto& [id, x] : machines)
      for (const auto& [role, unused] : unused_on(x))
        if (unused.any())
          add(role);
    return result;
  }

  std::vector<std::string> children_of(const std::string& role) const {
    std::vector<std::string> result;
    for (const auto& x : roles())
      if (parent_of(x) == role)
        result.push_back(x);
    return result;
  }

  std::set<account> accounts() const {
    auto result = wanting;
    for (const auto& [who, amount] : expected)
      if (amount.any())
        result.insert(who);
    for (const auto& [id, x] : machines)
      for (const auto& [who, amount] : x.has)
        if (!amount.scalars().empty())
          result.insert(who);
    return result;
  }

  const role_options& options_of(const std::string& role) const {
    static const role_options none;
    auto i = options.find(role);
    return i == options.end() ? none : i->second;
  }

  // -- adding up ----------------------------------------------------------------------

  amounts total() const {
    amounts sum;
    for (const auto& [id, x] : machines)
      sum = sum + amounts{x.info.total};
    return sum;
  }

  amounts charged(const account& who) const {
    amounts sum;
    if (auto i = expected.find(who); i != expected.end())
      sum = sum + i->second;
    for (const auto& [id, x] : machines)
      if (auto i = x.has.find(who); i != x.has.end())
        sum = sum + amounts{i->second};
    return sum;
  }

  /// `only_own`: not by the roles below.
  amounts charged(const std::string& role, bool only_own = false) const {
    amounts sum;
    for (const auto& who : accounts())
      if (only_own ? who.role == role : within(who.role, role))
        sum = sum + charged(who);
    return sum;
  }

  std::map<std::string, amounts> reserved_on(const machine& x) const {
    std::map<std::string, amounts> result;
    for (const auto& [role, amount] : x.info.reservations)
      result[role] = result[role] + amounts{amount};
    for (const auto& [role, amount] : x.reserved_by_calls)
      result[role] = result[role] + amount;
    std::erase_if(result, [](const auto& y) { return !y.second.any(); });
    return result;
  }

  /// Takes what everybody has from its nearest reservation, then from those above.
  std::map<std::string, amounts> unused_on(const machine& x) const {
    auto left = reserved_on(x);
    for (const auto& [who, amount] : x.has) {
      amounts wanted{amount};
      for (auto role = who.role; !role.empty(); role = parent_of(role))
        if (auto i = left.find(role); i != left.end()) {
          auto taken = least(i->second, wanted);
          i->second = i->second - taken;
          wanted = wanted - taken;
        }
    }
    return left;
  }

  amounts usable_on(const machine& x, const std::string& role) const {
    amounts sum;
    for (const auto& [name, unused] : unused_on(x))
      if (within(role, name))
        sum = sum + unused;
    return sum;
  }

  amounts all_unused_on(const machine& x) const {
    amounts sum;
    for (const auto& [name, unused] : unused_on(x))
      sum = sum + unused;
    return sum;
  }

  amounts kept(const std::string& role) const {
    amounts sum;
    for (const auto& [id, x] : machines)
      for (const auto& [name, unused] : unused_on(x))
        if (within(name, role))
          sum = sum + unused;
    return sum;
  }

  amounts spare_on(const machine& x) const { return beyond(amounts{x.free()}, all_unused_on(x)); }

  amounts spare() const {
    amounts sum;
    for (const auto& [id, x] : machines)
      sum = sum + spare_on(x);
    return sum;
  }

  // -- quota --------------------------------------------------------------------------

  amounts missing(const std::string& role) const {
    return beyond(amounts{options_of(role).guarantee}, charged(role) + kept(role));
  }
  amounts need_below(const std::string& role) const {
    amounts sum;
    for (const auto& child : children_of(role))
      sum = sum + need(child);
    return sum;
  }
  /// Of all, if the role is the empty text.
  amounts need(const std::string& role = "") const { return most(missing(role), need_below(role)); }

  amounts covers(std::string role) const {
    amounts sum;
    for (; !role.empty(); role = parent_of(role))
      sum = sum + beyond(missing(role), need_below(role));
    return sum;
  }

  amounts cut_to_limits(std::string role, amounts x) const {
    amounts covered;
    for (; !role.empty(); role = parent_of(role)) {
      auto others = beyond(need_below(role), covered);
      for (const auto& [name, limit] : options_of(role).limit.scalars())
        x.of[name] =
          std::min(x[name], std::max<std::int64_t>(0, limit - charged(role)[name] - others[name]));
      covered = covered + beyond(missing(role), need_below(role));
    }
    return x;
  }

  /// True if there is enough for all guarantees when the role is given this, reserved or to use.
  bool leaves_enough(const std::string& role, const resources& amount) const {
    auto needed = need();
    auto most = covers(role) + beyond(spare(), needed);
    return std::all_of(amount.scalars().begin(), amount.scalars().end(), [&](const auto& x) {
      return needed[x.first] == 0 || x.second <= most[x.first];
    });
  }

  /// By how much what is free and unreserved is too little for the guarantees.
  amounts shortfall() const { return beyond(need(), spare()); }

  // -- whose turn it is -----------------------------------------------------------------

  bool wants(const std::string& role) const {
    return std::any_of(wanting.begin(), wanting.end(),
                       [&](const auto& x) { return within(x.role, role); });
  }

  double share(const amounts& x, double weight) const {
    double result = 0;
    auto all = total();
    for (const auto& [name, milli] : x.of)
      if (all[name] > 0)
        result = std::max(result, static_cast<double>(milli) / static_cast<double>(all[name]));
    return result / weight;
  }

  /// Those who want something, in their order.
  std::vector<account> order_below(const std::string& role) const {
    struct turn {
      double share;
      std::uint64_t stamp;
      std::vector<account> accounts;
      bool operator<(const turn& x) const {
        return std::pair{share, stamp} < std::pair{x.share, x.stamp};
      }
    };
    std::vector<turn> turns;
    for (const auto& child : children_of(role))
      if (wants(child))
        turns.push_back(
          {share(charged(child), options_of(child).weight), stamps.at(child), order_below(child)});
    std::vector<turn> own;
    for (const auto& who : wanting)
      if (who.role == role)
        own.push_back({share(charged(who), 1), stamps.at(path_of(who)), {who}});
    if (!own.empty())
      turns.push_back({share(charged(role, true), 1), stamps.at(role + "#"), joined(own)});
    return joined(turns);
  }

  // -- offers ---------------------------------------------------------------------------

  bool is_worth_an_offer(const resources& x) const {
    if (min_offer.empty())
      return !x.empty();
    for (const auto& [name, milli] : min_offer.scalars())
      if (x.milli(name) >= milli)
        return true;
    return false;
  }

  /// What the role may be offered, and what of it is reserved.
  std::optional<std::pair<resources, resources>>
  share_for(const std::string& role, const machine& x, bool for_guarantee) const {
    auto covered = covers(role);
    if (for_guarantee && !covered.any())
      return std::nullopt;
    amounts all{x.free()};
    auto unreserved = spare_on(x);
    auto reserved = least(all, usable_on(x, role));
    auto possible = least(all, unreserved + reserved);
    auto needed = need();
    auto left = beyond(spare(), needed);
    amounts allowed;
    for (const auto& [name, milli] : unreserved.of) {
      auto& mine = allowed.of[name] = milli;
      if (needed[name] > 0)
        mine = std::min(mine, covered[name] + left[name]);
      if (for_guarantee && covered[name] > 0)
        mine = std::min(mine, covered[name]);
    }
    allowed = least(cut_to_limits(role, allowed + reserved), possible);
    auto offered = x.free();
    for (const auto& [name, milli] : all.of) {
      if ((name == "cpus" || name == "mem") && possible[name] > 0 && allowed[name] <= 0)
        return std::nullopt;
      offered.set_milli(name, allowed[name]);
    }
    if (!is_worth_an_offer(offered))
      return std::nullopt;
    return std::pair{offered, least(reserved, allowed).as_resources()};
  }

  static bool is_filtered(const machine& x, const account& who, const resources& amount) {
    auto i = x.filters.find(who);
    return i != x.filters.end() &&
           std::any_of(i->second.begin(), i->second.end(),
                       [&](const auto& y) { return y.amount.contains(amount); });
  }

  std::optional<offer_plan> next_plan(const machine& x, bool for_guarantee) const {
    for (const auto& who : order_below("")) {
      auto share = share_for(who.role, x, for_guarantee);
      if (share && !is_filtered(x, who, share->first))
        return offer_plan{who, x.info.id, share->first, share->second};
    }
    return std::nullopt;
  }

  /// What is offered of the machine, given out.
  std::vector<offer_plan> give_out(const agent_id& id) {
    std::vector<offer_plan> plans;
    auto& x = machines.at(id);
    while (!aside.contains(id) && is_worth_an_offer(x.free())) {
      auto plan = need().any() ? next_plan(x, true) : std::nullopt;
      if (!plan)
        plan = next_plan(x, false);
      if (!plan)
        break;
      x.has[plan->to] += plan->available;
      serve(plan->to);
      auto known =
        std::find_if(plans.begin(), plans.end(), [&](const auto& y) { return y.to == plan->to; });
      if (known == plans.end()) {
        plans.push_back(*plan);
      } else {
        known->available += plan->available;
        known->reserved += plan->reserved;
      }
    }
    return plans;
  }

  // -- what is remembered -----------------------------------------------------------------

  static std::string path_of(const account& who) { return who.role + "#" + who.framework.str(); }

  static std::vector<std::string> path_to(const std::string& role) {
    std::vector<std::string> path;
    for (auto x = role; !x.empty(); x = parent_of(x))
      path.insert(path.begin(), x);
    return path;
  }
  static std::vector<std::string> path_to(const account& who) {
    auto path = path_to(who.role);
    path.push_back(who.role + "#");
    path.push_back(path_of(who));
    return path;
  }

  /// Those who are new come last.
  template <class Node>
  void notice(const Node& x) {
    for (const auto& node : path_to(x))
      if (stamps.try_emplace(node, clock + 1).second)
        ++clock;
  }

  void serve(const account& who) {
    ++clock;
    for (const auto& node : path_to(who))
      stamps[node] = clock;
  }

  /// Forgets whom nothing is known of any more.
  void sweep() {
    std::set<std::string> known;
    for (const auto& role : roles())
      known.insert(role);
    auto there = accounts();
    for (const auto& who : there)
      for (const auto& node : path_to(who))
        known.insert(node);
    std::erase_if(stamps, [&](const auto& x) { return !known.contains(x.first); });
    for (auto& [id, x] : machines)
      std::erase_if(x.filters, [&](const auto& y) { return !there.contains(y.first); });
  }

  resources min_offer;
  std::map<agent_id, machine> machines;
  std::map<std::string, role_options> options;
  std::set<account> wanting;
  std::map<account, amounts> expected;
  std::set<agent_id> aside;
  std::map<std::string, std::uint64_t> stamps;
  std::uint64_t clock = 0;

private:
  template <class Turn>
  static std::vector<account> joined(std::vector<Turn> turns) {
    std::sort(turns.begin(), turns.end());
    std::vector<account> result;
    for (auto& x : turns)
      result.insert(result.end(), x.accounts.begin(), x.accounts.end());
    return result;
  }
};

}  // namespace entente::test
