#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "actors/master/master.hpp"
#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/part_options.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

namespace {

struct master_flags {
  std::string file;
  std::string listen;
};

int serve(const master_flags& flags) {
  termination_signals signals;
  auto settings = read_settings(flags.file, {{"--listen", "master.listen", flags.listen}});
  client_config system_config;
  caf::actor_system system{system_config};
  auto master = spawn_master(system, options_of_master(settings));
  const auto& listen = settings.master.listen;
  auto port = system.middleman().publish(master, listen.port, listen.host.c_str(), true);
  if (!port) {
    caf::anon_send_exit(master, caf::exit_reason::user_shutdown);
    throw cannot_start{"cannot listen on " + to_string(listen) +
                       ": the address is in use or not of this machine; choose another with "
                       "--listen HOST:PORT or master.listen"};
  }
  std::cout << "entente: the master of cluster " << settings.cluster << " listens on "
            << to_string(endpoint{listen.host, *port}) << std::endl;
  std::optional<int> signo;
  while (!(signo = signals.wait(std::chrono::milliseconds{-1}))) {
  }
  caf::anon_send_exit(master, caf::exit_reason::user_shutdown);
  return *signo == SIGINT ? exit_interrupted : exit_ok;
}

}  // namespace

void add_master(CLI::App& app, command_line& line) {
  auto flags = std::make_shared<master_flags>();
  auto* command = app.add_subcommand("master", "The master of a cluster of many hosts");
  command->add_option("--config", flags->file, "a configuration file; else ENTENTE_CONFIG");
  command->add_option("--listen", flags->listen, "HOST:PORT; default 127.0.0.1:5060");
  command->callback([&line, flags] {
    line.chosen = [flags] { return start_or_complain([&] { return serve(*flags); }); };
  });
}

}  // namespace entente
