#include "actors/agent/agent.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <type_traits>

#include "actors/agent/agent_book.hpp"
#include "actors/agent/exit_inbox.hpp"
#include "messages/overloaded.hpp"
#include "messages/tick.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How soon a registration is tried again before a master has said how often it wants reports.
constexpr std::chrono::milliseconds first_report_pause = 1s;
constexpr std::chrono::milliseconds longest_report_pause = 30s;

/// The agent with the messages that it sends to itself.
using agent_impl_actor = local_agent_actor::extend<
  // A task has ended.
  caf::result<void>(caf::update_atom),
  // A deadline has passed.
  caf::result<void>(caf::tick_atom),
  // A report is due; the number says of which series: a new master starts a new one.
  caf::result<void>(caf::publish_atom, std::uint64_t)>;

struct agent_state {
  agent_impl_actor::pointer self;
  master_for_agents master;
  agent_options options;
  agent_book book;
  std::shared_ptr<exit_inbox> exits = std::make_shared<exit_inbox>();
  tick ticks;
  std::chrono::milliseconds report_pause = first_report_pause;
  std::uint64_t report_series = 0;
  bool stopping = false;
  std::unique_ptr<task_runner> runner;  // last: its thread must be gone before the rest is

  agent_state(agent_impl_actor::pointer self_ptr, master_for_agents master_handle,
              agent_options opts)
      : self(self_ptr),
        master(std::move(master_handle)),
        options(std::move(opts)),
        book(options.info, options.life),
        runner(options.runner(make_exit_callback())) {}

  agent_impl_actor::behavior_type make_behavior() {
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->set_exit_handler([this](const caf::exit_msg&) { stop(); });
    if (master)
      use_master(master);
    return {
      // -- master -----------------------------------------------------------------
      [this](caf::connect_atom, const master_for_agents& x) { use_master(x); },
      // -- agreement --------------------------------------------------------------
      [this](const solicit& x) { return decide([&] { return on_solicit(x); }); },
      [this](const confirm& x) { return decide([&] { return book.answer(x, now()); }); },
      [this](const release& x) { decide([&] { book.give_back(x, now()); }); },
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
      [this](caf::publish_atom, std::uint64_t series) { report(series); },
    };
  }

  time_point now() { return self->clock().now(); }

  task_runner::exit_callback make_exit_callback() {
    auto me = caf::actor_cast<caf::weak_actor_ptr>(self->ctrl());
    return [me, inbox = exits](const task_key& key, const runtime::exit_status& status) {
      // One message for all that end before the agent looks.
      if (inbox->put(key, status))
        if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
          caf::anon_send(caf::actor_cast<agent_impl_actor>(strong), caf::update_atom_v);
    };
  }

  // -- the master -------------------------------------------------------------------

  void use_master(const master_for_agents& handle) {
    if (stopping)
      return;
    master = handle;
    self->monitor(master);
    report_pause = first_report_pause;
    report(++report_series);
  }

  void report(std::uint64_t series) {
    if (series != report_series || stopping || !master)
      return;
    auto me = caf::actor_cast<agent_actor>(self->address());
    self->request(master, report_pause, book.report(), me)
      .then([this, series](const agent_registered& x) { on_registered(x, series); },
            [this, series](const caf::error& err) { on_not_registered(err, series); });
  }

  void on_registered(const agent_registered& x, std::uint64_t series) {
    if (series != report_series)
      return;
    report_pause = std::max<std::chrono::milliseconds>(x.again_in, 1ms);
    self->delayed_send(self, report_pause, caf::publish_atom_v, series);
    decide([&] { book.registered(x, now()); });
  }

  void on_not_registered(const caf::error& err, std::uint64_t series) {
    if (series != report_series)
      return;
    if (err == caf::sec::invalid_argument) {
      master = nullptr;  // It refuses this agent, so there is nothing to unregister from.
      return stop();
    }
    auto pause = std::exchange(report_pause, std::min(2 * report_pause, longest_report_pause));
    if (err == caf::sec::request_timeout)
      // It may be the way that is long: an answer that comes after the time-out is not heard.
      report(series);
    else
      self->delayed_send(self, pause, caf::publish_atom_v, series);
  }

  void on_down(const caf::down_msg& x) {
    if (!master || x.source != master.address())
      return;
    master = nullptr;
    ++report_series;
    if (!options.outlives_master)
      stop();
  }

  // -- doing what the book decides ------------------------------------------------

  /// Runs a decision and carries out its effects.
  template <class Decision>
  std::invoke_result_t<Decision> decide(Decision decision) {
    if constexpr (std::is_void_v<std::invoke_result_t<Decision>>) {
      decision();
      carry_out();
    } else {
      auto result = decision();
      carry_out();
      return result;
    }
  }

  void carry_out() {
    for (auto effects = book.take_effects(); !effects.empty(); effects = book.take_effects())
      for (auto& effect : effects)
        std::visit(overloaded{[this](start_process& x) { start(x); },
                              [this](const signal_process& x) { runner->signal(x.key, x.signo); },
                              [this](send_update& x) { tell_master(std::move(x.update)); }},
                   effect);
    for (auto& x : book.take_released())
      tell_master(std::move(x));
    if (options.audit)
      options.audit(book);
    if (stopping && book.tasks().running() == 0)
      leave();
    else
      schedule_tick();
  }

  /// What is not told now, for want of a master, is in the next report, or repeated.
  template <class Message>
  void tell_master(Message message) {
    if (master)
      self->send(master, std::move(message));
  }

  void leave() {
    tell_master(unregister_agent{options.info.id});
    self->quit(caf::exit_reason::user_shutdown);
  }

  bid on_solicit(const solicit& x) { return book.answer(x, runner->load(), now()); }

  void start(const start_process& x) {
    if (auto failed = runner->start(x.key, x.task))
      book.start_failed(x.key, *failed, now());
    else
      book.started(x.key, now());
  }

  void on_exits() {
    decide([this] {
      for (const auto& [key, status] : exits->take())
        book.exited(key, status, now());
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
    auto where = book.tasks().find({x.framework, x.task});
    if (where == task_book::whereabouts::unknown)
      return caf::make_error(caf::sec::invalid_argument,
                             "this agent knows no task \"" + x.task.str() + '"');
    auto result = runner->read(x);
    if (auto* failed = std::get_if<std::string>(&result))
      return caf::make_error(caf::sec::invalid_argument, *failed);
    auto& chunk = std::get<output_chunk>(result);
    chunk.ended = where == task_book::whereabouts::ended;
    return std::move(chunk);
  }
};

using agent_impl = agent_impl_actor::stateful_impl<agent_state>;

}  // namespace

local_agent_actor spawn_agent(caf::actor_system& system, master_for_agents master,
                              agent_options options) {
  return system.spawn<agent_impl>(std::move(master), std::move(options));
}

}  // namespace entente
