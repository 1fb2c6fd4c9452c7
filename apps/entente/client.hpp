#pragma once

#include <CLI/CLI.hpp>
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <functional>
#include <string>
#include <vector>

#include "apps/common/client_config.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// Adds `--master HOST:PORT,...` and `--config FILE`.
void add_master_option(CLI::App& command, std::string& flag);

/// Has the option take names of roles only.
CLI::Option* check_role(CLI::Option* option);

/// A connection of a command to the master, for questions that wait for their answer.
class client {
public:
  client(caf::actor_system& system, master_for_operators master, std::vector<endpoint> where)
      : master_(std::move(master)), where_(std::move(where)), self_(system) {}

  caf::actor_system& system() { return self_->system(); }
  /// Where the master may be; where it is, first.
  const std::vector<endpoint>& where() const noexcept { return where_; }

  /// Asks; `then` gets the answer.
  /// @returns nothing, or what went wrong.
  template <class Question, class Then>
  caf::error ask(const Question& question, Then then) {
    caf::error failed;
    self_->request(master_, std::chrono::seconds{30}, question).receive(then, [&](caf::error& err) {
      failed = std::move(err);
    });
    return failed;
  }

private:
  master_for_operators master_;
  std::vector<endpoint> where_;
  caf::scoped_actor self_;
};

/// Finds the master, connects, and runs `work` with the connection.
/// @returns the code of `work`, or that of what went wrong, told on stderr.
int with_master(const std::string& master_flag, const std::function<int(client&)>& work);

}  // namespace entente
