#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cluster_world.hpp"

namespace entente::simulation {

struct failed_seed {
  std::uint64_t seed = 0;
  std::string how;
};

struct seeds_result {
  std::uint64_t tried = 0;
  std::vector<failed_seed> failed;
  figures counts;
};

/// Runs the seeds' plans in several processes, so that one that crashes is a seed that fails.
///
/// @param go_on whether to try more after one has failed
/// @param tell called from time to time and at every failure, with what is known by then
seeds_result run_seeds(std::uint64_t from, std::uint64_t count, unsigned jobs, bool go_on,
                       const std::function<void(const seeds_result&)>& tell);

}  // namespace entente::simulation
