#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>

#include <sys/types.h>

namespace entente::runtime {

/// What a family of processes uses.
struct process_usage {
  std::chrono::milliseconds cpu{0};  ///< since their begin, of those that have ended, too
  std::uint64_t mem_bytes = 0;       ///< resident now; what two of them share counts twice
};

/// Looks once at all processes of this machine. @returns what all that descends from each of
/// `ancestors` uses, without them themselves; an ancestor that is gone has nothing.
///
/// An ancestor should be one that orphans of its family fall to, see adopt_descendants(): of these,
/// too, it has the time that they have used when they have ended.
std::map<pid_t, process_usage> usage_below(const std::set<pid_t>& ancestors);

}  // namespace entente::runtime
