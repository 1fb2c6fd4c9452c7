#pragma once

#include "actors/agent/process_runner.hpp"
#include "actors/master/cluster.hpp"
#include "config/config.hpp"

/// What masters and agents are started with, from the configuration.
namespace entente {

/// The master's; its id prefix is made up.
cluster_options options_of_master(const config& settings);

/// How an agent runs tasks, as far as the configuration says; who it is and where, and control
/// groups, are not filled in.
process_runner_options options_of_runner(const config& settings);

}  // namespace entente
