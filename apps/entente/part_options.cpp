#include "apps/entente/part_options.hpp"

#include <cstdlib>

#include "apps/common/to_resources.hpp"
#include "apps/entente/random_hex.hpp"
#include "config/quantities.hpp"

namespace entente {

namespace {

std::map<std::string, role_options> roles_of(const config& settings) {
  std::map<std::string, role_options> result;
  for (const auto& [name, role] : settings.roles)
    result[name] = {role.weight, to_resources(role.guarantee), to_resources(role.limit),
                    role.preempts};
  return result;
}

/// What a task may see of this process's environment; the rest may hold secrets.
std::map<std::string, std::string> base_environment() {
  std::map<std::string, std::string> env;
  for (const auto* name : {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ",
                           "TMPDIR", "LD_LIBRARY_PATH"})
    if (const auto* value = std::getenv(name))
      env[name] = value;
  return env;
}

/// Of a size that the configuration has checked.
std::uint64_t bytes_of(const std::string& size) {
  auto milli_megabytes = parse_quantity("disk", size).value_or(1000);
  return static_cast<std::uint64_t>(milli_megabytes) * 1024 * 1024 / 1000;
}

}  // namespace

cluster_options options_of_master(const config& settings) {
  cluster_options cluster;
  cluster.name = settings.cluster;
  cluster.version = ENTENTE_VERSION;
  cluster.id_prefix = random_hex(6);
  cluster.offer_timeout = settings.master.offer_timeout;
  cluster.offer_interval = settings.master.offer_interval;
  cluster.min_offer = to_resources(settings.master.min_offer);
  cluster.fault_domain = settings.master.fault_domain;
  cluster.preemption_notice = settings.master.preemption_notice;
  cluster.agent_timeout = settings.master.agent_timeout;
  cluster.report_interval = settings.master.agent_timeout / 5;
  cluster.registration_rate = settings.master.registration_rate;
  cluster.agreement = settings.master.agreement;
  cluster.slot_classes = to_resources(settings.slots);
  cluster.roles = roles_of(settings);
  return cluster;
}

process_runner_options options_of_runner(const config& settings) {
  const auto& agent = settings.agent;
  process_runner_options result;
  result.base_env = base_environment();
  result.task_pids = agent.task_pids;
  result.output_limit = bytes_of(agent.output_size);
  result.fetching.file_bytes = bytes_of(agent.artifact_size);
  result.fetching.cache_bytes = bytes_of(agent.cache_size);
  result.fetching.time = agent.fetch_timeout;
  result.enforce_disk = agent.enforce_disk;
  result.sandboxes.age = agent.sandbox_age;
  result.sandboxes.disk_share = agent.disk_share;
  return result;
}

}  // namespace entente
