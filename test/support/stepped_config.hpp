#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>

#include "messages/types.hpp"

namespace entente::test {

/// For an actor system in which nothing runs and no time passes unless the test says so.
struct stepped_config : caf::actor_system_config {
  stepped_config() {
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      init_message_types();
      return true;
    }();
    static_cast<void>(once);
    set("caf.scheduler.policy", "testing");
  }
};

}  // namespace entente::test
