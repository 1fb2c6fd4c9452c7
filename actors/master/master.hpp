#pragma once

#include <caf/actor_system.hpp>

#include "actors/master/cluster.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// Starts a master: the actor that pools the agents' resources and decides who gets them.
master_actor spawn_master(caf::actor_system& system, cluster_options options);

}  // namespace entente
