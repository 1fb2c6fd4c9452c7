#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/allocator/role_options.hpp"
#include "config/config.hpp"
#include "messages/claim.hpp"
#include "messages/cluster.hpp"
#include "network.hpp"

/// What is to happen in a simulated cluster, made from a seed before anything runs, so that a plan
/// that fails can be cut down: an event says all that it does, and needs no other event.
namespace entente::simulation {

struct agent_shape {
  resources total;
  attribute_map attributes;
};

struct framework_shape {
  std::string role;
  std::chrono::milliseconds failover_timeout{0};
  bool takes_offers = false;
  bool partition_aware = false;
};

/// What a cluster is made of.
struct cluster_shape {
  std::vector<agent_shape> agents;
  std::vector<framework_shape> frameworks;
  fan_out_mode fan_out = fan_out_mode::all;
  bool in_order = false;  ///< whether links keep the order of messages, as TCP does
  std::map<std::string, role_options> roles{};
};

enum class event_kind : std::uint8_t {
  claim,         ///< `who` claims what `number` says, see order_of()
  withdraw,      ///< `who` withdraws one of its claims, granted or not
  release,       ///< `who` gives a grant back
  release_slot,  ///< `who` gives a slot of a grant back
  kill,          ///< `who` ends one of its tasks
  leave,         ///< `who` is done for good
  crash_framework,
  restart_framework,
  crash_agent,
  restart_agent,
  drain,    ///< an operator drains agent `who`, or deactivates it, see order_to_agent()
  undrain,  ///< and puts it into use again
  crash_master,
  restart_master,
  cut,      ///< the link of `who` and `other` loses all, and nobody notices
  sever,    ///< the same, and both notice
  heal,     ///< the link of `who` and `other`
  weather,  ///< from now on all links are as `number` says, see weather_of()
  slow,     ///< everything from and to host `who` takes `number` milliseconds
};

/// `who` is the place of a framework or of an agent in the shape; with links it is a host: 0 is the
/// master's, then come the agents', then the frameworks'.
struct event {
  std::chrono::milliseconds at{0};
  event_kind kind = event_kind::claim;
  std::size_t who = 0;
  std::size_t other = 0;
  std::uint64_t number = 0;
};

/// What the number of an event of kind drain stands for: with a deadline, or to keep it from
/// getting anything new.
struct order_to_agent {
  bool deactivates = false;
  std::optional<std::chrono::milliseconds> deadline{};
};
order_to_agent order_to_agent_of(std::uint64_t number);

/// What an event of kind crash_agent takes.
enum class agent_crash : std::uint8_t {
  process,  ///< the agent; its tasks run on
  machine,  ///< all that runs there
  disk,     ///< that, and what was written down
};
/// What the number of such an event stands for.
agent_crash crash_of(std::uint64_t number);

struct plan {
  std::uint64_t seed = 0;  ///< of what the plan does not say: the order of execution, lost messages
  cluster_shape shape;
  std::vector<event> events;            ///< in order of time
  std::chrono::milliseconds faulty{0};  ///< for how long there are faults and new work
};

plan make_plan(std::uint64_t seed);

/// A line.
std::string to_string(const cluster_shape& x);
/// A line.
std::string to_string(const event& x, const cluster_shape& shape);

/// What a framework does with what it is granted.
struct usage {
  enum class launch : std::uint8_t { all, some, none };
  enum class afterwards : std::uint8_t { give_back, give_back_one_by_one, keep };

  launch ranks = launch::all;
  std::chrono::milliseconds thinks{0};     ///< before it launches
  std::chrono::milliseconds task_time{0};  ///< 0: until the simulation comes to its end
  bool stubborn = false;                   ///< its tasks ignore SIGTERM
  afterwards then = afterwards::give_back;
};

/// A claim, and what becomes of its grant.
struct order {
  claim wanted;  ///< without an id
  usage use;
};

/// What the number of an event of kind claim stands for.
order order_of(std::uint64_t number);

/// What the number of an event of kind weather stands for.
faults weather_of(std::uint64_t number, bool in_order);

}  // namespace entente::simulation
