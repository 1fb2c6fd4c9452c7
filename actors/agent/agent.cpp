#include "actors/agent/agent.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "actors/agent/agent_events.hpp"
#include "actors/agent/event_inbox.hpp"
#include "messages/error_text.hpp"
#include "messages/overloaded.hpp"
#include "messages/tick.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How soon a registration is tried again before a master has said how often it wants reports.
constexpr std::chrono::milliseconds first_report_pause = 1s;
constexpr std::chrono::milliseconds longest_report_pause = 30s;
/// How soon is tried again to write down what could not be written, or begin what had no room.
constexpr std::chrono::milliseconds write_pause = 1s;

/// The agent with the messages that it sends to itself.
using agent_impl_actor = local_agent_actor::extend<
  // Tasks have begun or ended.
  caf::result<void>(caf::update_atom),
  // What was decided is to be written down.
  caf::result<void>(caf::flush_atom),
  // A deadline has passed.
  caf::result<void>(caf::tick_atom),
  // A report is due; the number says of which series: a new master starts a new one.
  caf::result<void>(caf::publish_atom, std::uint64_t)>;

struct agent_state {
  agent_impl_actor::pointer self;
  master_for_agents master;
  agent_options options;
  agent_book book;
  std::unique_ptr<checkpoint_store> file;
  std::shared_ptr<event_inbox> events = std::make_shared<event_inbox>();
  tick ticks;
  /// What waits until it is safe that it may be done or said, oldest first.
  std::vector<agent_effect> effects;
  std::vector<std::function<void()>> when_safe;
  register_agent last_report;                          ///< that was safe to say
  bool is_safe = true;                                 ///< nothing waits to be written down
  bool can_write = true;                               ///< the last time it could
  std::vector<agent_effect> postponed;                 ///< for want of room on the disk
  bool has_room = true;                                ///< the last time something was to begin
  std::pair<framework_id, std::string> group_in_turn;  ///< of which the last start was
  time_point retry_at{};                               ///< when what is postponed is tried again
  bool rebooted = false;
  std::chrono::milliseconds report_pause = first_report_pause;
  std::uint64_t report_series = 0;
  std::uint64_t registered_series = 0;  ///< the last one whose report was taken in
  bool stopping = false;
  caf::error end = caf::exit_reason::user_shutdown;  ///< what it ends with, once it has stopped
  std::unique_ptr<task_runner> runner;  // last: its thread must be gone before the rest is

  agent_state(agent_impl_actor::pointer self_ptr, master_for_agents master_handle,
              agent_options opts)
      : self(self_ptr),
        master(std::move(master_handle)),
        options(std::move(opts)),
        book(options.memory ? std::move(options.memory->book)
                            : agent_book{options.info, options.life}),
        runner(options.runner(make_event_callback())) {
    options.log = options.log.with({{"agent", options.info.id.str()}});
    if (!options.memory)
      return;
    file = std::move(options.memory->file);
    rebooted = options.memory->rebooted;
    options.memory.reset();
    hold_sandboxes();
    runner->keep_only(tasks_that_run());
  }

  agent_impl_actor::behavior_type make_behavior() {
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->set_exit_handler([this](const caf::exit_msg&) { stop(); });
    log_start();
    decide([] {});
    if (master)
      use_master(master);
    return {
      // -- master -----------------------------------------------------------------
      [this](caf::connect_atom, const master_for_agents& x) { use_master(x); },
      // -- agreement --------------------------------------------------------------
      [this](const solicit& x) { return decide([&] { return on_solicit(x); }); },
      [this](const confirm& x) { return on_confirm(x); },
      [this](const release& x) { decide([&] { book.give_back(x, now()); }); },
      // -- tasks ------------------------------------------------------------------
      [this](const launch_tasks& x) { decide([&] { book.launch(x, now()); }); },
      [this](const kill_task& x) { decide([&] { book.kill(x, now()); }); },
      [this](const shutdown_framework& x) { decide([&] { book.shutdown(x.framework, now()); }); },
      [this](const acknowledge& x) { decide([&] { book.acknowledge(x, now()); }); },
      // -- output -----------------------------------------------------------------
      [this](const read_output& x) { return on_read_output(x); },
      // -- from itself ------------------------------------------------------------
      [this](caf::update_atom) { on_events(); },
      [this](caf::flush_atom) { write_down(); },
      [this](caf::tick_atom) { on_tick(); },
      [this](caf::publish_atom, std::uint64_t series) { report(series); },
    };
  }

  time_point now() { return self->clock().now(); }

  void log_start() const {
    options.log({log_level::info,
                 "agent_started",
                 {{"hostname", options.info.hostname},
                  {"total", options.info.total.to_string()},
                  {"tasks", std::to_string(tasks_that_run().size())},
                  {"rebooted", rebooted ? "true" : "false"}}});
  }

  task_runner::event_callback make_event_callback() {
    auto me = caf::actor_cast<caf::weak_actor_ptr>(self->ctrl());
    return [me, inbox = events](const task_key& key, const task_event& event) {
      // One message for all that happens before the agent looks.
      if (inbox->put(key, event))
        if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
          caf::anon_send(caf::actor_cast<agent_impl_actor>(strong), caf::update_atom_v);
    };
  }

  std::set<task_key> tasks_that_run() const {
    std::set<task_key> result;
    for (const auto& x : book.tasks().entries())
      if (!is_terminal(x.last.state))
        result.insert({x.framework, x.id});
    return result;
  }

  /// Somebody may still want to look at what tasks have left whose end is not acknowledged.
  void hold_sandboxes() {
    for (const auto& x : book.tasks().entries())
      if (is_terminal(x.last.state))
        runner->hold({x.framework, x.id});
  }

  void release_sandboxes(const std::vector<checkpoint>& changes) {
    for (const auto& x : changes)
      if (const auto* forgotten = std::get_if<task_forgotten>(&x))
        runner->release({forgotten->framework, forgotten->task});
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
    if (!is_safe && (can_write || !last_report.info.id))
      return when_safe.push_back([this, series] { report(series); });
    // What cannot be written must not be said; that the agent lives must be.
    if (is_safe)
      last_report = report_of_book();
    auto me = caf::actor_cast<agent_actor>(self->address());
    self->request(master, report_pause, last_report, me)
      .then([this, series](const agent_registered& x) { on_registered(x, series); },
            [this, series](const caf::error& err) { on_not_registered(err, series); });
  }

  register_agent report_of_book() const {
    auto result = book.report();
    result.protocol = spoken_protocol;
    for (auto& x : result.tasks)
      x.usage = runner->usage({x.framework, x.id});
    return result;
  }

  void on_registered(const agent_registered& x, std::uint64_t series) {
    if (series != report_series)
      return;
    auto pause = std::max<std::chrono::milliseconds>(x.again_in, 1ms);
    self->delayed_send(self, pause, caf::publish_atom_v, series);
    if (!x.admitted)
      return;  // The master has not looked at the report. How long answers take stays as it was.
    report_pause = pause;
    auto is_first = std::exchange(registered_series, series) != series;
    if (is_first)
      options.log({log_level::info, "registered", {{"master", to_string(master.node())}}});
    decide([&] {
      book.registered(x, now());
      if (is_first)
        book.has_master(now());
    });
  }

  void on_not_registered(const caf::error& err, std::uint64_t series) {
    if (series != report_series)
      return;
    if (err == caf::sec::invalid_argument || err == caf::sec::incompatible_versions) {
      auto text = "the master refuses this agent: " + error_text(err);
      options.log({log_level::error, "refused", {{"message", text}}});
      end = caf::make_error(static_cast<caf::sec>(err.code()), std::move(text));
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
    options.log({log_level::warn, "master_lost"});
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

  /// Writes down what was decided, and then does it.
  void carry_out() {
    auto changes = book.take_changes();
    release_sandboxes(changes);
    if (file && !changes.empty())
      file->append(changes);
    if (options.audit)
      options.audit(book);
    take_effects();
    if (!file || (is_safe && !file->is_dirty()))
      return go_on();
    if (stopping && may_leave() && (options.leaves_tasks || !can_write))
      return leave();  // What is not written down was not said to anybody, or is found again.
    if (std::exchange(is_safe, false))
      // Behind the messages that wait now: what they decide is written at once with this.
      self->send(self, caf::flush_atom_v);
    schedule_tick();
  }

  /// What ends a task is done at once: it promises nothing, and may be what makes room on the disk.
  void take_effects() {
    for (auto& effect : book.take_effects())
      if (const auto* signal = std::get_if<signal_process>(&effect))
        runner->signal(signal->key, signal->signo);
      else
        effects.push_back(std::move(effect));
  }

  void write_down() {
    auto failed = file->wants_rewrite() ? file->rewrite(book.checkpoints()) : file->sync();
    if (failed) {
      if (std::exchange(can_write, false))
        options.log(
          {log_level::error,
           "cannot_write",
           {{"message", "nothing new is begun until this is mended: " + failed->message}}});
      return self->delayed_send(self, write_pause, caf::flush_atom_v);
    }
    if (!std::exchange(can_write, true))
      options.log({log_level::warn, "can_write_again"});
    is_safe = true;
    go_on();
  }

  /// Everything that was decided is safe: now it is done. The effects come last, for they may
  /// decide more, of which nobody may hear, and nothing be forgotten, before that is safe as well.
  void go_on() {
    auto now_safe = std::exchange(effects, {});
    for (auto& x : book.take_released())
      tell_master(std::move(x));
    for (auto& x : std::exchange(when_safe, {}))
      x();
    group_in_turn = {};
    for (auto& effect : now_safe)
      std::visit([this](auto& x) { do_it(x); }, effect);
    if (!now_safe.empty())
      return carry_out();
    if (stopping && may_leave())
      leave();
    else
      schedule_tick();
  }

  bool may_leave() const { return options.leaves_tasks || book.tasks().all_ended(); }

  void do_it(const start_process& x) {
    if (book.tasks().is_wanted(x.key) && !has_room_for(x))
      return postpone(x);
    if (!book.may_start(x.key, now()))
      return;  // It was told to end meanwhile.
    if (auto failed = runner->start(x.key, x.task)) {
      options.log(event_of(x.key, task_event{task_not_started{*failed}}));
      on_end(x.key, task_not_started{*failed});
    }
  }

  /// Those of a group begin together, or none does.
  bool has_room_for(const start_process& x) {
    std::pair group{x.key.framework, x.task.group};
    if (x.task.group.empty() || group != group_in_turn) {
      group_in_turn = std::move(group);
      return looks_for_room();
    }
    return has_room;
  }

  /// False if the disk has no room for something new.
  bool looks_for_room() {
    auto why = runner->want_of_room();
    auto had_room = std::exchange(has_room, !why);
    if (why && had_room)
      options.log({log_level::error,
                   "no_room",
                   {{"message", "nothing new is begun until this is mended: " + *why}}});
    else if (!why && !had_room)
      options.log({log_level::warn, "room_again"});
    return has_room;
  }

  /// What runs may end and make room, or an operator may; a failed task makes nobody any.
  void postpone(const start_process& x) {
    if (retry_at <= now()) {
      retry_at = now() + write_pause;
      self->scheduled_send(self, retry_at, caf::update_atom_v);
    }
    postponed.emplace_back(x);
  }

  void do_it(const signal_process&) {}  // It was sent when it was decided.

  void do_it(send_update& x) { tell_master(std::move(x.update)); }

  void do_it(const recover_process& x) {
    auto what = runner->find(x.key, x.task);
    options.log(event_of(x.key, what));
    std::visit(overloaded{[&](const task_goes_on& found) { on_goes_on(x.key, found); },
                          [&](const task_never_ran& none) { on_never_ran(x.key, none); },
                          [&](const auto& end) { on_end(x.key, end); }},
               what);
  }

  void on_goes_on(const task_key& key, const task_goes_on& found) {
    if (found.is_preparing)
      book.recovered_preparing(key, now());
    else
      book.recovered_running(key, now());
  }

  /// What a supervisor had written of it may have been lost with the machine's memory.
  void on_never_ran(const task_key& key, const task_never_ran&) {
    if (rebooted)
      return on_end(key, task_lost{});
    book.never_started(key, now());
    if (book.tasks().find(key) != task_book::whereabouts::here)
      forget_when_safe(key);
  }

  /// What is not told now, for want of a master, is in the next report, or repeated.
  template <class Message>
  void tell_master(Message message) {
    if (master)
      self->send(master, std::move(message));
  }

  void leave() {
    if (!options.leaves_tasks) {
      // The master makes up an end of what it has not heard the end of before it hears this.
      // Nobody hears of what is not written down, though.
      if (!file || (is_safe && !file->is_dirty()))
        for (auto& update : book.tasks().unacknowledged())
          tell_master(std::move(update));
      tell_master(unregister_agent{options.info.id});
    }
    self->quit(end);
  }

  bid on_solicit(const solicit& x) {
    if (!can_write || !looks_for_room())  // It could not confirm, or not begin anything.
      return {x.round, options.info.id, 0, 0, {}, bid_refusal::cannot_write};
    return book.answer(x, runner->load(), now());
  }

  caf::result<confirmed> on_confirm(const confirm& x) {
    auto answer = decide([&] { return book.answer(x, now()); });
    if (is_safe)
      return answer;
    auto promise = self->make_response_promise<confirmed>();
    when_safe.push_back([promise, answer]() mutable { promise.deliver(std::move(answer)); });
    return promise;
  }

  void on_events() {
    decide([this] {
      for (auto& x : std::exchange(postponed, {}))
        effects.push_back(std::move(x));
      for (const auto& [key, event] : events->take()) {
        options.log(event_of(key, event));
        std::visit(overloaded{[&](const task_begun&) { book.started(key, now()); },
                              [&](const task_health_found& x) { on_health(key, x); },
                              [&](const task_reported& x) { on_report(key, x); },
                              [&](const auto& end) { on_end(key, end); }},
                   event);
      }
    });
  }

  void on_health(const task_key& key, const task_health_found& x) {
    if (x.is_fatal)
      book.kill_unhealthy(key, x.message, now());
    else
      book.health_changed(key, x.health, x.message, now());
  }

  void on_end(const task_key& key, const runtime::exit_status& x) {
    book.exited(key, x, now());
    forget_when_safe(key);
  }

  void on_end(const task_key& key, const task_over_limit& x) {
    book.over_limit(key, x.status, x.reason, x.message, now());
    forget_when_safe(key);
  }

  void on_end(const task_key& key, const task_not_started& x) {
    book.start_failed(key, x.why, now(), x.reason);
    forget_when_safe(key);
  }

  void on_end(const task_key& key, const task_lost& x) {
    book.lost(key, rebooted ? "the machine was restarted" : x.why, now());
    forget_when_safe(key);
  }

  void on_report(const task_key& key, const task_reported& x) {
    book.reported(key, x, now());
    if (is_terminal(x.state))
      forget_when_safe(key);
    else
      when_safe.push_back([this, key] { runner->taken(key); });
  }

  /// An end that is not written down must be found again.
  void forget_when_safe(const task_key& key) {
    when_safe.push_back([this, key] { runner->forget(key); });
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
    options.log({log_level::info, "agent_stopping"});
    stopping = true;
    decide([this] {
      if (!options.leaves_tasks)
        book.stop(options.stop_grace, now());
    });
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
