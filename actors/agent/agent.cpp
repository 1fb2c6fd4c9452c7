#include "actors/agent/agent.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>

#include "actors/agent/exit_inbox.hpp"
#include "actors/agent/task_book.hpp"
#include "actors/runtime/process_table.hpp"
#include "actors/runtime/sandbox.hpp"
#include "messages/tick.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

constexpr auto request_timeout = 30s;
constexpr std::uint32_t largest_chunk = 1024 * 1024;

/// The agent with the messages that it sends to itself.
using agent_impl_actor =
  agent_actor::extend<caf::result<void>(caf::update_atom), caf::result<void>(caf::tick_atom)>;

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

struct agent_state {
  agent_impl_actor::pointer self;
  master_for_agents master;
  agent_options options;
  task_book book;
  std::shared_ptr<exit_inbox> exits = std::make_shared<exit_inbox>();
  tick ticks;
  bool stopping = false;
  runtime::process_table processes;  // last: its thread must be gone before the rest is

  agent_state(agent_impl_actor::pointer self_ptr, master_for_agents master_handle,
              agent_options opts)
      : self(self_ptr),
        master(std::move(master_handle)),
        options(std::move(opts)),
        book(options.info.id),
        processes(make_exit_callback()) {}

  agent_impl_actor::behavior_type make_behavior() {
    self->monitor(master);
    self->set_down_handler([this](const caf::down_msg&) { stop(); });
    self->set_exit_handler([this](const caf::exit_msg&) { stop(); });
    register_at_master();
    return {
      // -- tasks ------------------------------------------------------------------
      [this](const launch_tasks& x) { decide([&] { book.launch(x, now()); }); },
      [this](const kill_task& x) { decide([&] { book.kill(x, now()); }); },
      [this](const shutdown_framework& x) { decide([&] { book.shutdown(x.framework, now()); }); },
      [this](const acknowledge& x) { decide([&] { book.acknowledge(x, now()); }); },
      // -- output -----------------------------------------------------------------
      [this](const read_output& x) { return on_read_output(x); },
      // -- from itself ------------------------------------------------------------
      [this](caf::update_atom) { on_exits(); },
      [this](caf::tick_atom) { on_tick(); },
    };
  }

  time_point now() { return self->clock().now(); }

  runtime::exit_callback make_exit_callback() {
    auto me = caf::actor_cast<caf::weak_actor_ptr>(self->ctrl());
    return [me, inbox = exits](const runtime::process_key& key, runtime::exit_status status) {
      // One message for all that end before the agent looks.
      if (inbox->put(key, status))
        if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
          caf::anon_send(caf::actor_cast<agent_impl_actor>(strong), caf::update_atom_v);
    };
  }

  void register_at_master() {
    auto me = caf::actor_cast<agent_actor>(self->address());
    self->request(master, request_timeout, register_agent{options.info}, me)
      .then([](const agent_registered&) {}, [this](const caf::error&) { stop(); });
  }

  // -- doing what the book decides ------------------------------------------------

  template <class Decision>
  void decide(Decision decision) {
    decision();
    for (auto effects = book.take_effects(); !effects.empty(); effects = book.take_effects())
      for (auto& effect : effects)
        std::visit(overloaded{[this](start_process& x) { start(x); },
                              [this](const signal_process& x) {
                                processes.signal(to_string(x.key), x.signo);
                              },
                              [this](send_update& x) { self->send(master, std::move(x.update)); }},
                   effect);
    if (stopping && book.running() == 0)
      leave();
    else
      schedule_tick();
  }

  void leave() {
    self->send(master, unregister_agent{options.info.id});
    self->quit(caf::exit_reason::user_shutdown);
  }

  void start(const start_process& x) {
    auto sandbox = sandbox_of(x.key);
    if (auto failed = runtime::create_sandbox(sandbox)) {
      book.start_failed(x.key, failed->message, now());
      return;
    }
    auto result = processes.start(to_string(x.key), process_of(x, sandbox));
    if (auto* failed = std::get_if<runtime::spawn_error>(&result))
      book.start_failed(x.key, failed->message, now());
    else
      book.started(x.key, now());
  }

  runtime::process_spec process_of(const start_process& x, const std::filesystem::path& sandbox) {
    runtime::process_spec spec;
    spec.argv = x.task.argv;
    spec.env = options.base_env;
    for (const auto& [name, value] : x.task.env)
      spec.env[name] = value;
    spec.env["ENTENTE_FRAMEWORK_ID"] = x.key.framework.str();
    spec.env["ENTENTE_TASK_ID"] = x.key.task.str();
    spec.env["ENTENTE_AGENT_ID"] = options.info.id.str();
    spec.env["ENTENTE_SANDBOX"] = sandbox.string();
    spec.directory = sandbox;
    spec.out_file = sandbox / runtime::stdout_name;
    spec.err_file = sandbox / runtime::stderr_name;
    return spec;
  }

  std::filesystem::path sandbox_of(const task_key& key) const {
    return runtime::sandbox_path(options.work_dir, key.framework.str(), key.task.str());
  }

  void on_exits() {
    decide([this] {
      for (const auto& [key, status] : exits->take())
        book.exited(task_key_of(key), status, now());
    });
  }

  void on_tick() {
    if (ticks.take(now()))
      decide([this] { book.expire(now()); });
  }

  void schedule_tick() {
    if (auto when = ticks.plan(book.next_deadline()))
      self->scheduled_send(self, *when, caf::tick_atom_v);
  }

  void stop() {
    stopping = true;
    decide([this] { book.stop(options.stop_grace, now()); });
  }

  // -- output -----------------------------------------------------------------------

  caf::result<output_chunk> on_read_output(const read_output& x) {
    task_key key{x.framework, x.task};
    auto where = book.find(key);
    if (where == task_book::whereabouts::unknown)
      return caf::make_error(caf::sec::invalid_argument,
                             "this agent knows no task \"" + x.task.str() + '"');
    auto file = x.stream == output_stream::out ? runtime::stdout_name : runtime::stderr_name;
    auto chunk =
      runtime::read_chunk(sandbox_of(key) / file, x.offset, std::min(x.max_bytes, largest_chunk));
    if (auto* failed = std::get_if<runtime::failure>(&chunk))
      return caf::make_error(caf::sec::invalid_argument, failed->message);
    auto& got = std::get<runtime::file_chunk>(chunk);
    return output_chunk{std::move(got.data), got.size, where == task_book::whereabouts::ended};
  }
};

using agent_impl = agent_impl_actor::stateful_impl<agent_state>;

}  // namespace

agent_actor spawn_agent(caf::actor_system& system, master_for_agents master,
                        agent_options options) {
  return system.spawn<agent_impl>(std::move(master), std::move(options));
}

}  // namespace entente
