#pragma once

#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/scoped_actor.hpp>
#include <chrono>
#include <optional>
#include <variant>

#include "apps/common/signals.hpp"

namespace entente {

/// Waits until this process is to end, or the actor that it is there for has ended by itself.
/// @returns the signal; or what the actor has ended with
template <class Handle>
std::variant<int, caf::error> wait_for_signal_or_end(caf::actor_system& system, const Handle& actor,
                                                     const awaited_signals& signals) {
  using namespace std::chrono_literals;
  caf::scoped_actor self{system};
  self->monitor(actor);
  for (;;) {
    if (auto signo = signals.wait(100ms))
      return *signo;
    std::optional<caf::error> end;
    self->receive([&](const caf::down_msg& x) { end = x.reason; }, caf::after(0ms) >> [] {});
    if (end)
      return *end;
  }
}

}  // namespace entente
