#pragma once

#include <boost/test/unit_test.hpp>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "actors/master/cluster.hpp"
#include "messages/overloaded.hpp"

namespace entente::test {

using namespace std::chrono_literals;

inline const time_point t0{};

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

inline const agent_id a1{"a1"};
inline const agent_id a2{"a2"};

inline task_info task(const std::string& id, std::string_view limits = "cpus:1") {
  task_info result;
  result.id = task_id{id};
  result.argv = {"true"};
  result.limits = parse(limits);
  return result;
}

/// A cluster with one agent.
struct cluster_fixture {
  cluster_fixture() { add_agent(a1); }

  /// The agent reports, in a life of its own and with nothing on it.
  void add_agent(const agent_id& id, std::string_view total = "cpus:4;mem:1024",
                 attribute_map attributes = {}) {
    auto& x = agents[id];
    x.info = {id, "host-of-" + id.str(), "", parse(total), std::move(attributes)};
    x.life = ++lives;
    x.protocol = spoken_protocol;
    BOOST_REQUIRE(std::holds_alternative<agent_registered>(book.report(x, t0)));
  }

  framework_id add_framework(std::chrono::milliseconds failover = 0ms, framework_id id = {},
                             const std::string& role = "*") {
    framework_info info;
    info.id = std::move(id);
    info.name = "test";
    info.role = role;
    info.failover_timeout = failover;
    return std::get<subscribed>(book.add_framework(info)).framework;
  }

  /// The offers that are made now, by agent.
  std::map<agent_id, offer> offers(time_point now = t0) {
    book.take_effects();
    book.make_offers(now);
    std::map<agent_id, offer> result;
    for (const auto& x : told<resource_offers>())
      for (const auto& y : x.offers)
        result[y.agent] = y;
    return result;
  }

  /// Accepts the offer of an agent for these tasks.
  void accept(const framework_id& framework, const std::vector<offer_id>& ids,
              std::vector<task_info> tasks, std::chrono::milliseconds filter = 0ms) {
    book.accept({framework, ids, std::move(tasks), filter}, t0);
  }

  /// A framework with one running task on the first agent.
  framework_id run(const std::string& id, std::chrono::milliseconds failover = 0ms) {
    auto framework = add_framework(failover);
    accept(framework, {offers().at(a1).id}, {task(id)});
    book.take_effects();
    return framework;
  }

  void update(const framework_id& framework, const std::string& id, std::uint64_t sequence,
              task_state state, const agent_id& agent = a1) {
    status_update x;
    x.framework = framework;
    x.agent = agent;
    x.task = task_id{id};
    x.sequence = sequence;
    x.state = state;
    book.update_task(x, t0);
  }

  /// The messages of one type among the effects, which are gone afterwards.
  template <class Message>
  std::vector<Message> told() {
    std::vector<Message> result;
    auto take = [&result](auto& message) {
      if constexpr (std::is_same_v<std::decay_t<decltype(message)>, Message>)
        result.push_back(std::move(message));
    };
    for (auto& effect : book.take_effects())
      std::visit(overloaded{[&](tell_agent& x) { std::visit(take, x.message); },
                            [&](tell_framework& x) { std::visit(take, x.message); },
                            [&](auto& x) { take(x); }},
                 effect);
    return result;
  }

  cluster_summary summary() { return book.view({listing::summary}).summary; }
  resources offered() { return summary().offered; }
  resources allocated() { return summary().allocated; }

  static cluster_options options(const std::string& id_prefix = "m") {
    // Its agents report once: none is to be taken for lost because it is silent.
    return {.name = "lab",
            .version = "1",
            .id_prefix = id_prefix,
            .agent_timeout = 1000h,
            .ended_tasks_kept = 3,
            .slot_classes = {{"small", parse("cpus:1")}}};
  }

  /// Another master takes over, which knows nothing.
  void start_anew(cluster_options what) { book = cluster{std::move(what)}; }

  std::uint64_t lives = 0;
  std::map<agent_id, register_agent> agents;  ///< as they reported first
  cluster book{options()};
};

}  // namespace entente::test
