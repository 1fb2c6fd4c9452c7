#pragma once

#include <caf/actor_addr.hpp>
#include <deque>
#include <unordered_map>
#include <utility>

#include "messages/protocol.hpp"

namespace entente {

/// The schedulers of the frameworks: the one that acts for each, and those that did before. When
/// another scheduler takes over, the earlier one must not act any more, whether it is still there,
/// or was cut off and comes back. For the master's actor; not thread-safe.
class schedulers {
public:
  /// Null if none is there.
  scheduler_actor find(const framework_id& framework) const;
  /// The framework that it acts for; empty: none.
  framework_id framework_of(const caf::actor_addr& scheduler) const;
  /// True if it has acted for the framework, and another one does since. So many are remembered.
  bool was_replaced(const framework_id& framework, const caf::actor_addr& scheduler) const;

  /// From now on this one acts for the framework.
  /// @returns who did until now, if it is there; else null
  scheduler_actor put(const framework_id& framework, const scheduler_actor& scheduler);
  /// The actor is gone, or cannot be reached.
  /// @returns the framework that it acted for; empty: none
  framework_id remove(const caf::actor_addr& scheduler);

private:
  struct former {
    framework_id framework;
    caf::actor_addr scheduler;
    bool was_replaced = false;  ///< or may come back
  };

  void remember(former x);

  std::unordered_map<framework_id, scheduler_actor> by_framework_;
  std::unordered_map<caf::actor_addr, framework_id> by_scheduler_;
  std::deque<former> former_;  ///< oldest first
};

}  // namespace entente
