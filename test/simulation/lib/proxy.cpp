#include "proxy.hpp"

#include <caf/mailbox_element.hpp>
#include <caf/system_messages.hpp>
#include <utility>

#include "network.hpp"

namespace entente::simulation {

proxy::proxy(caf::actor_config& cfg, network& net, host here, caf::strong_actor_ptr target,
             residence home)
    : actor_proxy(cfg), net_(&net), here_(here), target_(std::move(target)), home_(home) {}

bool proxy::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  if (!net_)
    return false;
  if (what->payload.match_elements<caf::exit_msg>())
    unlink_from(what->payload.get_as<caf::exit_msg>(0).source);
  net_->send(*this, std::move(what->sender), what->mid, std::move(what->payload));
  return true;
}

void proxy::kill_proxy(caf::execution_unit* unit, caf::error reason) {
  net_ = nullptr;
  cleanup(std::move(reason), unit);
}

void proxy::target_ended(const caf::error& reason) {
  if (net_)
    net_->send_end(*this, reason);
}

}  // namespace entente::simulation
