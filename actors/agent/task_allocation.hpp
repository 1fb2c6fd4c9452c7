#pragma once

#include <cstdint>

#include "actors/agent/task_key.hpp"
#include "messages/resources.hpp"

namespace entente {

/// A task that has something of the agent: in a slot or, with no grant, on its own.
struct task_allocation {
  task_key key;
  resources limits;
  grant_id grant;
  std::uint32_t slot = 0;
};

}  // namespace entente
