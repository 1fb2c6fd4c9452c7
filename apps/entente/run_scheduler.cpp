#include "apps/entente/run_scheduler.hpp"

#include <algorithm>
#include <array>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <iostream>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/run_outcome.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

constexpr auto request_timeout = 30s;
/// How often the output of a running task is fetched.
constexpr auto output_pause = 50ms;
constexpr std::chrono::milliseconds long_filter = 1h;
constexpr std::chrono::milliseconds shortest_wait = 200ms;
constexpr std::uint32_t page = 256 * 1024;

struct stream_state {
  output_stream which;
  std::ostream* to;
  std::uint64_t offset = 0;
  bool asked = false;
  bool complete = false;
};

struct run_state {
  scheduler_actor::pointer self;
  run_request request;
  master_location location;
  std::promise<run_result> result;
  driver_actor driver;
  std::array<stream_state, 2> streams{{{output_stream::out, &std::cout, 0, false, false},
                                       {output_stream::err, &std::cerr, 0, false, false}}};
  bool connected = false;
  bool launched = false;
  bool interrupted = false;
  bool finished = false;
  std::optional<status_update> last;

  run_state(scheduler_actor::pointer self_ptr, run_request what, master_location where,
            std::promise<run_result> promise)
      : self(self_ptr),
        request(std::move(what)),
        location(std::move(where)),
        result(std::move(promise)) {}

  scheduler_actor::behavior_type make_behavior() {
    self->set_exit_handler([this](const caf::exit_msg&) { on_interrupt(); });
    driver_options options;
    options.info = request.info;
    options.patience = 0ms;
    driver = spawn_driver(self->system(), self, location, std::move(options));
    return {
      [this](const subscribed&) { on_subscribed(); },
      [this](const resource_offers& x) { on_offers(x); },
      [](const offer_rescinded&) { /* offers are answered at once, so none is kept */ },
      [this](const status_update& x) { on_update(x); },
      [](const agent_lost&) { /* the task's update comes too */ },
      [this](const framework_error& x) {
        finish({exit_unavailable, x.message, connected});
      },
    };
  }

  // -- getting an offer -----------------------------------------------------------

  void on_subscribed() {
    if (std::exchange(connected, true) || !request.wait)
      return;
    // "Not at all" still takes as long as the first offers take.
    auto wait = std::max(*request.wait, shortest_wait);
    self->run_delayed(wait, [this] { on_waited_long_enough(); });
  }

  void on_offers(const resource_offers& x) {
    decline_offers rest;
    rest.filter = long_filter;
    for (const auto& offer : x.offers) {
      if (!launched && offer.available.contains(request.task.limits))
        launch(offer);
      else
        rest.offers.push_back(offer.id);
    }
    if (launched) {
      rest.filter = 0ms;
      self->send(driver, suppress_offers{});
    }
    if (!rest.offers.empty())
      self->send(driver, std::move(rest));
  }

  void launch(const offer& x) {
    launched = true;
    request.task.env["ENTENTE_RANK"] = "0";
    request.task.env["ENTENTE_SIZE"] = "1";
    request.task.env["ENTENTE_HOSTS"] = x.hostname;
    self->send(driver, suppress_offers{});
    self->send(driver, accept_offers{{}, {x.id}, {request.task}, 0ms});
  }

  void on_waited_long_enough() {
    if (launched)
      return;
    auto message = "no offer of " + request.task.limits.to_string() + " came within " +
                   format_duration(*request.wait);
    if (!request.hopeless.empty())
      message += ": " + request.hopeless;
    finish({exit_refused, std::move(message), connected});
  }

  // -- the task's life --------------------------------------------------------------

  void on_update(const status_update& x) {
    if (x.state == task_state::dropped && !interrupted) {
      launched = false;  // The offer was gone before our answer came; another will come.
      self->send(driver, revive_offers{});
      return;
    }
    last = x;
    if (is_terminal(x.state) || !request.detach)
      fetch_output();
    else if (x.state == task_state::running)
      finish({exit_ok, {}, true});
  }

  void on_interrupt() {
    if (interrupted)
      return;
    interrupted = true;
    if (launched && !(last && is_terminal(last->state)))
      self->send(driver, kill_task{{}, request.task.id, std::nullopt});
    else
      finish({exit_interrupted, {}, connected});
  }

  bool ended() const { return last && is_terminal(last->state); }

  // -- output -------------------------------------------------------------------------

  void fetch_output() {
    // A task that never ran has no output.
    if (ended() && !last->exit_code && !last->signal) {
      finish(outcome_of(*last, interrupted));
      return;
    }
    if (last->state == task_state::staging || last->state == task_state::starting)
      return;
    for (auto& stream : streams)
      fetch(stream);
  }

  void fetch(stream_state& stream) {
    if (stream.asked || stream.complete)
      return;
    stream.asked = true;
    // Only what is asked for after the end shows all of it.
    auto after_end = ended();
    read_output call{{}, request.task.id, stream.which, stream.offset, page};
    self->request(driver, request_timeout, std::move(call))
      .then([this, &stream, after_end](const output_chunk& x) { on_output(stream, x, after_end); },
            [this, &stream, after_end](const caf::error&) {
              // The agent is gone, and the output with it: the task's update says so.
              on_output(stream, {{}, stream.offset, after_end}, after_end);
            });
  }

  void on_output(stream_state& stream, const output_chunk& x, bool after_end) {
    stream.asked = false;
    stream.offset += x.bytes.size();
    stream.to->write(x.bytes.data(), static_cast<std::streamsize>(x.bytes.size())).flush();
    auto all = stream.offset >= x.file_size || x.bytes.empty();
    stream.complete = after_end && all;
    if (stream.complete)
      finish_if_complete();
    else if (!all || ended())
      fetch(stream);
    else
      self->run_delayed(output_pause, [this, &stream] { fetch(stream); });
  }

  void finish_if_complete() {
    if (streams[0].complete && streams[1].complete)
      finish(outcome_of(*last, interrupted));
  }

  // -- the end --------------------------------------------------------------------------

  void finish(run_result x) {
    if (std::exchange(finished, true))
      return;
    if (!request.detach || x.code != exit_ok || ended())
      self->send(driver, teardown{});
    result.set_value(std::move(x));
    self->quit();
  }
};

using run_impl = scheduler_actor::stateful_impl<run_state>;

}  // namespace

scheduler_actor spawn_run_scheduler(caf::actor_system& system, run_request request,
                                    master_location master, std::promise<run_result> result) {
  return system.spawn<run_impl>(std::move(request), std::move(master), std::move(result));
}

}  // namespace entente
