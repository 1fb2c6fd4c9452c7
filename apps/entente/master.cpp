#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <memory>

#include "actors/master/master.hpp"
#include "actors/registry/registry.hpp"
#include "actors/registry/registry_file.hpp"
#include "actors/runtime/process.hpp"
#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/network.hpp"
#include "apps/common/service.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/part_log.hpp"
#include "apps/entente/part_options.hpp"
#include "apps/entente/part_wait.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

namespace {

struct master_flags {
  std::string file;
  std::string host;
  std::string listen;
  std::string work_dir;
  std::string log_level;
};

/// What this master keeps, and what earlier ones have left. Throws cannot_start.
master_registry registry_of(const config& settings) {
  auto opened = registry::open(settings.master.work_dir, settings.cluster);
  if (auto* why = std::get_if<runtime::failure>(&opened))
    throw cannot_start{"master.work_dir: " + why->message +
                         (why->code == EACCES ? "; choose another with --work-dir" : ""),
                       exit_code_of(why->code)};
  return {std::make_shared<registry>(std::move(std::get<registry>(opened))),
          std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

/// Ids of two masters differ: by the count in the registry, and by chance where it was restored.
cluster_options options_of(const config& settings, const registry_store& file) {
  auto result = options_of_master(settings);
  result.id_prefix += '-' + std::to_string(file.state().lives);
  return result;
}

config settings_of(const master_flags& flags) {
  return settings_of_part(part::master, flags.file,
                          {{"--listen", "master.listen", flags.listen},
                           {"--work-dir", "master.work_dir", flags.work_dir},
                           {"--log-level", "log.level", flags.log_level}},
                          flags.host);
}

/// That is right once in a cluster's life: later on the registry was lost, or another is meant.
void say_if_begun(const config& settings, const registry_store& file, const event_log& log) {
  if (file.state().lives == 1)
    log({log_level::warn,
         "registry_begun",
         {{"file", registry_file::of(settings.master.work_dir).string()}}});
}

int serve(const master_flags& flags) {
  end_with_starter();
  std::signal(SIGXFSZ,
              SIG_IGN);  // A limit of file sizes is an error to live with, as a full disk is.
  termination_signals signals;
  reload_signal hangup;
  auto settings = settings_of(flags);
  warn_without_entry(settings, flags.host);
  const auto& listen = settings.master.listen;
  if (auto wrong = check_exposure(settings, "master.listen", listen))
    throw cannot_start{wrong->message};
  auto network = network_of(settings);
  network.limits = limits_of_listener();
  auto durable = registry_of(settings);
  client_config system_config;
  part_log log{settings, system_config, hangup, [flags] { return settings_of(flags); },
               network.tls};
  network.warn = log.warnings("connection_refused");
  say_if_begun(settings, *durable.file, log.part("entente"));
  caf::actor_system system{system_config};
  log.join(system);
  transport connections{system, std::move(network)};
  auto master =
    spawn_master(system, options_of(settings, *durable.file), log.part("master"), durable);
  auto published = connections.publish(master, listen);
  if (auto* why = std::get_if<std::string>(&published)) {
    caf::anon_send_exit(master, caf::exit_reason::user_shutdown);
    throw cannot_start{"cannot listen on " + to_string(listen) + ": " + *why +
                         "; choose another with --listen HOST:PORT or master.listen",
                       exit_failure};  // The address may come with the network.
  }
  auto port = std::get<std::uint16_t>(published);
  std::cout << "entente: the master of cluster " << settings.cluster << " listens on "
            << to_string(endpoint{listen.host, port}) << std::endl;
  notify_service_manager("READY=1");
  auto tell = log.part("entente");
  tell({log_level::info, "listening", {{"address", to_string(endpoint{listen.host, port})}}});
  auto end = wait_for_signal_or_end(system, master, signals);
  auto* signo = std::get_if<int>(&end);
  if (!signo)
    return complain(exit_failure, "the master has ended");
  notify_service_manager("STOPPING=1");
  tell({log_level::info, "stopping", {{"signal", runtime::signal_name(*signo)}}});
  caf::anon_send_exit(master, caf::exit_reason::user_shutdown);
  return *signo == SIGINT ? exit_interrupted : exit_ok;
}

}  // namespace

void add_master(CLI::App& app, command_line& line) {
  auto flags = std::make_shared<master_flags>();
  auto* command = app.add_subcommand("master", "The master of a cluster of many hosts");
  command->add_option("--config", flags->file, "a configuration file; else ENTENTE_CONFIG");
  command->add_option("--work-dir", flags->work_dir,
                      "for the registry; default /var/lib/entente/master");
  command->add_option("--host", flags->host,
                      "an entry of its hosts, whose settings hold; default: the machine's name");
  command->add_option("--listen", flags->listen, "HOST:PORT; default 127.0.0.1:5060");
  command->add_option("--log-level", flags->log_level, "trace, debug, info, warn or error");
  command->callback([&line, flags] {
    line.chosen = [flags] { return start_or_complain([&] { return serve(*flags); }); };
  });
}

}  // namespace entente
