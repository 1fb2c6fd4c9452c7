#include "actors/agent/master_finder.hpp"

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "actors/transport/address_list.hpp"
#include "actors/transport/connector.hpp"
#include "actors/transport/spread.hpp"
#include "messages/backoff.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// The connector knows when to give up, and says why; it answers sooner.
constexpr auto connect_timeout = 60s;
/// In practice; longer ones overflow when they are compared.
constexpr std::chrono::milliseconds forever = std::chrono::hours{24 * 365 * 100};

struct finder_state {
  static inline const char* name = "master_finder";

  caf::event_based_actor* self;
  /// While it is connected nobody else has a reason to keep it; it goes with the agent.
  caf::strong_actor_ptr itself{self->ctrl()};
  local_agent_actor agent;
  address_list where;
  std::mt19937_64 chance;
  std::function<void(const std::string&)> warn;
  backoff retry{forever};
  bool said = false;  ///< that no master is found; once is enough
  master_for_agents master{};

  finder_state(caf::event_based_actor* self_ptr, local_agent_actor handle,
               std::vector<endpoint> addresses, std::uint64_t seed,
               std::function<void(const std::string&)> warning)
      : self(self_ptr),
        agent(std::move(handle)),
        where(std::move(addresses)),
        chance(seed),
        warn(std::move(warning)) {}

  caf::behavior make_behavior() {
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->monitor(agent);
    self->send(self, caf::connect_atom_v);
    return {[this](caf::connect_atom) { connect(); }};
  }

  void connect() {
    const auto& address = where.current();
    self
      ->request(connector_of(self->system()), connect_timeout, caf::connect_atom_v, address.host,
                address.port)
      .then([this](const caf::node_id&, const caf::strong_actor_ptr& ptr,
                   const std::set<std::string>& interface) { on_connected(ptr, interface); },
            [this](const caf::error& err) { try_next(error_text(err)); });
  }

  void on_connected(const caf::strong_actor_ptr& ptr, const std::set<std::string>& interface) {
    auto& system = self->system();
    if (!ptr || !system.assignable(interface, system.message_types<master_for_agents>()))
      return try_next("what listens there is not an Entente master of this version");
    retry.reset();
    where.reached();
    said = false;
    master = caf::actor_cast<master_for_agents>(ptr);
    self->monitor(master);
    self->send(agent, caf::connect_atom_v, master);
  }

  void try_next(const std::string& why) {
    if (!std::exchange(said, true))
      warn("no master at " + to_string(where.current()) + ": " + why + "; it is tried again");
    auto pause = where.failed(why) ? *retry.next(self->clock().now()) : 0ms;
    self->delayed_send(self, spread(pause, chance), caf::connect_atom_v);
  }

  void on_down(const caf::down_msg& x) {
    if (x.source == agent.address())
      return self->quit();
    if (!master || x.source != master.address())
      return;
    master = nullptr;
    warn("the connection to the master is lost");
    self->delayed_send(self, spread(backoff::first_pause, chance), caf::connect_atom_v);
  }
};

using finder = caf::stateful_actor<finder_state>;

}  // namespace

caf::actor spawn_master_finder(caf::actor_system& system, local_agent_actor agent,
                               std::vector<endpoint> where, std::uint64_t seed,
                               std::function<void(const std::string&)> warn) {
  return system.spawn<finder>(std::move(agent), std::move(where), seed, std::move(warn));
}

}  // namespace entente
