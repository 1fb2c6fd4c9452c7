#include "actors/transport/connector.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/io/middleman.hpp>

#include "actors/transport/connector_impl.hpp"

namespace entente {

connector_actor connector_of(caf::actor_system& system) {
  if (auto found = system.registry().get(std::string{connector_name}))
    return caf::actor_cast<connector_actor>(std::move(found));
  return system.middleman().actor_handle();
}

}  // namespace entente
