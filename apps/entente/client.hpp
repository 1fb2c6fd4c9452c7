#pragma once

#include <CLI/CLI.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <variant>
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

  /// Asks one that may be restarted meanwhile: its answer, or an error as soon as none can come.
  template <class Answer, class Question>
  std::variant<Answer, caf::error> ask_while_there(const Question& question) {
    using outcome = std::variant<Answer, caf::error>;
    auto promise = std::make_shared<std::promise<outcome>>();
    auto future = promise->get_future();
    system().spawn([promise, question, master = master_](caf::event_based_actor* self) {
      auto end = [self, promise](outcome x) {
        promise->set_value(std::move(x));
        self->quit();
      };
      self->set_down_handler([end](const caf::down_msg&) { end(master_lost()); });
      self->monitor(master);
      self->request(master, std::chrono::seconds{30}, question)
        .then([end](Answer& x) { end(std::move(x)); }, [end](caf::error& x) { end(std::move(x)); });
    });
    return future.get();
  }

  /// Looks for the master once more, wherever it may be.
  /// @returns nothing, or each address, with what is wrong with it
  std::optional<std::string> reconnect();

private:
  static caf::error master_lost();

  master_for_operators master_;
  std::vector<endpoint> where_;
  caf::scoped_actor self_;
};

/// Finds the master, connects, and runs `work` with the connection.
/// @returns the code of `work`, or that of what went wrong, told on stderr.
int with_master(const std::string& master_flag, const std::function<int(client&)>& work);

}  // namespace entente
