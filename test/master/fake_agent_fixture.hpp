#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/calls.hpp"
#include "messages/overloaded.hpp"
#include "messages/time.hpp"

namespace entente::test {

using task_key = std::pair<framework_id, task_id>;

/// An agent as a master hears it, without processes: a task runs until end() says otherwise. What
/// it is told waits in `in`, what it says in `out`; whoever owns it carries both.
class fake_agent {
public:
  using to_agent = std::variant<launch_tasks, kill_task, shutdown_framework, acknowledge, release,
                                agent_registered>;
  using to_master = std::variant<register_agent, status_update, released>;

  fake_agent(agent_info info, std::uint64_t life) : info_(std::move(info)), life_(life) {
    say_all();
  }

  bool connected = true;
  std::deque<to_agent> in;
  std::deque<to_master> out;

  const agent_info& info() const { return info_; }
  std::uint64_t life() const { return life_; }
  const std::map<round_id, grant_part>& parts() const { return parts_; }
  std::vector<task_key> running() const {
    std::vector<task_key> keys;
    for (const auto& [key, task] : tasks_)
      keys.push_back(key);
    return keys;
  }
  /// True if it has nothing, and nothing is on its way.
  bool is_idle() const {
    return in.empty() && out.empty() && holds_.empty() && parts_.empty() && tasks_.empty() &&
           ended_.empty();
  }

  /// What was on its way is lost.
  void disconnect() {
    connected = false;
    in.clear();
    out.clear();
  }

  /// It begins another life, with all that it had but for holds.
  void recover(std::uint64_t life) {
    disconnect();
    connected = true;
    recovered_ = true;
    life_ = life;
    holds_.clear();
    say_all();
  }

  /// A report, and again the ends that nobody has acknowledged.
  void say_all() {
    register_agent x{info_, life_, revision_, {}, {}, recovered_};
    for (const auto* tasks : {&tasks_, &ended_})
      for (const auto& [key, task] : *tasks)
        x.tasks.push_back(task);
    for (const auto& [id, part] : parts_)
      x.parts.push_back(part);
    out.push_back(std::move(x));
    for (const auto& [key, task] : ended_)
      out.push_back(task.last);
  }

  /// Takes in the message that has waited longest.
  void hear() {
    auto message = std::move(in.front());
    in.pop_front();
    std::visit([this](const auto& x) { hear(x); }, message);
  }

  // -- rounds -------------------------------------------------------------------------

  bid answer(const solicit& x, time_point now) {
    bid result{x.round, info_.id, 0, 0, {}, bid_refusal::stale};
    if (over_.contains(x.round) || parts_.contains(x.round))
      return result;
    auto slots = std::min<std::int64_t>(free().slots(x.limits), x.wanted);
    auto ports = free_ports();
    if (x.ports > 0)
      slots = std::min<std::int64_t>(slots, static_cast<std::int64_t>(ports.size() / x.ports));
    result.refusal = slots > 0 ? bid_refusal::none : bid_refusal::no_room;
    if (slots == 0)
      return result;
    result.slots = static_cast<std::uint32_t>(slots);
    ports.resize(std::size_t{result.slots} * x.ports);
    result.ports = ports;
    holds_[x.round] = {x.framework, x.limits, result.slots, std::move(ports), now + x.lease};
    return result;
  }

  confirmed answer(const confirm& x) {
    auto i = holds_.find(x.round);
    if (i == holds_.end() || i->second.slots < x.slots)
      return {x.round, info_.id, bid_refusal::stale, 0};
    const auto& hold = i->second;
    grant_part part{x.round, x.framework, x.claim, x.slot_class, hold.limits,
                    {},      x.members,   false,   x.role,       x.preemptible};
    auto each = hold.ports.size() / hold.slots;
    for (std::uint32_t index = 0; index < x.slots; ++index) {
      auto first = hold.ports.begin() + static_cast<std::ptrdiff_t>(index * each);
      part.slots.push_back({index, {first, first + static_cast<std::ptrdiff_t>(each)}, false});
    }
    parts_.emplace(x.round, std::move(part));
    holds_.erase(i);
    return {x.round, info_.id, bid_refusal::none, ++revision_};
  }

  void hear(const release& x) {
    over_.insert(x.round);
    holds_.erase(x.round);
    auto i = parts_.find(x.round);
    if (i == parts_.end())
      return;
    for (auto& slot : i->second.slots)
      if (x.slots.empty() ||
          std::find(x.slots.begin(), x.slots.end(), slot.index) != x.slots.end()) {
        slot.releasing = true;
        kill_all([&](const task_entry& y) { return y.grant == x.round && y.slot == slot.index; });
      }
    free_slots(x.round);
  }

  void expire(time_point now) {
    std::erase_if(holds_, [&](const auto& x) { return x.second.until <= now; });
  }

  // -- tasks ----------------------------------------------------------------------------

  /// A task ends: killed if it was told to, else by itself.
  void end(const task_key& key) {
    auto task = tasks_.at(key);
    auto was_killed = task.last.state == task_state::killing;
    tasks_.erase(key);
    ++task.last.sequence;
    task.last.state = was_killed ? task_state::killed : task_state::finished;
    out.push_back(task.last);
    ended_.emplace(key, task);
    free_slots(task.grant);
  }

private:
  struct hold {
    framework_id framework;
    resources limits;
    std::uint32_t slots = 0;
    std::vector<std::uint16_t> ports;
    time_point until;
  };

  resources used() const {
    resources sum;
    for (const auto& [id, x] : holds_)
      sum += x.limits.times(x.slots);
    for (const auto& [id, x] : parts_)
      sum += x.limits.times(static_cast<std::int64_t>(x.slots.size()));
    for (const auto& [key, x] : tasks_)
      if (x.grant.empty())
        sum += x.limits;
    return sum;
  }

  resources free() const { return info_.total - used(); }

  std::vector<std::uint16_t> free_ports() const {
    std::set<std::uint16_t> taken;
    for (const auto& [id, x] : holds_)
      taken.insert(x.ports.begin(), x.ports.end());
    for (const auto& [id, x] : parts_)
      for (const auto& slot : x.slots)
        taken.insert(slot.ports.begin(), slot.ports.end());
    std::vector<std::uint16_t> result;
    if (auto i = info_.total.ranges().find("ports"); i != info_.total.ranges().end())
      for (const auto& range : i->second)
        for (auto port = range.begin; port <= range.end; ++port)
          if (!taken.contains(static_cast<std::uint16_t>(port)))
            result.push_back(static_cast<std::uint16_t>(port));
    return result;
  }

  template <class Predicate>
  void kill_all(Predicate is_meant) {
    for (auto& [key, task] : tasks_)
      if (is_meant(task))
        task.last.state = task_state::killing;
  }

  /// Slots that are given back are free with their last task.
  void free_slots(const grant_id& grant) {
    auto i = parts_.find(grant);
    if (i == parts_.end())
      return;
    released word{info_.id, grant, {}, 0};
    std::erase_if(i->second.slots, [&](const held_slot& slot) {
      auto is_over = slot.releasing && !is_used(grant, slot.index);
      if (is_over)
        word.slots.push_back(slot.index);
      return is_over;
    });
    if (i->second.slots.empty())
      parts_.erase(i);
    if (word.slots.empty())
      return;
    word.revision = ++revision_;
    out.push_back(std::move(word));
  }

  bool is_used(const grant_id& grant, std::uint32_t slot) const {
    return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& x) {
      return x.second.grant == grant && x.second.slot == slot;
    });
  }

  /// What is left where the task is to run; nothing if that is not there.
  resources room_for(const task_entry& task) {
    if (task.grant.empty())
      return free();
    auto i = parts_.find(task.grant);
    if (i == parts_.end())
      return {};
    auto there = std::any_of(i->second.slots.begin(), i->second.slots.end(),
                             [&](const auto& x) { return x.index == task.slot && !x.releasing; });
    auto room = there ? i->second.limits : resources{};
    for (const auto& [key, x] : tasks_)
      if (x.grant == task.grant && x.slot == task.slot)
        room -= x.limits;
    return room;
  }

  void hear(const launch_tasks& x) {
    for (std::size_t i = 0; i < x.tasks.size(); ++i) {
      const auto& info = x.tasks[i];
      task_key key{x.framework, info.id};
      if (!started_.insert(key).second)
        continue;  // A repeated message.
      task_entry task;
      task.id = info.id;
      task.framework = x.framework;
      task.agent = info_.id;
      task.limits = info.limits;
      task.grant = x.grant;
      task.slot = i < x.slots.size() ? x.slots[i] : 0;
      task.role = x.role;
      task.last = {x.framework, info_.id, info.id, 1, task_state::running, {}, {}, {}, {}};
      begin(key, std::move(task));
    }
  }

  void begin(const task_key& key, task_entry task) {
    auto fits = room_for(task).contains(task.limits);
    if (!fits)
      task.last.state = task_state::dropped;
    else if (auto i = parts_.find(task.grant); i != parts_.end())
      i->second.used = true;
    ++revision_;
    out.push_back(task.last);
    (fits ? tasks_ : ended_).emplace(key, std::move(task));
  }

  void hear(const kill_task& x) {
    kill_all([&](const task_entry& y) { return y.framework == x.framework && y.id == x.task; });
  }

  void hear(const shutdown_framework& x) {
    kill_all([&](const task_entry& y) { return y.framework == x.framework; });
    std::erase_if(holds_, [&](const auto& y) { return y.second.framework == x.framework; });
    std::vector<round_id> mine;
    for (const auto& [id, part] : parts_)
      if (part.framework == x.framework)
        mine.push_back(id);
    for (const auto& id : mine)
      hear(release{id, {}});
  }

  void hear(const acknowledge& x) {
    auto i = ended_.find({x.framework, x.task});
    if (i != ended_.end() && i->second.last.sequence == x.sequence)
      ended_.erase(i);
  }

  /// It gets rid of what the master does not want.
  void hear(const agent_registered& x) {
    for (const auto& y : x.release)
      hear(y);
    for (const auto& y : x.abandon) {
      task_key key{y.framework, y.task};
      ended_.erase(key);
      auto task = tasks_.find(key);
      if (task == tasks_.end())
        continue;
      auto grant = task->second.grant;
      tasks_.erase(task);
      ++revision_;
      free_slots(grant);
    }
    if (x.again_in < std::chrono::seconds{1})
      say_all();
  }

  agent_info info_;
  std::uint64_t life_;
  std::uint64_t revision_ = 1;
  bool recovered_ = false;
  std::map<round_id, hold> holds_;
  std::map<round_id, grant_part> parts_;
  std::map<task_key, task_entry> tasks_;  ///< that run
  std::map<task_key, task_entry> ended_;  ///< until it is acknowledged
  std::set<task_key> started_;            ///< ever
  std::set<round_id> over_;               ///< given back, perhaps before they came
};

}  // namespace entente::test
