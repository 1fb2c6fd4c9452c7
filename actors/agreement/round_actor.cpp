#include "actors/agreement/round_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <stdexcept>
#include <utility>

#include "messages/tick.hpp"

namespace entente {

namespace {

struct round_state {
  round_actor::pointer self;
  round decider;
  std::vector<agreement_party> parties;
  round_owner owner;
  tick ticks;

  round_state(round_actor::pointer self_ptr, round what, std::vector<agreement_party> handles,
              round_owner owner_handle)
      : self(self_ptr),
        decider(std::move(what)),
        parties(std::move(handles)),
        owner(std::move(owner_handle)) {}

  round_actor::behavior_type make_behavior() {
    self->monitor(owner);
    self->set_down_handler([this](const caf::down_msg&) { cancel(); });
    self->set_exit_handler([this](const caf::exit_msg&) { cancel(); });
    // An answer that is an error is no answer; it must not end the round.
    self->set_error_handler([](const caf::error&) {});
    decider.start(now());
    carry_out();
    return {
      [this](const bid& x) {
        decider.on_bid(x, now());
        carry_out();
      },
      [this](const confirmed& x) {
        decider.on_confirmed(x, now());
        carry_out();
      },
      [this](const agent_lost& x) {
        decider.on_lost(x.agent, now());
        carry_out();
      },
      [this](caf::tick_atom) { on_tick(); },
    };
  }

  time_point now() { return self->clock().now(); }

  void on_tick() {
    if (!ticks.take(now()))
      return;
    decider.expire(now());
    carry_out();
  }

  void cancel() {
    decider.cancel();
    carry_out();
  }

  void carry_out() {
    for (auto& x : decider.take_shared_effects())
      std::visit([&](auto& message) { tell(x.parties, std::move(message)); }, x.message);
    if (const auto& outcome = decider.outcome()) {
      self->send(owner, *outcome);
      self->quit();
    } else if (auto at = ticks.plan(decider.next_deadline())) {
      self->scheduled_send(self, *at, caf::tick_atom_v);
    }
  }

  /// One message that all share. CAF does not check the type of a message that is ready made: those
  /// of tell_parties are the ones that an agreement_party takes.
  template <class Message>
  void tell(const std::vector<std::uint32_t>& to, Message content) {
    auto message = caf::make_message(std::move(content));
    for (auto i : to)
      caf::unsafe_send_as(self, parties[i], message);
  }
};

using round_impl = round_actor::stateful_impl<round_state>;

}  // namespace

round_actor spawn_round(caf::actor_system& system, round_plan plan,
                        std::vector<agreement_party> parties, round_owner owner) {
  if (parties.size() != plan.agents.size())
    throw std::invalid_argument("round: a party for each agent of the plan is needed");
  return system.spawn<round_impl>(round{std::move(plan)}, std::move(parties), std::move(owner));
}

}  // namespace entente
