#include "actors/framework/driver.hpp"

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "actors/framework/claim_tracker.hpp"
#include "actors/framework/update_filter.hpp"
#include "actors/transport/address_list.hpp"
#include "actors/transport/connector.hpp"
#include "actors/transport/spread.hpp"
#include "messages/backoff.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

constexpr auto request_timeout = 30s;
/// How soon a subscription is tried again before a master has said how often it wants reports.
constexpr std::chrono::milliseconds first_report_pause = 1s;
constexpr std::chrono::milliseconds longest_report_pause = 30s;
/// How often, without a single answer.
constexpr int most_unanswered = 6;
constexpr std::size_t ended_tasks_remembered = 10'000;

/// The driver with the messages that it sends to itself.
using driver_impl_actor = driver_actor::extend<
  // The master is to be found (again).
  caf::result<void>(caf::connect_atom),
  // A report is due; the number says of which series: every connection begins a new one.
  caf::result<void>(caf::publish_atom, std::uint64_t)>;

using master_place = std::variant<master_for_frameworks, address_list>;

master_place place_of(master_location where) {
  if (auto* addresses = std::get_if<std::vector<endpoint>>(&where))
    return address_list{std::move(*addresses)};
  return std::get<master_for_frameworks>(std::move(where));
}

struct driver_state {
  driver_impl_actor::pointer self;
  scheduler_actor scheduler;
  master_place place;
  framework_info info;
  backoff retry;
  std::chrono::milliseconds patience_with_known;
  std::mt19937_64 chance;
  master_for_frameworks master;
  update_filter updates;
  claim_tracker claims;
  std::uint64_t series = 0;
  std::chrono::milliseconds report_pause = first_report_pause;
  bool is_subscribed = false;
  bool called_early = false;  ///< before the subscription: it may have been said to nobody
  int unanswered = 0;
  std::set<std::pair<task_id, std::uint64_t>> delivering;  ///< at the scheduler, no answer yet

  driver_state(driver_impl_actor::pointer self_ptr, scheduler_actor scheduler_handle,
               master_location where, driver_options options)
      : self(self_ptr),
        scheduler(std::move(scheduler_handle)),
        place(place_of(std::move(where))),
        info(std::move(options.info)),
        retry(options.patience),
        patience_with_known(std::max(options.patience, options.patience_with_known)),
        chance(options.seed) {
    for (const auto& x : options.grants)
      claims.adopt(x);
  }

  driver_impl_actor::behavior_type make_behavior() {
    self->monitor(scheduler);
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->set_exit_handler([this](const caf::exit_msg& x) { on_exit(x); });
    self->send(self, caf::connect_atom_v);
    return {
      // -- from the master ----------------------------------------------------
      [this](const subscribed& x) { on_subscribed(x, series); },
      [this](const resource_offers& x) { self->send(scheduler, x); },
      [this](const offer_rescinded& x) { self->send(scheduler, x); },
      [this](const status_update& x) { on_update(x); },
      [this](const agent_lost& x) { on_agent_lost(x); },
      [this](const claim_granted& x) { on_granted(x); },
      [this](const claim_refused& x) { deliver(claims.refused(x.claim), x); },
      [this](const grant_ended& x) { deliver(claims.ended(x.grant), x); },
      [this](const grant_recalled& x) { deliver(claims.recalled(x), x); },
      [this](const pool_changed& x) { self->send(scheduler, x); },
      [this](const framework_error& x) { give_up(x.message); },
      // -- from the scheduler -------------------------------------------------
      [this](accept_offers x) { on_accept(std::move(x)); },
      [this](decline_offers x) { pass_on(std::move(x)); },
      [this](revive_offers x) { pass_on(std::move(x)); },
      [this](suppress_offers x) { pass_on(std::move(x)); },
      [this](const claim_slots& x) { pass_on(claims.claimed(x.claim)); },
      [this](const withdraw_claim& x) { pass_on(claims.withdrawn(x.claim)); },
      [this](const launch_on_grant& x) { on_launch(x); },
      [this](const release_grant& x) { pass_on(claims.released(x)); },
      [this](kill_task x) { return ask<void>(std::move(x)); },
      [this](reconcile_tasks x) { return ask<void>(std::move(x)); },
      [this](reserve_resources x) { return ask<void>(std::move(x)); },
      [this](unreserve_resources x) { return ask<void>(std::move(x)); },
      [this](const teardown&) { on_teardown(); },
      [this](read_output x) { return ask<output_chunk>(std::move(x)); },
      // -- from its own process, and from itself ------------------------------
      [this](caf::connect_atom, const master_for_frameworks& x) { use_told_master(x); },
      [this](caf::connect_atom) { connect(); },
      [this](caf::publish_atom, std::uint64_t of_series) { report(of_series); },
    };
  }

  // -- finding the master and subscribing -----------------------------------------

  void connect() {
    if (master)
      return;  // It was told of one in the meantime.
    if (auto* handle = std::get_if<master_for_frameworks>(&place)) {
      use_master(*handle);
      return;
    }
    const auto& where = std::get<address_list>(place).current();
    self
      ->request(connector_of(self->system()), request_timeout, caf::connect_atom_v, where.host,
                where.port)
      .then([this](const caf::node_id&, const caf::strong_actor_ptr& ptr,
                   const std::set<std::string>& interface) { on_connected(ptr, interface); },
            [this](const caf::error& err) { try_again(error_text(err)); });
  }

  void on_connected(const caf::strong_actor_ptr& ptr, const std::set<std::string>& interface) {
    auto& system = self->system();
    if (!ptr || !system.assignable(interface, system.message_types<master_for_frameworks>()))
      try_again("what listens there is not an Entente master of this version");
    else
      use_master(caf::actor_cast<master_for_frameworks>(ptr));
  }

  /// The master that it was started with may be gone: when this one does not answer for long, it is
  /// this one that is tried again.
  void use_told_master(const master_for_frameworks& handle) {
    if (std::holds_alternative<master_for_frameworks>(place))
      place = handle;
    retry.reset();  // What it has borne of another master does not count against this one.
    use_master(handle);
  }

  void use_master(const master_for_frameworks& handle) {
    master = handle;
    self->monitor(master);
    report_pause = first_report_pause;
    is_subscribed = false;
    unanswered = 0;
    report(++series);
  }

  /// Subscribes, or says again what the framework has and waits for.
  void report(std::uint64_t of_series) {
    if (of_series != series || !master)
      return;
    request_subscription();
    if (!is_subscribed)
      return;
    for (auto& launch : claims.launches())
      pass_on(std::move(launch));
    for (auto& release : claims.releases())
      pass_on(std::move(release));
  }

  void request_subscription() {
    auto me = caf::actor_cast<scheduler_actor>(self->address());
    auto call = claims.report();
    call.info = info;
    call.protocol = spoken_protocol;
    self->request(master, report_pause, std::move(call), me)
      .then([this, of = series](const subscribed& x) { on_subscribed(x, of); },
            [this, of = series](const caf::error& err) { on_not_subscribed(err, of); });
  }

  void on_subscribed(const subscribed& x, std::uint64_t of_series) {
    if (of_series != series)
      return;
    retry = backoff{patience_with_known};
    if (auto* addresses = std::get_if<address_list>(&place))
      addresses->reached();
    info.id = x.framework;
    report_pause = std::max<std::chrono::milliseconds>(x.again_in, 1ms);
    auto pause = std::exchange(called_early, false) ? 0ms : report_pause;
    self->delayed_send(self, pause, caf::publish_atom_v, series);
    if (!std::exchange(is_subscribed, true))
      self->send(scheduler, x);
  }

  void on_not_subscribed(const caf::error& err, std::uint64_t of_series) {
    if (of_series != series)
      return;
    if (err == caf::sec::invalid_argument)
      give_up("the master refuses this framework: " + error_text(err));
    else if (err == caf::sec::request_timeout && (is_subscribed || ++unanswered < most_unanswered))
      report_again();
    else
      try_again(error_text(err));
  }

  /// It may be the way that is long: an answer that comes after the time-out is not heard. Launches
  /// that are on that way already are not to make it longer.
  void report_again() {
    report_pause = std::min(2 * report_pause, longest_report_pause);
    request_subscription();
  }

  void try_again(const std::string& why) {
    // One that was there may be back there soon: that is not the time to look elsewhere.
    auto* addresses = master && is_subscribed ? nullptr : std::get_if<address_list>(&place);
    master = nullptr;
    ++series;
    if (addresses && !addresses->failed(why))
      return self->send(self, caf::connect_atom_v);
    if (auto pause = retry.next(self->clock().now()))
      self->delayed_send(self, spread(*pause, chance), caf::connect_atom_v);
    else
      give_up("cannot reach the master" +
              (addresses ? " at " + addresses->problems() : ": " + why));
  }

  void give_up(std::string message) {
    self->send(scheduler, framework_error{std::move(message)});
    self->quit();
  }

  // -- from the master --------------------------------------------------------------

  void on_update(const status_update& x) {
    // What the master makes up of a task that has begun nowhere yet must not end its being said.
    if (x.sequence > 0 || is_terminal(x.state))
      claims.heard_of(x.task);
    if (!updates.is_new(x)) {
      confirm(x);
      return;
    }
    if (x.sequence > 0 && !delivering.emplace(x.task, x.sequence).second)
      return;  // Repeated while the scheduler still looks at it.
    if (x.sequence == 0)
      updates.handled(x);  // Nobody repeats it, and what comes too late is not to overtake it.
    self->request(scheduler, request_timeout, x)
      .then(
        [this, x] {
          delivering.erase({x.task, x.sequence});
          updates.handled(x);
          updates.forget_ended(ended_tasks_remembered);
          confirm(x);
        },
        [this, x](const caf::error&) {
          delivering.erase({x.task, x.sequence});  // Not acknowledged, so the agent repeats it.
        });
  }

  void confirm(const status_update& x) {
    if (x.sequence > 0 && master)
      self->send(master, acknowledge{info.id, x.agent, x.task, x.sequence});
  }

  void on_agent_lost(agent_lost x) {
    auto is_said_again = !x.grants.empty();
    x.grants = claims.lost(x);
    if (!is_said_again || !x.grants.empty())
      self->send(scheduler, std::move(x));
  }

  void on_granted(const claim_granted& x) {
    auto what = claims.granted(x.grant);
    if (what == claim_tracker::verdict::give_back)
      pass_on(claims.released({{}, x.grant.id, {}, 0}));
    else
      deliver(what, x);
  }

  template <class News>
  void deliver(claim_tracker::verdict what, const News& x) {
    if (what == claim_tracker::verdict::deliver)
      self->send(scheduler, x);
  }

  // -- from the scheduler -------------------------------------------------------------

  void on_launch(const launch_on_grant& x) {
    for (const auto& slot : x.tasks)
      updates.launched(slot.task.id);
    claims.launched(x);
    pass_on(x);
  }

  template <class Call>
  void pass_on(Call call) {
    call.framework = info.id;
    called_early = called_early || !is_subscribed;
    if (master && !info.id.empty())
      self->send(master, std::move(call));
  }

  void on_accept(accept_offers x) {
    for (const auto& task : x.tasks)
      updates.launched(task.id);
    if (master && !info.id.empty())
      return pass_on(std::move(x));
    called_early = called_early || !is_subscribed;
    for (const auto& task : x.tasks)
      drop(task);
  }

  void drop(const task_info& task) {
    status_update update;
    update.framework = info.id;
    update.task = task.id;
    update.state = task_state::dropped;
    update.reason = task_reason::master_disconnected;
    update.message = master ? "the framework has not subscribed yet" : "no master is connected";
    self->send(scheduler, std::move(update));
  }

  template <class Result, class Call>
  caf::result<Result> ask(Call call) {
    if (!master)
      return caf::make_error(caf::sec::runtime_error, "no master is connected");
    if (info.id.empty())  // It would look like an operator's call.
      return caf::make_error(caf::sec::runtime_error, "the framework has not subscribed yet");
    call.framework = info.id;
    return self->delegate(master, std::move(call));
  }

  void on_teardown() {
    pass_on(teardown{});
    self->quit();
  }

  /// Without its scheduler, a detached framework lives on at the master.
  void leave() {
    if (!info.detached)
      pass_on(teardown{});
  }

  // -- who goes -----------------------------------------------------------------------

  void on_down(const caf::down_msg& x) {
    if (x.source == scheduler.address()) {
      leave();
      self->quit();
    } else if (master && x.source == master.address()) {
      try_again("the connection was lost");
    }
  }

  void on_exit(const caf::exit_msg& x) {
    leave();
    self->quit(x.reason);
  }
};

using driver_impl = driver_impl_actor::stateful_impl<driver_state>;

}  // namespace

driver_actor spawn_driver(caf::actor_system& system, scheduler_actor scheduler,
                          master_location location, driver_options options) {
  return system.spawn<driver_impl>(std::move(scheduler), std::move(location), std::move(options));
}

}  // namespace entente
