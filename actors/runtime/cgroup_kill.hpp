#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "actors/runtime/failure.hpp"

namespace entente::runtime {

/// Kills all that is in the groups and below, as task_cgroup::kill() promises: by cgroup.kill where
/// there is one, else one by one until none is left, with new ones forbidden where that is counted.
std::optional<failure> kill_cgroups(const std::vector<std::filesystem::path>& directories,
                                    std::chrono::milliseconds patience);

}  // namespace entente::runtime
