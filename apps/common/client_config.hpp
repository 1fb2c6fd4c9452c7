#pragma once

#include "actors/transport/transport.hpp"
#include "messages/types.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>

namespace entente {

/// The actor system of a client program: small, quiet, and quick to answer.
///
/// It shares one queue among two threads: the default of CAF, work stealing, polls when it is idle,
/// which makes a message wait for up to 10 ms.
class client_config : public caf::actor_system_config {
public:
  client_config() {
    caf::core::init_global_meta_objects();
    init_message_types();
    prepare_for_transport(*this);
    set("caf.scheduler.policy", "sharing");
    set("caf.scheduler.max-threads", 2);
    set("caf.logger.console.verbosity", "quiet");
    set("caf.logger.file.verbosity", "quiet");
  }
};

}  // namespace entente
