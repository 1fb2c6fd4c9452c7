#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "actors/master/cluster.hpp"
#include "config/config.hpp"

/// What masters and agents are started with, from the configuration.
namespace entente {

/// The master's; its id prefix is made up.
cluster_options options_of_master(const config& settings);

/// What a task may see of this process's environment; the rest may hold secrets.
std::map<std::string, std::string> base_environment();

/// How many bytes of a task's output stream are kept at least.
std::uint64_t output_limit_of(const config& settings);

}  // namespace entente
