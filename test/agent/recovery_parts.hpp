#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <vector>

#include "actors/agent/task_key.hpp"
#include "actors/runtime/process.hpp"
#include "messages/task.hpp"
#include "support/generate.hpp"

/// What an agent of the recovery model has to do with, and what does not end with it.
namespace entente::test {

/// The machine: what runs on it does not end with the agent. A process that has ended is known
/// until its machine is restarted; that it was started is known for ever.
class machine {
public:
  void start(const task_key& key) {
    BOOST_CHECK_MESSAGE(processes_.try_emplace(key).second, key.task << " is started twice");
  }

  bool was_started(const task_key& key) const { return processes_.contains(key); }
  bool runs(const task_key& key) const {
    auto i = processes_.find(key);
    return i != processes_.end() && i->second.runs;
  }
  std::optional<runtime::exit_status> status(const task_key& key) const {
    return processes_.at(key).status;
  }

  void end(const task_key& key, std::optional<runtime::exit_status> status) {
    processes_.at(key) = {false, status};
  }
  /// Nobody knows how they have ended.
  void restart() {
    for (auto& [key, process] : processes_)
      process = {false, std::nullopt};
  }

  std::vector<task_key> running() const {
    std::vector<task_key> result;
    for (const auto& [key, process] : processes_)
      if (process.runs)
        result.push_back(key);
    return result;
  }

private:
  struct process {
    bool runs = true;
    std::optional<runtime::exit_status> status;
  };
  std::map<task_key, process> processes_;
};

/// The other side: every update of a task has a number of its own, whatever happens to the agent.
class scheduler {
public:
  void hear(const status_update& x) {
    auto& heard = updates_[{x.framework, x.task}];
    auto [i, is_new] = heard.try_emplace(x.sequence, x);
    BOOST_CHECK_MESSAGE(i->second == x,
                        "update " << x.sequence << " of " << x.task << " has changed");
    BOOST_CHECK_EQUAL(x.sequence > 1 ? heard.count(x.sequence - 1) : 1, 1u);
    if (is_new)
      BOOST_CHECK_LE(count(heard, x.state), 1u);
    for (const auto& [sequence, update] : heard)
      BOOST_CHECK(!is_terminal(update.state) || sequence == heard.rbegin()->first);
    unacknowledged_.push_back(x);
  }

  std::optional<status_update> take(generator& random) {
    if (unacknowledged_.empty())
      return std::nullopt;
    auto i = unacknowledged_.begin() + static_cast<long>(random.below(unacknowledged_.size()));
    auto result = *i;
    if (random.below(4) > 0)
      unacknowledged_.erase(i);  // Else it is acknowledged twice.
    return result;
  }

  bool knows_end_of(const task_key& key) const {
    auto i = updates_.find(key);
    return i != updates_.end() && is_terminal(i->second.rbegin()->second.state);
  }

private:
  using updates = std::map<std::uint64_t, status_update>;

  static std::size_t count(const updates& xs, task_state state) {
    return static_cast<std::size_t>(
      std::count_if(xs.begin(), xs.end(), [&](const auto& x) { return x.second.state == state; }));
  }

  std::map<task_key, updates> updates_;
  std::vector<status_update> unacknowledged_;
};

}  // namespace entente::test
