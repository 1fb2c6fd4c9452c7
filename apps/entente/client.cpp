#include "apps/entente/client.hpp"

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/scoped_actor.hpp>
#include <cstdlib>
#include <iostream>
#include <set>

#include "actors/transport/address_list.hpp"
#include "actors/transport/connector.hpp"
#include "apps/common/master_address.hpp"
#include "apps/common/network.hpp"
#include "apps/entente/commands.hpp"
#include "config/names.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// The connector knows when to give up, and says why; it answers sooner.
constexpr auto connect_timeout = 20s;

struct connection {
  master_for_operators master;
  std::string problem;  ///< if there is none: each address, with what is wrong with it
};

/// @returns the master, or what is wrong with the address.
connection connect_to(caf::actor_system& system, const endpoint& where) {
  connection result;
  caf::scoped_actor self{system};
  self->request(connector_of(system), connect_timeout, caf::connect_atom_v, where.host, where.port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& ptr,
          const std::set<std::string>& interface) {
        if (ptr && system.assignable(interface, system.message_types<master_for_operators>()))
          result.master = caf::actor_cast<master_for_operators>(ptr);
        else
          result.problem = "what listens there is not an Entente master of this version";
      },
      [&](const caf::error& err) { result.problem = error_text(err); });
  return result;
}

/// Tries each address once. The one that does is the first of `where` afterwards.
connection connect(caf::actor_system& system, std::vector<endpoint>& where) {
  address_list addresses{where};
  for (;;) {
    auto result = connect_to(system, addresses.current());
    if (result.master) {
      std::rotate(where.begin(), std::find(where.begin(), where.end(), addresses.current()),
                  where.end());
      return result;
    }
    if (addresses.failed(result.problem))
      return {master_for_operators{}, addresses.problems()};
  }
}

}  // namespace

caf::error client::master_lost() {
  return caf::make_error(caf::sec::request_receiver_down, "the master cannot be reached now");
}

std::optional<std::string> client::reconnect() {
  auto found = connect(system(), where_);
  if (!found.master)
    return std::move(found.problem);
  master_ = std::move(found.master);
  return std::nullopt;
}

void add_master_option(CLI::App& command, std::string& flag) {
  command.add_option("--master", flag, std::string{master_option_help});
  // For this process the flag is the variable.
  command.add_option_function<std::string>(
    "--config", [](const std::string& file) { ::setenv("ENTENTE_CONFIG", file.c_str(), 1); },
    "a configuration file, for \"tls\", \"agent.masters\" and slot classes; else ENTENTE_CONFIG");
}

CLI::Option* check_role(CLI::Option* option) {
  auto wrong = [](const std::string& name) -> std::string {
    if (is_role_name(name))
      return {};
    return "expected " + std::string{expected_role_name()} + ", found \"" + name + '"';
  };
  return option->check(wrong, "ROLE");
}

int with_master(const std::string& master_flag, const std::function<int(client&)>& work) {
  auto where = find_masters(master_flag);
  if (auto* wrong = std::get_if<usage_error>(&where))
    return complain(exit_usage, wrong->message);
  auto network = transport_of_client();
  if (auto* wrong = std::get_if<usage_error>(&network))
    return complain(exit_usage, wrong->message);
  client_config config;
  caf::actor_system system{config};
  transport connections{system, std::move(std::get<transport_options>(network))};
  auto& addresses = std::get<std::vector<endpoint>>(where);
  auto connected = connect(system, addresses);
  if (!connected.master) {
    complain(exit_unavailable, "cannot reach the master at " + connected.problem +
                                 "; start one with \"entente local\", or name "
                                 "it with --master HOST:PORT");
    std::_Exit(exit_unavailable);  // A thread may still be in a connect() that takes minutes.
  }
  client asker{system, connected.master, std::move(addresses)};
  return work(asker);
}

}  // namespace entente
