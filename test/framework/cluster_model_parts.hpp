#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "actors/agent/agent_book.hpp"
#include "actors/framework/update_filter.hpp"
#include "actors/master/cluster.hpp"
#include "messages/overloaded.hpp"

/// What the modelled cluster is made of: chance, a machine, a scheduler, and what their messages
/// do. Whoever finds a rule broken throws.
namespace entente::test {

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

using to_agent = decltype(tell_agent::message);
using to_framework = decltype(tell_framework::message);
using from_framework = std::variant<accept_offers, decline_offers, revive_offers, suppress_offers,
                                    kill_task, acknowledge>;

struct broken_rule {
  std::string what;
};

inline void require(bool holds, const std::string& what) {
  if (!holds)
    throw broken_rule{what};
}

/// The same seed, the same life.
class dice {
public:
  explicit dice(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <class Container>
  auto any(Container& xs) -> decltype(*xs.begin()) {
    return *std::next(xs.begin(), below(static_cast<std::uint32_t>(xs.size())));
  }

private:
  std::mt19937 random_;
};

/// Takes the first message off a link.
template <class Message>
Message pop(std::deque<Message>& link) {
  auto result = std::move(link.front());
  link.pop_front();
  return result;
}

/// A machine: its book, what runs on it, and its links to and from the master.
struct machine {
  machine(const agent_info& info, std::uint64_t life) : book(info, life) {}

  void hear(const to_agent& message, time_point now) {
    std::visit(overloaded{[&](const launch_tasks& x) { book.launch(x, now); },
                          [&](const kill_task& x) { book.kill(x, now); },
                          [&](const shutdown_framework& x) { book.shutdown(x.framework, now); },
                          [&](const acknowledge& x) { book.acknowledge(x, now); },
                          [&](const release& x) { book.give_back(x, now); }},
               message);
  }

  void end(const task_key& key, runtime::exit_status status, time_point now) {
    processes.erase(key);
    book.exited(key, status, now);
  }

  void check(const agent_id& id, const resources& total) const {
    resources used;
    for (const auto& [key, limits] : processes)
      used += limits;
    book.accounts().check();
    require(total.contains(used), "agent " + id.str() + " is overcommitted");
    require(book.tasks().running() == processes.size(),
            "agent " + id.str() + " miscounts processes");
  }

  agent_book book;
  std::map<task_key, resources> processes;
  std::set<task_key> started;  ///< ever
  bool removed = false;        ///< the master thinks that it is gone
  std::deque<to_agent> in;
  std::deque<status_update> out;
};

/// A scheduler with its driver.
struct scheduler {
  /// Takes in an update that may have come before.
  void handle(const status_update& update) {
    if (!filter.is_new(update))
      return;
    filter.handled(update);
    // A task refused twice, because its launch came twice, may hear two reasons.
    auto refused = update.sequence == 0 && update.agent.empty();
    if (is_terminal(update.state))
      ends[update.task].emplace(update.sequence, refused ? task_state::dropped : update.state);
    require(ends[update.task].size() < 2, "task " + update.task.str() + " has ended twice");
  }

  /// Each task that it has launched has ended, once; but it may have missed that when it was lost.
  void check_ends() const {
    for (const auto& task : launched) {
      auto i = ends.find(task);
      require(was_lost || (i != ends.end() && i->second.size() == 1),
              "nobody was told the end of task " + task.str());
    }
  }

  framework_id id;
  bool connected = true;
  bool was_lost = false;  ///< it may have missed what nobody repeats
  update_filter filter;
  std::set<task_id> launched;
  /// By task, the terminal updates that differ.
  std::map<task_id, std::set<std::pair<std::uint64_t, task_state>>> ends;
  std::deque<to_framework> in;
  std::deque<from_framework> out;
};

/// The master hears what a scheduler says.
inline void hear(cluster& master, const from_framework& message, time_point now) {
  std::visit(overloaded{[&](const accept_offers& x) { master.accept(x, now); },
                        [&](const decline_offers& x) { master.decline(x, now); },
                        [&](const revive_offers& x) { master.revive(x); },
                        [&](const suppress_offers& x) { master.suppress(x); },
                        [&](const kill_task& x) { master.kill(x); },
                        [&](const acknowledge& x) { master.acknowledged(x); }},
             message);
}

}  // namespace entente::test
