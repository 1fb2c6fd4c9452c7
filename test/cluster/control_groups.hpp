#pragma once

#include <string>

#include "support.hpp"

namespace entente::test {

/// The control groups of tasks that an agent has, one in each line, in whatever hierarchy.
inline std::string groups_of_tasks(const workshop& place, const std::string& agent) {
  return place.shell("find /sys/fs/cgroup -type d -path '*/entente/" + agent +
                     "/task-*' -prune -print 2> /dev/null");
}

/// As groups_of_tasks(), and the agent's own.
inline std::string groups_of_agent(const workshop& place, const std::string& agent) {
  return place.shell("find /sys/fs/cgroup -type d -path '*/entente/" + agent +
                     "' -print 2> /dev/null");
}

/// Whether an agent has said at its start that limits are enforced.
inline bool enforces_limits(const program& agent) {
  return mentions(agent.out(), "cpus, mem and pids are enforced");
}

}  // namespace entente::test
