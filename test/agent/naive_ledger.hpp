#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "messages/agreement.hpp"
#include "messages/time.hpp"

namespace entente::test {

inline const agent_id self{"a1"};
inline const resources capacity = std::get<resources>(resources::parse("cpus:6;mem:9;ports:[1-8]"));

/// Keeps a flat list of everything, and adds up whenever something is asked. Numbers are
/// thousandths of cpus and mem, and ports one by one.
class naive_ledger {
public:
  struct slot {
    std::uint32_t index = 0;
    std::vector<std::uint16_t> ports;
    bool releasing = false;
  };
  enum class state { held, part, over };
  struct round {
    state is = state::held;
    framework_id framework;
    resources limits;
    std::uint32_t first_slots = 0;  ///< when it was held; when it was confirmed
    std::vector<slot> slots;
    time_point ends;
    std::chrono::milliseconds unused_timeout{0};
    bool used = false;
    std::vector<grant_member> members;
    std::string role;
    bool preemptible = false;
  };
  struct task {
    resources limits;
    round_id grant;  ///< empty: none
    std::uint32_t slot = 0;
  };

  // -- adding up ------------------------------------------------------------------

  /// What rounds in the given state have; tasks outside of grants count with parts.
  resources taken(state which) const {
    std::int64_t cpus = 0;
    std::int64_t mem = 0;
    std::vector<number_range> ports;
    auto take = [&](const resources& x) {
      cpus += x.milli("cpus");
      mem += x.milli("mem");
    };
    for (const auto& [id, x] : rounds)
      if (x.is == which)
        for (const auto& one : x.slots) {
          take(x.limits);
          for (auto port : one.ports)
            ports.push_back({port, port});
        }
    for (const auto& [key, x] : tasks)
      if (which == state::part && x.grant.empty())
        take(x.limits);
    resources sum;
    sum.set_milli("cpus", cpus);
    sum.set_milli("mem", mem);
    sum.set_ranges("ports", std::move(ports));
    return sum;
  }

  bool has_task(const round_id& id, std::uint32_t index) const {
    return std::any_of(tasks.begin(), tasks.end(), [&](const auto& x) {
      return x.second.grant == id && x.second.slot == index;
    });
  }

  bool has_tasks(const round_id& id) const {
    return std::any_of(tasks.begin(), tasks.end(),
                       [&](const auto& x) { return x.second.grant == id; });
  }

  bool is(const round_id& id, state which) const {
    auto i = rounds.find(id);
    return i != rounds.end() && i->second.is == which;
  }

  std::vector<std::uint16_t> free_ports() const {
    std::set<std::uint16_t> free{1, 2, 3, 4, 5, 6, 7, 8};
    for (const auto& [id, x] : rounds)
      for (const auto& one : x.slots)
        for (auto port : one.ports)
          free.erase(port);
    return {free.begin(), free.end()};
  }

  bool fits(const resources& x) const {
    auto used = taken(state::held) + taken(state::part) + x;
    return used.milli("cpus") <= 6'000 && used.milli("mem") <= 9'000;
  }

  std::optional<time_point> next_deadline() const {
    std::optional<time_point> next;
    for (const auto& [id, x] : rounds)
      if (x.is == state::held || (x.is == state::part && !has_tasks(id)))
        next = std::min(next.value_or(x.ends), x.ends);
    return next;
  }

  std::vector<grant_part> parts() const {
    std::vector<grant_part> result;
    for (const auto& [id, x] : rounds) {
      if (x.is != state::part)
        continue;
      grant_part part{id, x.framework, claim_id{"c"}, "",     x.limits,
                      {}, x.members,   x.used,        x.role, x.preemptible};
      for (const auto& one : x.slots)
        part.slots.push_back({one.index, one.ports, one.releasing});
      result.push_back(part);
    }
    return result;
  }

  // -- calls ----------------------------------------------------------------------

  bid hold(const solicit& x, time_point now) {
    end_holds(now);
    bid answer{x.round, self, 0, 0, {}, bid_refusal::stale};
    auto known = rounds.find(x.round);
    if (known == rounds.end()) {
      auto refusal = hold_new(x, now);
      answer.refusal = refusal;
      if (refusal != bid_refusal::none)
        return answer;
    } else if (known->second.is != state::held) {
      return answer;
    }
    answer.refusal = bid_refusal::none;
    for (const auto& one : rounds[x.round].slots) {
      ++answer.slots;
      answer.ports.insert(answer.ports.end(), one.ports.begin(), one.ports.end());
    }
    return answer;
  }

  bid_refusal confirm(const entente::confirm& x, time_point now) {
    end_holds(now);
    auto i = rounds.find(x.round);
    if (i == rounds.end() || i->second.is == state::over || x.slots > i->second.first_slots)
      return bid_refusal::stale;
    auto& round = i->second;
    auto leaving = [](const slot& one) { return one.releasing; };
    if (round.is == state::part)
      return std::all_of(round.slots.begin(), round.slots.end(), leaving) ? bid_refusal::stale
                                                                          : bid_refusal::none;
    if (x.slots == 0)
      return bid_refusal::stale;
    round.is = state::part;
    round.first_slots = x.slots;
    round.slots.resize(x.slots);
    round.unused_timeout = x.unused_timeout;
    round.ends = now + x.unused_timeout;
    round.members = x.members;
    round.role = x.role;
    round.preemptible = x.preemptible;
    return bid_refusal::none;
  }

  std::set<task_key> release(const round_id& id, std::set<std::uint32_t> wanted, time_point now) {
    end_holds(now);
    auto& round = rounds.try_emplace(id, over()).first->second;
    auto was = round.is;
    if (was == state::part && wanted.empty())
      for (const auto& one : round.slots)
        wanted.insert(one.index);
    std::set<task_key> ending;
    for (const auto& [key, x] : tasks)
      if (x.grant == id && wanted.contains(x.slot))
        ending.insert(key);
    std::vector<std::uint32_t> gone;
    for (auto index : wanted)
      if (!has_task(id, index))
        gone.push_back(index);
    if (was != state::part)
      end(round);
    else
      drop(id, wanted);
    if (was == state::over || !gone.empty())
      said.emplace_back(id, gone);
    return ending;
  }

  bool allocate(const task_key& key, const task& x, time_point now) {
    end_holds(now);
    if (tasks.contains(key))
      return false;
    if (x.grant.empty() ? !fits(x.limits) : !fits_in_slot(key, x))
      return false;
    tasks[key] = x;
    if (!x.grant.empty())
      rounds[x.grant].used = true;
    return true;
  }

  void free(const task_key& key, time_point now) {
    end_holds(now);
    auto i = tasks.find(key);
    if (i == tasks.end())
      return;
    auto x = i->second;
    tasks.erase(i);
    if (x.grant.empty())
      return;
    auto& round = rounds[x.grant];
    if (!has_tasks(x.grant))
      round.ends = now + round.unused_timeout;
    auto releasing = std::any_of(round.slots.begin(), round.slots.end(), [&](const auto& one) {
      return one.index == x.slot && one.releasing;
    });
    if (releasing && !has_task(x.grant, x.slot))
      release(x.grant, {x.slot}, now);
  }

  void expire(time_point now) {
    end_holds(now);
    std::vector<std::pair<time_point, round_id>> due;
    for (const auto& [id, x] : rounds)
      if (x.is == state::part && !has_tasks(id) && x.ends <= now)
        due.emplace_back(x.ends, id);
    std::sort(due.begin(), due.end());
    for (const auto& [at, id] : due)
      release(id, {}, now);
  }

  void vouch(time_point now) {
    end_holds(now);
    for (auto& [id, x] : rounds)
      if (x.is == state::part && !has_tasks(id))
        x.ends = now + x.unused_timeout;
  }

  void end_holds(time_point now) {
    for (auto& [id, x] : rounds)
      if (x.is == state::held && x.ends <= now)
        end(x);
  }

  std::map<round_id, round> rounds;
  std::map<task_key, task> tasks;
  std::vector<std::pair<round_id, std::vector<std::uint32_t>>> said;  ///< released

private:
  static round over() {
    round x;
    x.is = state::over;
    return x;
  }

  static void end(round& x) {
    x.is = state::over;
    x.slots.clear();
  }

  bid_refusal hold_new(const solicit& x, time_point now) {
    if (x.limits.empty() || x.wanted == 0 || !fits(x.limits))
      return bid_refusal::no_room;
    round made;
    made.framework = x.framework;
    made.limits = x.limits;
    made.ends = now + x.lease;
    rounds[x.round] = made;
    while (made.slots.size() < x.wanted && fits(x.limits)) {
      auto ports = free_ports();
      if (ports.size() < x.ports)
        break;
      ports.resize(x.ports);
      made.slots.push_back({static_cast<std::uint32_t>(made.slots.size()), ports, false});
      rounds[x.round] = made;
    }
    rounds[x.round].first_slots = static_cast<std::uint32_t>(made.slots.size());
    if (!made.slots.empty())
      return bid_refusal::none;
    rounds.erase(x.round);
    return bid_refusal::no_ports;
  }

  /// Of the named slots, marks those with tasks and removes the others.
  void drop(const round_id& id, const std::set<std::uint32_t>& named) {
    auto& round = rounds[id];
    for (auto& one : round.slots)
      one.releasing = one.releasing || named.contains(one.index);
    std::erase_if(round.slots,
                  [&](const auto& one) { return one.releasing && !has_task(id, one.index); });
    if (round.slots.empty())
      end(round);
  }

  bool fits_in_slot(const task_key& key, const task& x) const {
    if (!is(x.grant, state::part) || rounds.at(x.grant).framework != key.framework)
      return false;
    const auto& round = rounds.at(x.grant);
    auto there = std::any_of(round.slots.begin(), round.slots.end(), [&](const auto& one) {
      return one.index == x.slot && !one.releasing;
    });
    auto together = x.limits;
    for (const auto& [other, y] : tasks)
      if (y.grant == x.grant && y.slot == x.slot)
        together += y.limits;
    return there && together.milli("cpus") <= round.limits.milli("cpus") &&
           together.milli("mem") <= round.limits.milli("mem");
  }
};

}  // namespace entente::test
