#pragma once

#include <optional>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch/sink.hpp"
#include "actors/runtime/fetch_job.hpp"

namespace entente::runtime {

/// Why not all items are in the sandbox.
struct fetch_failure : failure {
  bool is_over_disk = false;  ///< they are more than the sandbox may have
};

/// Puts all items into the sandbox, one after the other.
/// @param say what there is to say meanwhile
/// @returns why not all of them are there, with the item's URI, for the task's status update
std::optional<fetch_failure> fetch(const fetch_job& job, const say_function& say);

}  // namespace entente::runtime
