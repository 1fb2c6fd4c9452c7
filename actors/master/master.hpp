#pragma once

#include <caf/actor_system.hpp>
#include <memory>

#include "actors/master/cluster.hpp"
#include "actors/registry/registry_store.hpp"
#include "actors/runtime/log_event.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// What a master keeps on disk, and the wall clock when it starts.
struct master_registry {
  std::shared_ptr<registry_store> file;
  wall_time now{};
};

/// Starts a master: the actor that pools the agents' resources and decides who gets them.
///
/// @param log is told who comes and goes, what is wanted and what comes of it; as `debug` also
///        offers, rounds and updates
/// @param durable without a file nothing outlives it; else nobody hears of what was decided before
///        it is safe
master_actor spawn_master(caf::actor_system& system, cluster_options options, event_log log = {},
                          master_registry durable = {});

}  // namespace entente
