#include "world.hpp"

#include <caf/init_global_meta_objects.hpp>

#include "messages/protocol.hpp"
#include "messages/types.hpp"

namespace entente::simulation {

namespace {

void init_types() {
  static const bool once = [] {
    caf::core::init_global_meta_objects();
    init_message_types();
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

world::config::config() {
  init_types();
  set("caf.scheduler.policy", "testing");
}

world::world(std::uint64_t seed)
    : chance(seed),
      system(config_),
      net(system, chance, log),
      run(system, net, chance, log),
      seed_(seed) {
  // What no host owns, such as a test's own actor, may outlive the simulation.
  system.await_actors_before_shutdown(false);
  net.carry<agent_actor>();
  net.carry<scheduler_actor>();
  net.carry<master_for_agents>();
  net.carry<master_for_frameworks>();
}

world::~world() {
  net.shut_down();
  run.drain();
}

}  // namespace entente::simulation
