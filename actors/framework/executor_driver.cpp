#include "actors/framework/executor_driver.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "actors/framework/executor_tasks.hpp"
#include "actors/transport/connector.hpp"
#include "config/units.hpp"
#include "messages/backoff.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

constexpr auto request_timeout = 30s;
/// How often an executor says that it is there: what was lost on the way is found then.
constexpr auto report_pause = 10s;
/// What an executor that shuts itself down has to end its tasks and to say so.
constexpr std::chrono::milliseconds last_grace = 5s;

/// The driver with what the agent tells it, and with the messages that it sends to itself.
using driver_impl_actor = executor_actor::extend_with<executor_driver_actor>::extend<
  // The agent is to be found (again).
  caf::result<void>(caf::connect_atom),
  // A report is due; the number says of which series: every connection begins a new one.
  caf::result<void>(caf::publish_atom, std::uint64_t),
  // The time to end is over.
  caf::result<void>(caf::tick_atom)>;

struct driver_state {
  driver_impl_actor::pointer self;
  executor_actor author;
  executor_driver_options options;
  backoff retry;
  agent_for_executors agent;
  executor_tasks tasks;
  std::map<std::pair<task_id, std::uint64_t>, caf::typed_response_promise<void>> asked;
  std::uint64_t series = 0;
  bool is_registered = false;
  bool is_shut_down = false;  ///< the author is told
  bool is_alone = false;      ///< the author is gone

  driver_state(driver_impl_actor::pointer self_ptr, executor_actor author_handle,
               executor_driver_options opts)
      : self(self_ptr),
        author(std::move(author_handle)),
        options(std::move(opts)),
        retry(options.patience) {}

  driver_impl_actor::behavior_type make_behavior() {
    self->monitor(author);
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->send(self, caf::connect_atom_v);
    return {
      // -- from the agent -----------------------------------------------------
      [this](const run_task& x) { on_run(x); },
      [this](const kill_task& x) { on_kill(x); },
      [this](const shutdown_executor& x) { shut_down(x); },
      // -- from the author ----------------------------------------------------
      [this](executor_update x) { return on_update(std::move(x)); },
      // -- from itself --------------------------------------------------------
      [this](caf::connect_atom) { connect(); },
      [this](caf::publish_atom, std::uint64_t of_series) { report(of_series); },
      [this](caf::tick_atom) { end(); },
    };
  }

  // -- finding the agent and registering ------------------------------------------

  std::optional<endpoint> address() const {
    std::string line;
    std::ifstream file{options.address_file};
    std::getline(file, line);
    return parse_endpoint(line);
  }

  void connect() {
    auto where = address();
    if (!where)
      return try_again();
    self
      ->request(connector_of(self->system()), request_timeout, caf::connect_atom_v, where->host,
                where->port)
      .then([this](const caf::node_id&, const caf::strong_actor_ptr& ptr,
                   const std::set<std::string>& interface) { on_connected(ptr, interface); },
            [this](const caf::error&) { try_again(); });
  }

  void on_connected(const caf::strong_actor_ptr& ptr, const std::set<std::string>& interface) {
    auto& system = self->system();
    if (!ptr || !system.assignable(interface, system.message_types<agent_for_executors>()))
      return try_again();  // Another program has the port of an agent that is gone.
    agent = caf::actor_cast<agent_for_executors>(ptr);
    self->monitor(agent);
    report(++series);
  }

  void report(std::uint64_t of_series) {
    if (of_series != series || !agent)
      return;
    register_executor call{options.framework, options.executor, options.token, tasks.all()};
    self
      ->request(agent, request_timeout, std::move(call),
                caf::actor_cast<executor_actor>(self->address()))
      .then([this, of_series](const executor_registered&) { on_registered(of_series); },
            [this, of_series](const caf::error& err) { on_not_registered(err, of_series); });
  }

  void on_registered(std::uint64_t of_series) {
    if (of_series != series)
      return;
    retry.reset();
    is_registered = true;
    for (const auto& id : tasks.all())
      send_next(id);
    self->delayed_send(self, report_pause, caf::publish_atom_v, series);
  }

  void on_not_registered(const caf::error& err, std::uint64_t of_series) {
    if (of_series != series)
      return;
    if (err == caf::sec::invalid_argument)
      give_up();  // It is not wanted any more, and never will be.
    else
      try_again();
  }

  void try_again() {
    agent = nullptr;
    ++series;
    is_registered = false;
    tasks.all_lost();
    if (auto pause = retry.next(self->clock().now()))
      self->delayed_send(self, *pause, caf::connect_atom_v);
    else
      give_up();
  }

  // -- from the agent ---------------------------------------------------------------

  void on_run(const run_task& x) {
    if (!tasks.given(x.task.id))
      return;
    self->request(author, request_timeout, x)
      .then([] {}, [this, id = x.task.id](const caf::error& err) { on_not_run(id, err); });
  }

  /// One that takes its time has taken the task all the same.
  void on_not_run(const task_id& id, const caf::error& err) {
    if (err == caf::sec::request_timeout)
      return;
    executor_update failed;
    failed.task = id;
    failed.state = task_state::failed;
    failed.message = "its executor cannot run it: " + error_text(err);
    if (tasks.say(std::move(failed)))
      send_next(id);
  }

  void on_kill(const kill_task& x) {
    if (tasks.runs(x.task))
      self->send(author, x);
  }

  void shut_down(const shutdown_executor& x) {
    if (!std::exchange(is_shut_down, true))
      self->send(author, x);
  }

  // -- from the author --------------------------------------------------------------

  caf::result<void> on_update(executor_update x) {
    auto id = x.task;
    auto number = tasks.say(std::move(x));
    if (!number)
      return caf::make_error(caf::sec::invalid_argument,
                             "task \"" + id.str() + "\" is not here, or has ended");
    auto promise = self->make_response_promise<void>();
    asked.emplace(std::pair{id, *number}, promise);
    send_next(id);
    return promise;
  }

  void send_next(const task_id& id) {
    auto x = is_registered ? tasks.next(id) : std::nullopt;
    if (!x)
      return;
    auto number = x->number;
    x->framework = options.framework;
    x->executor = options.executor;
    x->token = options.token;
    self->request(agent, request_timeout, std::move(*x))
      .then([this, id, number, of = series] { on_taken(id, number, of, {}); },
            [this, id, number, of = series](const caf::error& err) {
              if (err == caf::sec::invalid_argument)
                on_taken(id, number, of, err);
              else
                on_not_taken(id, of, err);
            });
  }

  /// What the agent refuses it would refuse again.
  void on_taken(const task_id& id, std::uint64_t number, std::uint64_t of_series,
                const caf::error& refused) {
    if (of_series != series)
      return;  // It was sent again since.
    tasks.taken(id);
    if (auto who = asked.extract({id, number})) {
      if (refused)
        who.mapped().deliver(refused);
      else
        who.mapped().deliver();
    }
    send_next(id);
    leave_if_done();
  }

  void on_not_taken(const task_id& id, std::uint64_t of_series, const caf::error& err) {
    if (of_series != series)
      return;
    tasks.lost(id);
    if (err == caf::sec::request_timeout)
      send_next(id);  // Else the connection is about to be lost, or the next report sends it.
  }

  // -- the end ------------------------------------------------------------------------

  void give_up() {
    shut_down({last_grace});
    self->delayed_send(self, last_grace, caf::tick_atom_v);
  }

  void leave_if_done() {
    if (is_alone && tasks.is_all_taken())
      self->quit();
  }

  void end() {
    self->send_exit(author, caf::exit_reason::kill);
    self->quit();
  }

  void on_down(const caf::down_msg& x) {
    if (x.source == author.address()) {
      is_alone = true;
      self->delayed_send(self, last_grace, caf::tick_atom_v);
      leave_if_done();
    } else if (agent && x.source == agent.address()) {
      try_again();
    }
  }
};

using driver_impl = driver_impl_actor::stateful_impl<driver_state>;

std::string from_environment(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::variant<executor_driver_options, std::string> executor_options_from_environment() {
  executor_driver_options result;
  result.framework = framework_id{from_environment("ENTENTE_FRAMEWORK_ID")};
  result.executor = executor_id{from_environment("ENTENTE_EXECUTOR_ID")};
  result.token = from_environment("ENTENTE_EXECUTOR_TOKEN");
  result.address_file = from_environment("ENTENTE_AGENT_ADDRESS_FILE");
  for (const auto* name : {"ENTENTE_FRAMEWORK_ID", "ENTENTE_EXECUTOR_ID", "ENTENTE_EXECUTOR_TOKEN",
                           "ENTENTE_AGENT_ADDRESS_FILE"})
    if (from_environment(name).empty())
      return std::string{name} + " is not set: an agent sets it for the executors that it starts";
  if (auto text = from_environment("ENTENTE_EXECUTOR_PATIENCE"); !text.empty()) {
    auto patience = parse_duration(text);
    if (!patience)
      return "ENTENTE_EXECUTOR_PATIENCE: \"" + text + "\" is no duration such as 15m";
    result.patience = *patience;
  }
  return result;
}

executor_driver_actor spawn_executor_driver(caf::actor_system& system, executor_actor author,
                                            executor_driver_options options) {
  return system.spawn<driver_impl>(std::move(author), std::move(options));
}

}  // namespace entente
