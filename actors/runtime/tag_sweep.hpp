#pragma once

#include <string>
#include <unordered_set>

namespace entente::runtime {

/// A tag that no other run on this machine has. Not from an injected generator: nothing is decided
/// by it, and processes are never simulated.
std::string fresh_tag();

/// Kills, by SIGKILL, every process whose environment has one of `tags` in `process_tag_variable`,
/// and those that they start meanwhile; waits until all are dead, at most two seconds. Reads /proc.
void kill_tagged(const std::unordered_set<std::string>& tags);

}  // namespace entente::runtime
