#pragma once

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <chrono>
#include <optional>

#include "apps/common/signals.hpp"

namespace entente {

/// Waits until this process is to end, or the actor that it is there for has ended by itself.
/// @returns the signal; nothing if it is the actor
template <class Handle>
std::optional<int> wait_for_signal_or_end(caf::actor_system& system, const Handle& actor,
                                          const awaited_signals& signals) {
  using namespace std::chrono_literals;
  caf::scoped_actor self{system};
  self->monitor(actor);
  for (;;) {
    if (auto signo = signals.wait(100ms))
      return signo;
    bool ended = false;
    self->receive([&](const caf::down_msg&) { ended = true; }, caf::after(0ms) >> [] {});
    if (ended)
      return std::nullopt;
  }
}

}  // namespace entente
