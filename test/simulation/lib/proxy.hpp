#pragma once

#include <caf/actor_proxy.hpp>
#include <cstdint>

#include "host.hpp"

namespace entente::simulation {

class network;

/// Stands on one host for an actor that lives on another. What it is sent goes into the network.
///
/// Monitors and links attach to the proxy itself, and fire when it is killed, as with CAF's proxies
/// of remote actors. What a killed proxy is sent is lost; a request to it runs into its time-out.
class proxy final : public caf::actor_proxy {
public:
  proxy(caf::actor_config& cfg, network& net, host here, caf::strong_actor_ptr target,
        residence home);

  bool enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override;

  void kill_proxy(caf::execution_unit* unit, caf::error reason) override;

  const char* name() const override { return "simulation.proxy"; }

  /// The target has ended by itself; the news travels here, and then kills the proxy.
  void target_ended(const caf::error& reason);

  host here() const noexcept { return here_; }
  /// Where the target lives.
  const residence& home() const noexcept { return home_; }
  /// Known of a killed proxy, too, so that it can be handed on.
  const caf::strong_actor_ptr& target() const noexcept { return target_; }

private:
  network* net_;  ///< none: killed
  host here_;
  caf::strong_actor_ptr target_;
  residence home_;
};

}  // namespace entente::simulation
