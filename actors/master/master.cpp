#include "actors/master/master.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <type_traits>
#include <unordered_map>

#include "actors/agreement/round_actor.hpp"
#include "messages/tick.hpp"

namespace entente {

namespace {

/// The master with the messages that it sends to itself.
using master_impl_actor =
  master_actor::extend_with<round_owner>::extend<caf::result<void>(caf::update_atom),
                                                 caf::result<void>(caf::tick_atom)>;

caf::error refused(const refusal& x) {
  return caf::make_error(caf::sec::invalid_argument, x.message);
}

struct master_state {
  master_impl_actor::pointer self;
  cluster book;
  std::unordered_map<agent_id, agent_actor> agents;
  std::unordered_map<framework_id, scheduler_actor> frameworks;
  std::unordered_map<round_id, round_actor> rounds;
  std::unordered_map<caf::actor_addr, round_id> round_ids;
  std::unordered_map<caf::actor_addr, agent_id> agent_ids;
  std::unordered_map<caf::actor_addr, framework_id> framework_ids;
  bool offers_due = false;
  tick ticks;

  master_state(master_impl_actor::pointer self_ptr, cluster_options options)
      : self(self_ptr), book(std::move(options)) {}

  master_impl_actor::behavior_type make_behavior() {
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x.source); });
    return {
      // -- agents -------------------------------------------------------------------
      [this](const register_agent& x, const agent_actor& y) { return on_register(x, y); },
      [this](const unregister_agent& x) { on_unregister(x); },
      [this](const status_update& x) { decide([&] { book.update_task(x, now()); }); },
      [this](const released& x) { decide([&] { book.slots_released(x, now()); }); },
      // -- frameworks ---------------------------------------------------------------
      [this](const subscribe& x, const scheduler_actor& y) { return on_subscribe(x, y); },
      [this](const accept_offers& x) { decide([&] { book.accept(x, now()); }); },
      [this](const decline_offers& x) { decide([&] { book.decline(x, now()); }); },
      [this](const revive_offers& x) { decide([&] { book.revive(x); }); },
      [this](const suppress_offers& x) { decide([&] { book.suppress(x); }); },
      [this](const acknowledge& x) { decide([&] { book.acknowledged(x); }); },
      [this](const teardown& x) { decide([&] { book.remove_framework(x.framework); }); },
      // -- claims and grants --------------------------------------------------------
      [this](const claim_slots& x) { decide([&] { book.add_claim(x, now()); }); },
      [this](const withdraw_claim& x) { decide([&] { book.withdraw(x); }); },
      [this](const launch_on_grant& x) { decide([&] { book.launch(x, now()); }); },
      [this](const release_grant& x) { decide([&] { book.release(x); }); },
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
      [this](const reconcile_tasks& x) { decide([&] { book.reconcile(x, now()); }); },
      // -- maintenance ----------------------------------------------------------------
      [this](const drain_agent& x) { return on_drain(x); },
      [this](const undrain_agent& x) { return change(x); },
      [](const deactivate_agent&) -> caf::result<void> { return refused({"not yet"}); },
      [](const reactivate_agent&) -> caf::result<void> { return refused({"not yet"}); },
      [](const plan_maintenance&) -> caf::result<void> { return refused({"not yet"}); },
      [](const cancel_maintenance&) -> caf::result<void> { return refused({"not yet"}); },
      // -- from itself --------------------------------------------------------------
      [this](caf::update_atom) { on_offers_due(); },
      [this](caf::tick_atom) { on_tick(); },
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
    return decision();
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
    for (auto& effect : book.take_effects())
      std::visit([this](auto& x) { tell(x); }, effect);
  }

  void tell(tell_agent& x) {
    if (auto i = agents.find(x.agent); i != agents.end())
      std::visit([&](auto& message) { self->send(i->second, std::move(message)); }, x.message);
  }

  void tell(tell_framework& x) {
    if (auto i = frameworks.find(x.framework); i != frameworks.end())
      std::visit([&](auto& message) { self->send(i->second, std::move(message)); }, x.message);
  }

  void tell(start_round& x) {
    std::vector<agreement_party> parties;
    parties.reserve(x.plan.agents.size());
    for (const auto& asked : x.plan.agents)
      parties.push_back(agents.at(asked.agent));
    auto id = x.plan.id;
    auto me = caf::actor_cast<round_owner>(self->address());
    auto round = spawn_round(self->system(), std::move(x.plan), std::move(parties), me);
    self->monitor(round);
    round_ids[round.address()] = id;
    rounds.emplace(std::move(id), std::move(round));
  }

  void tell(tell_round& x) {
    if (auto i = rounds.find(x.round); i != rounds.end())
      self->send(i->second, std::move(x.message));
  }

  void tell(cancel_round& x) {
    if (auto i = rounds.find(x.round); i != rounds.end())
      self->send_exit(i->second, caf::exit_reason::user_shutdown);
  }

  void on_round_ended(const round_outcome& x) {
    rounds.erase(x.id);
    decide([&] { book.round_ended(x, now()); });
  }

  void on_offers_due() {
    offers_due = false;
    book.serve_claims(now());
    book.make_offers(now());
    book.publish_pool(now());
    carry_out();
    schedule_tick();
  }

  void on_tick() {
    if (ticks.take(now()))
      decide([this] { book.expire(now()); });
  }

  void schedule_tick() {
    if (auto when = ticks.plan(book.next_deadline()))
      self->scheduled_send(self, *when, caf::tick_atom_v);
  }

  // -- who comes and goes -----------------------------------------------------------

  caf::result<agent_registered> on_register(const register_agent& x, const agent_actor& handle) {
    // The handle first, so that what is decided can be told to it.
    auto before = agents[x.info.id];
    agents[x.info.id] = handle;
    auto result = decide([&] { return book.report(x, now()); });
    if (auto* no = std::get_if<refusal>(&result)) {
      if (before)
        agents[x.info.id] = before;
      else
        agents.erase(x.info.id);
      return refused(*no);
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
    // Without an id it may be known all the same: the first answer was late or lost.
    if (auto i = framework_ids.find(handle.address()); i != framework_ids.end() && !x.info.id)
      x.info.id = i->second;
    auto known = frameworks.find(x.info.id);
    if (known != frameworks.end() && known->second == handle)
      return decide([&] { return book.report(x.info.id, x, now()); });
    auto result = decide([&] { return book.add_framework(x.info); });
    if (auto* no = std::get_if<refusal>(&result))
      return refused(*no);
    const auto& id = std::get<subscribed>(result).framework;
    frameworks[id] = handle;
    framework_ids[handle.address()] = id;
    self->monitor(handle);
    decide([&] { book.report(id, x, now()); });
    return std::get<subscribed>(result);
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
        decide([&] { book.disconnect_agent(i->second, now()); });
        agents.erase(agent);
      }
      agent_ids.erase(i);
    }
    if (auto i = framework_ids.find(who); i != framework_ids.end()) {
      if (auto framework = frameworks.find(i->second);
          framework != frameworks.end() && framework->second.address() == who) {
        decide([&] { book.disconnect_framework(i->second, now()); });
        frameworks.erase(framework);
      }
      framework_ids.erase(i);
    }
  }

  // -- shares -------------------------------------------------------------------------

  template <class Call>
  caf::result<void> change(const Call& x) {
    auto no = decide([&] { return book.change(x); });
    if (no)
      return refused(*no);
    return caf::unit;
  }

  caf::result<void> on_drain(const drain_agent& x) {
    auto no = decide([&] { return book.change(x, now()); });
    if (no)
      return refused(*no);
    return caf::unit;
  }

  // -- reading ------------------------------------------------------------------------

  cluster_view on_query(const query& x) {
    book.is_now(now());
    return book.view(x);
  }

  // -- tasks --------------------------------------------------------------------------

  caf::result<void> on_kill(const kill_task& x) {
    auto no = decide([&] { return book.kill(x); });
    if (no)
      return refused(*no);
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

master_actor spawn_master(caf::actor_system& system, cluster_options options) {
  return system.spawn<master_impl>(std::move(options));
}

}  // namespace entente
