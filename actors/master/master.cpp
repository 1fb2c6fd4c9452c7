#include "actors/master/master.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "actors/agreement/round_actor.hpp"
#include "actors/master/admission.hpp"
#include "actors/master/master_log.hpp"
#include "actors/master/schedulers.hpp"
#include "actors/master/write_first.hpp"
#include "messages/tick.hpp"

namespace entente {

namespace {

/// The master with the messages that it sends to itself.
using master_impl_actor =
  master_actor::extend_with<round_owner>::extend<caf::result<void>(caf::update_atom),
                                                 caf::result<void>(caf::tick_atom),
                                                 caf::result<void>(caf::flush_atom)>;

/// How soon is tried again to write down what could not be written.
constexpr std::chrono::milliseconds write_pause{1'000};
/// Agents that speak no newer one take every answer for a registration.
constexpr std::uint32_t protocol_with_admission = 2;
/// How long a process that has an agent's id already gets to say that it lives.
constexpr std::chrono::milliseconds life_sign_timeout{2'000};

caf::error refused(const refusal& x) {
  return caf::make_error(caf::sec::invalid_argument, x.message);
}

/// It may be tried again.
caf::error unsafe(const std::string& what, const std::string& why) {
  return caf::make_error(caf::sec::runtime_error, what + ": " + why);
}

struct master_state {
  master_impl_actor::pointer self;
  cluster book;
  std::unordered_map<agent_id, agent_actor> agents;
  schedulers frameworks;
  std::unordered_map<round_id, round_actor> rounds;
  std::unordered_map<caf::actor_addr, round_id> round_ids;
  std::unordered_map<caf::actor_addr, agent_id> agent_ids;
  bool offers_due = false;
  admission gate;
  std::uint64_t registration_rate;
  tick ticks;
  master_log log;
  bool passes_on = false;  ///< what is told now depends on nothing that is to be written
  write_first<caf::actor_addr> durable;

  master_state(master_impl_actor::pointer self_ptr, const cluster_options& options,
               event_log log_to, const master_registry& kept)
      : self(self_ptr),
        book(options),
        gate(options.registration_rate),
        registration_rate(options.registration_rate),
        log(std::move(log_to)),
        durable(kept.file) {
    if (kept.file)
      book.remember(kept.file->state(), now(), kept.now);
    log.started(options);
  }

  master_impl_actor::behavior_type make_behavior() {
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x.source); });
    return {
      // -- agents -------------------------------------------------------------------
      [this](const register_agent& x, const agent_actor& y) { return on_register(x, y); },
      [this](const unregister_agent& x) { on_unregister(x); },
      [this](const status_update& x) { decide([&] { book.update_task(x, now()); }); },
      [this](const released& x) { decide([&] { book.slots_released(x, now()); }); },
      // -- frameworks ---------------------------------------------------------------
      [this](const subscribe& x, const scheduler_actor& y) { return on_subscribe(x, y); },
      [this](const accept_offers& x) { act_for(x, [&] { book.accept(x, now()); }); },
      [this](const decline_offers& x) { act_for(x, [&] { book.decline(x, now()); }); },
      [this](const revive_offers& x) { act_for(x, [&] { book.revive(x); }); },
      [this](const suppress_offers& x) { act_for(x, [&] { book.suppress(x); }); },
      [this](const acknowledge& x) { on_acknowledge(x); },
      [this](const teardown& x) { act_for(x, [&] { on_teardown(x); }); },
      // -- claims and grants --------------------------------------------------------
      [this](const claim_slots& x) { act_if_safe_for(x, [&] { on_claim(x); }); },
      [this](const withdraw_claim& x) { act_if_safe_for(x, [&] { on_withdraw(x); }); },
      [this](const launch_on_grant& x) { act_if_safe_for(x, [&] { book.launch(x, now()); }); },
      [this](const release_grant& x) { act_if_safe_for(x, [&] { on_release(x); }); },
      [this](const round_outcome& x) { on_round_ended(x); },
      // -- shares ---------------------------------------------------------------------
      [this](const set_quota& x) { return change(x); },
      [this](const remove_quota& x) { return change(x); },
      [this](const set_weight& x) { return change(x); },
      [this](const reserve_resources& x) { return change(x); },
      [this](const unreserve_resources& x) { return change(x); },
      // -- frameworks and operators -------------------------------------------------
      [this](const kill_task& x) { return on_kill(x); },
      [this](const read_output& x) { return on_read_output(x); },
      [this](const query& x) { return on_query(x); },
      [this](const reconcile_tasks& x) { return on_reconcile(x); },
      // -- maintenance ----------------------------------------------------------------
      [this](const drain_agent& x) { return change(x, now()); },
      [this](const undrain_agent& x) { return change(x); },
      [this](const deactivate_agent& x) { return change(x); },
      [this](const reactivate_agent& x) { return change(x); },
      [this](const plan_maintenance& x) { return change(x, now()); },
      [this](const cancel_maintenance& x) { return change(x, now()); },
      // -- from itself --------------------------------------------------------------
      [this](caf::update_atom) { on_offers_due(); },
      [this](caf::tick_atom) { on_tick(); },
      [this](caf::flush_atom) { write_down(); },
    };
  }

  time_point now() { return self->clock().now(); }

  // -- doing what the cluster decides -----------------------------------------------

  /// Runs a decision, carries out its effects, and sees to it that free resources are offered.
  template <class Decision>
  std::invoke_result_t<Decision> decide(Decision decision) {
    struct afterwards {
      master_state* state;
      ~afterwards() { state->follow_up(); }
    } guard{this};
    book.is_now(now());
    return decision();
  }

  /// Decides what a framework's call wants, unless another scheduler acts for it by now. Calls that
  /// drivers pass on for others are not known by their sender: kills, reconciliation, reservations.
  template <class Call, class Decision>
  void act_for(const Call& x, Decision decision) {
    auto sender = caf::actor_cast<caf::actor_addr>(self->current_sender());
    if (!frameworks.was_replaced(x.framework, sender))
      decide(decision);
  }

  /// What drivers say again with every report is not looked at while nothing can be written: its
  /// answers would have to wait, and so would those to the repetitions.
  template <class Call, class Decision>
  void act_if_safe_for(const Call& x, Decision decision) {
    if (durable.can_write())
      act_for(x, decision);
  }

  void follow_up() {
    carry_out();
    if (!offers_due) {
      // Once for all messages that wait now: offers are made of what they free together.
      offers_due = true;
      self->send(self, caf::update_atom_v);
    }
    schedule_tick();
  }

  void carry_out() {
    auto effects = book.take_effects();
    log.effects(effects);
    append_changes();
    for (auto& effect : effects)
      std::visit([this](auto& x) { tell(x); }, effect);
  }

  // Whom it is for is looked up now: those that come later are told what they missed.

  void tell(tell_agent& x) {
    auto i = agents.find(x.agent);
    if (i == agents.end())
      return;
    if (passes_on)
      pass_on(i->second, std::move(x.message));
    else if (durable.can_write())
      send_when_safe(i->second, std::move(x.message));
    // Else it is said again after the agent's next report.
  }

  /// A kill also goes behind what waits: the launch of its task may be there.
  void pass_on(const agent_actor& to, decltype(tell_agent::message) message) {
    if (!durable.is_safe() && std::holds_alternative<kill_task>(message))
      send_when_safe(to, message);
    std::visit([&](auto& x) { self->send(to, std::move(x)); }, message);
  }

  void tell(tell_framework& x) {
    auto scheduler = frameworks.find(x.framework);
    if (!scheduler)
      return;
    if (auto* update = std::get_if<status_update>(&x.message); update && update->sequence > 0)
      self->send(scheduler, std::move(*update));  // It is an agent's word, and safe there.
    else
      send_when_safe(scheduler, std::move(x.message));
  }

  void tell(start_round& x) {
    std::vector<agreement_party> parties;
    parties.reserve(x.plan.agents.size());
    for (const auto& asked : x.plan.agents)
      parties.push_back(agents.at(asked.agent));
    durable.when_safe([this, plan = std::move(x.plan), parties = std::move(parties)]() mutable {
      start(std::move(plan), std::move(parties));
    });
  }

  void start(round_plan plan, std::vector<agreement_party> parties) {
    auto id = plan.id;
    auto me = caf::actor_cast<round_owner>(self->address());
    auto round = spawn_round(self->system(), std::move(plan), std::move(parties), me);
    self->monitor(round);
    round_ids[round.address()] = id;
    rounds.emplace(std::move(id), std::move(round));
  }

  void tell(tell_round& x) {
    durable.when_safe([this, x = std::move(x)]() mutable {
      if (auto i = rounds.find(x.round); i != rounds.end())
        self->send(i->second, std::move(x.message));
    });
  }

  void tell(cancel_round& x) {
    durable.when_safe([this, id = std::move(x.round)] {
      if (auto i = rounds.find(id); i != rounds.end())
        self->send_exit(i->second, caf::exit_reason::user_shutdown);
    });
  }

  void tell(const agent_departed&) {}
  void tell(const framework_removed&) {}

  // -- writing down -----------------------------------------------------------------

  void append_changes() {
    if (durable.append(book.take_changes()))
      // Behind the messages that wait now: what they decide is written at once with this.
      self->send(self, caf::flush_atom_v);
  }

  template <class Handle, class Message>
  void send_when_safe(const Handle& to, Message message) {
    durable.when_safe([this, to, message = std::move(message)]() mutable {
      std::visit([&](auto& x) { self->send(to, std::move(x)); }, message);
    });
  }

  /// The answer to a report. That to an earlier one of the peer is not waited for any more.
  template <class Answer>
  caf::result<Answer> when_written(caf::expected<Answer> answer, const caf::actor_addr& to) {
    if (!answer)
      return std::move(answer.error());
    if (durable.is_safe())
      return std::move(*answer);
    auto promise = self->make_response_promise<Answer>();
    durable.replace(to,
                    [promise, x = std::move(*answer)]() mutable { promise.deliver(std::move(x)); });
    return promise;
  }

  /// The answer to an operator's call.
  caf::result<void> when_written() {
    if (durable.is_safe())
      return caf::unit;
    auto promise = self->make_response_promise<void>();
    durable.when_known([promise](const std::string& why) mutable {
      if (why.empty())
        promise.deliver();
      else
        promise.deliver(unsafe("it is done as soon as the master can write it down", why));
    });
    return promise;
  }

  void write_down() {
    auto could = durable.can_write();
    for (auto& action : durable.write())
      action();
    if (!durable.can_write()) {
      if (could)
        log.not_written(durable.problem());
      self->delayed_send(self, write_pause, caf::flush_atom_v);
    } else if (!could) {
      log.written_again();
      follow_up();
    }
  }

  /// To calls that would change what is written down, while that cannot be.
  caf::error nothing_new() const {
    return unsafe("the master takes on nothing new now", durable.problem());
  }

  void on_round_ended(const round_outcome& x) {
    rounds.erase(x.id);
    log.round_ended(x);
    decide([&] { book.round_ended(x, now()); });
  }

  void on_offers_due() {
    offers_due = false;
    if (!durable.can_write())
      return;  // Nobody could hear of it.
    book.serve_claims(now());
    book.make_offers(now());
    book.publish_pool(now());
    carry_out();
    schedule_tick();
  }

  void on_tick() {
    if (!ticks.take(now()))
      return;
    gate.expire(now());
    log_admission();
    if (durable.can_write())
      decide([this] { book.expire(now()); });
    else
      schedule_tick();
  }

  void schedule_tick() {
    // What ends while nothing can be written ends when it can be told.
    auto next = durable.can_write() ? book.next_deadline() : std::nullopt;
    for (auto deadline : {next, gate.next_deadline()})
      if (auto when = ticks.plan(deadline))
        self->scheduled_send(self, *when, caf::tick_atom_v);
  }

  // -- who comes and goes -----------------------------------------------------------

  caf::result<agent_registered> on_register(const register_agent& x, const agent_actor& handle) {
    auto known = agents.find(x.info.id);
    if (known == agents.end() || known->second != handle)
      if (auto answer = hold_back(x))
        return std::move(*answer);
    if (known == agents.end() || known->second.node() == handle.node())
      return when_written(admit(x, handle), handle.address());
    // The earlier process has ended, and that is not noticed yet; or its work directory was copied.
    auto promise = self->make_response_promise<agent_registered>();
    self->request(known->second, life_sign_timeout, release{})
      .then([this, promise, x]() mutable { promise.deliver(refuse_copy(x)); },
            [this, promise, x, handle](const caf::error&) {
              auto answer = admit(x, handle);
              durable.when_safe([promise, answer = std::move(answer)]() mutable {
                promise.deliver(std::move(answer));
              });
            });
    return promise;
  }

  /// When too many agents come at once, most have to come again. That is decided before anything
  /// else is looked at. One that knows nothing of this would take the answer for a registration.
  std::optional<agent_registered> hold_back(const register_agent& x) {
    if (x.protocol.newest < protocol_with_admission) {
      gate.pass(now());
      return std::nullopt;
    }
    auto pause = gate.ask(x.info.id, now());
    log_admission();
    if (!pause)
      return std::nullopt;
    book.hold_back(x.info.id, now() + *pause);
    schedule_tick();
    agent_registered answer{x.info.id, {}, {}, *pause, false, spoken_protocol};
    return answer;
  }

  void log_admission() { log.admission(gate.take_changes(), registration_rate); }

  caf::error refuse_copy(const register_agent& x) {
    auto no = cluster::copied(x.info.id);
    log.agent_report(x, false, false, &no);
    return refused(no);
  }

  caf::expected<agent_registered> admit(const register_agent& x, const agent_actor& handle) {
    // The handle first, so that what is decided can be told to it.
    auto before = agents[x.info.id];
    agents[x.info.id] = handle;
    auto was_away = book.is_away(x.info.id);
    auto result = decide([&] { return book.report(x, now(), to_string(handle.node())); });
    // One that has to clear up first what was told lost of it says so again until that is done.
    auto is_away = book.is_away(x.info.id);
    log.agent_report(x, was_away && !is_away, before == handle || is_away,
                     std::get_if<refusal>(&result));
    if (auto* no = std::get_if<refusal>(&result)) {
      if (before)
        agents[x.info.id] = before;
      else
        agents.erase(x.info.id);
      auto understood = !cluster::problem_of_peer({}, x.protocol);
      return understood ? refused(*no)
                        : caf::make_error(caf::sec::incompatible_versions, no->message);
    }
    if (before != handle) {
      agent_ids[handle.address()] = x.info.id;
      self->monitor(handle);
    }
    return std::get<agent_registered>(result);
  }

  /// An agent of an earlier life must not take a later one with it.
  void on_unregister(const unregister_agent& x) {
    auto known = agents.find(x.id);
    auto sender = caf::actor_cast<caf::actor_addr>(self->current_sender());
    if (known != agents.end() && known->second.address() == sender)
      decide([&] { book.remove_agent(x.id, now()); });
  }

  caf::result<subscribed> on_subscribe(subscribe x, const scheduler_actor& handle) {
    if (auto no = cluster::problem_of_peer("this framework", x.protocol))
      return refuse(x, *no);
    // Without an id it may be known all the same: the first answer was late or lost.
    if (!x.info.id)
      x.info.id = frameworks.framework_of(handle.address());
    if (frameworks.was_replaced(x.info.id, handle.address()))
      return refuse(x, {has_successor(x.info.id)});
    if (x.info.id && frameworks.find(x.info.id) == handle)
      return on_report(std::move(x), handle);
    if (!x.info.id && !durable.can_write())
      return nothing_new();
    auto result = decide([&] { return book.add_framework(x.info); });
    if (auto* no = std::get_if<refusal>(&result))
      return refuse(x, *no);
    auto is_back = !x.info.id.empty();
    const auto& id = x.info.id = std::get<subscribed>(result).framework;
    auto older = frameworks.put(id, handle);
    log.subscription(x, is_back, older != nullptr);
    if (older)
      durable.when_safe(
        [this, older, id] { self->send(older, framework_error{has_successor(id)}); });
    self->monitor(handle);
    decide([&] { book.report(id, x, now()); });
    return when_written<subscribed>(std::get<subscribed>(result), handle.address());
  }

  /// While nothing can be written it is not looked at: what it would have told again would wait.
  caf::result<subscribed> on_report(subscribe x, const scheduler_actor& from) {
    auto look = [this, x = std::move(x), from]() -> caf::expected<subscribed> {
      if (frameworks.find(x.info.id) != from)  // any more
        return refused({has_successor(x.info.id)});
      return decide([&] { return book.report(x.info.id, x, now()); });
    };
    if (durable.can_write())
      return when_written<subscribed>(look(), from.address());
    auto promise = self->make_response_promise<subscribed>();
    durable.replace(from.address(), [promise, look]() mutable { promise.deliver(look()); });
    return promise;
  }

  caf::error refuse(const subscribe& x, const refusal& why) {
    log.call(x, &why);
    return refused(why);
  }

  static std::string has_successor(const framework_id& framework) {
    return "another scheduler has subscribed as framework " + framework.str();
  }

  /// One that has left is not waited for.
  void disconnect(const agent_id& agent) {
    auto was_away = book.is_away(agent);
    decide([&] { book.disconnect_agent(agent, now()); });
    if (!was_away && book.is_away(agent))
      log.agent_disconnected(agent);
  }

  void on_down(const caf::actor_addr& who) {
    if (auto i = round_ids.find(who); i != round_ids.end()) {
      auto id = i->second;
      round_ids.erase(i);
      // It has told its outcome before, unless something is wrong with it.
      if (rounds.contains(id))
        on_round_ended({id, false, {}, {}, 0});
      return;
    }
    if (auto i = agent_ids.find(who); i != agent_ids.end()) {
      // An agent that has started anew under this id is another actor, and stays.
      if (auto agent = agents.find(i->second);
          agent != agents.end() && agent->second.address() == who) {
        disconnect(i->second);
        agents.erase(agent);
      }
      agent_ids.erase(i);
    }
    if (auto framework = frameworks.remove(who)) {
      log.framework_disconnected(framework);
      decide([&] { book.disconnect_framework(framework, now()); });
    }
  }

  // -- operators ----------------------------------------------------------------------

  template <class Call, class... Time>
  caf::result<void> change(const Call& x, Time... at) {
    if (!durable.can_write())
      return nothing_new();
    return answer(x, decide([&] { return book.change(x, at...); }));
  }

  template <class Call>
  caf::result<void> answer(const Call& x, const std::optional<refusal>& no) {
    log.call(x, no ? &*no : nullptr);
    if (no)
      return refused(*no);
    return when_written();
  }

  // -- what frameworks want -----------------------------------------------------------

  void on_claim(const claim_slots& x) {
    log.call(x);
    book.add_claim(x, now());
  }

  void on_withdraw(const withdraw_claim& x) {
    log.call(x);
    book.withdraw(x);
  }

  void on_release(const release_grant& x) {
    log.call(x);
    book.release(x);
  }

  void on_teardown(const teardown& x) {
    log.call(x);
    book.remove_framework(x.framework);
  }

  // -- reading ------------------------------------------------------------------------

  cluster_view on_query(const query& x) {
    book.is_now(now());
    return book.view(x);
  }

  // -- tasks --------------------------------------------------------------------------

  /// It may be what makes room, and need not be known to the next master.
  caf::result<void> on_kill(const kill_task& x) {
    passes_on = true;
    auto no = decide([&] { return book.kill(x); });
    passes_on = false;
    log.call(x, no ? &*no : nullptr);
    if (no)
      return refused(*no);
    return caf::unit;
  }

  void on_acknowledge(const acknowledge& x) {
    passes_on = true;
    act_for(x, [&] { book.acknowledged(x); });
    passes_on = false;
  }

  caf::result<void> on_reconcile(const reconcile_tasks& x) {
    if (!durable.can_write())
      return nothing_new();
    decide([&] { book.reconcile(x, now()); });
    return caf::unit;
  }

  caf::result<output_chunk> on_read_output(read_output x) {
    auto task = book.find_task(x.framework, x.task);
    if (!task)
      return refused({"no task \"" + x.task.str() + '"'});
    auto agent = agents.find(task->agent);
    if (agent == agents.end())
      return refused({"the agent of task \"" + x.task.str() + "\" cannot be reached now"});
    x.framework = task->framework;
    return self->delegate(agent->second, std::move(x));
  }
};

using master_impl = master_impl_actor::stateful_impl<master_state>;

}  // namespace

master_actor spawn_master(caf::actor_system& system, cluster_options options, event_log log,
                          master_registry durable) {
  return system.spawn<master_impl>(std::move(options), std::move(log), std::move(durable));
}

}  // namespace entente
