#include "apps/wordcount/scheduler.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <random>
#include <utility>

namespace entente::wordcount {

namespace {

using namespace std::chrono_literals;

/// How long a master may take to answer the first time, for each address where it may be.
constexpr auto subscription_timeout = 5s;
/// How long a page of output may take.
constexpr auto read_timeout = 30s;

struct scheduler_state {
  scheduler_actor::pointer self;
  job work;
  master_location location;
  std::promise<outcome> result;
  progress_function show;
  driver_actor driver;
  bool connected = false;

  scheduler_state(scheduler_actor::pointer self_ptr, job todo, master_location master,
                  std::promise<outcome> promise, progress_function progress_shown)
      : self{self_ptr},
        work{std::move(todo)},
        location{std::move(master)},
        result{std::move(promise)},
        show{std::move(progress_shown)} {}

  scheduler_actor::behavior_type make_behavior() {
    start();
    return {
      [this](const subscribed&) { on_subscribed(); },
      [this](const resource_offers& x) { carry_out(work.on_offers(x.offers)); },
      [](const offer_rescinded&) { /* offers are answered at once, so none is kept */ },
      [this](const status_update& x) { carry_out(work.on_update(x)); },
      [](const agent_lost&) { /* the updates of its tasks come too */ },
      [](const claim_granted&) { /* claims nothing */ },
      [](const claim_refused&) {},
      [](const grant_ended&) {},
      [](const grant_recalled&) {},
      [](const pool_changed&) {},
      [this](const framework_error& x) { finish(outcome::kind::unavailable, x.message); },
    };
  }

  void start() {
    self->set_exit_handler([this](const caf::exit_msg&) { finish(outcome::kind::interrupted); });
    driver_options options{
      .info = {.id = {}, .name = "wordcount"}, .patience = 0ms, .seed = std::random_device{}()};
    driver = spawn_driver(self->system(), self, location, std::move(options));
    auto* addresses = std::get_if<std::vector<endpoint>>(&location);
    self->run_delayed(subscription_timeout * (addresses ? addresses->size() : 1),
                      [this] { give_up_unless_connected(); });
  }

  void on_subscribed() {
    connected = true;
    show_progress();
  }

  void give_up_unless_connected() {
    if (connected)
      return;
    std::string where;
    if (auto* addresses = std::get_if<std::vector<endpoint>>(&location))
      for (const auto& x : *addresses)
        where += (where.empty() ? " at " : ", ") + to_string(x);
    finish(outcome::kind::unavailable, "the master" + where + " does not answer");
  }

  // -- the job's wishes ---------------------------------------------------------

  void carry_out(step next) {
    for (auto& x : next.accepts)
      self->send(driver, std::move(x));
    if (next.decline)
      self->send(driver, std::move(*next.decline));
    if (next.suppress)
      self->send(driver, suppress_offers{});
    if (next.revive)
      self->send(driver, revive_offers{});
    for (auto& x : next.reads)
      read(std::move(x));
    show_progress();
    if (work.ended())
      finish_job();
  }

  void show_progress() { show(work.how_far(), self->clock().now()); }

  void read(read_output what) {
    auto task = what.task;
    self->request(driver, read_timeout, std::move(what))
      .then([this, task](const output_chunk& x) { carry_out(work.on_output(task, x)); },
            [this, task](const caf::error& x) {
              carry_out(work.on_unreadable(task, caf::to_string(x)));
            });
  }

  // -- the end --------------------------------------------------------------------

  void finish_job() {
    if (work.failure())
      finish(outcome::kind::failed, *work.failure());
    else
      finish(outcome::kind::counted);
  }

  /// The driver ends with this actor, and tells the master so.
  void finish(outcome::kind how, std::string message = {}) {
    result.set_value({how, connected, std::move(message), std::move(work)});
    self->quit();
  }
};

using scheduler_impl = scheduler_actor::stateful_impl<scheduler_state>;

}  // namespace

scheduler_actor spawn_scheduler(caf::actor_system& system, job work, master_location master,
                                std::promise<outcome> result, progress_function show) {
  return system.spawn<scheduler_impl>(std::move(work), std::move(master), std::move(result),
                                      std::move(show));
}

}  // namespace entente::wordcount
