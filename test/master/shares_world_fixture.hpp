#pragma once

#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/agreement/round.hpp"
#include "fake_agent_fixture.hpp"
#include "shares_checks_fixture.hpp"
#include "shares_values_fixture.hpp"

namespace entente::test {

/// A master with real rounds, pretended agents and pretended frameworks, and what they say to each
/// other. What is said to frameworks and by them arrives at once; what agents say and hear, and
/// what rounds ask of them, arrives when somebody carries it.
class shares_world {
protected:
  struct framework {
    framework_info info;
    bool connected = true;
    std::uint64_t revision = 0;
    std::map<offer_id, offer> offers;
    std::map<claim_id, claim> claims;
    std::map<grant_id, grant> grants;
  };
  struct driven_round {
    entente::round machine;
    std::deque<tell_party> to_say;
    std::map<agent_id, std::uint64_t> lives;  ///< of those that it asks
    bool over = false;                        ///< its outcome was told, or nobody wants it
  };
  using round_iterator = std::map<round_id, driven_round>::iterator;

  explicit shares_world(std::uint64_t seed)
      : values_(seed), book_(values_.options("m" + std::to_string(++masters_))) {}

  // -- agents ---------------------------------------------------------------------------

  void add_agent(const agent_id& id) {
    agents_.erase(id);
    taken_over_.erase(id);
    agents_.emplace(id, fake_agent{values_.agent(id), ++lives_});
  }

  void say_to_master(fake_agent& x) {
    auto message = std::move(x.out.front());
    x.out.pop_front();
    std::visit(overloaded{[&](const register_agent& y) { report(x, y); },
                          [&](const status_update& y) { book_.update_task(y, now_); },
                          [&](const released& y) { book_.slots_released(y, now_); }},
               message);
  }

  void report(fake_agent& x, const register_agent& what) {
    last_.takes_over = true;
    auto before = std::exchange(known_lives_[what.info.id], what.life);
    auto answer = book_.report(what, now_);
    if (auto* yes = std::get_if<agent_registered>(&answer))
      x.in.push_back(*yes);
    else
      known_lives_[what.info.id] = before;
  }

  /// Null if it cannot be reached, or if that life of it is over.
  fake_agent* find(const agent_id& id, std::uint64_t life) {
    auto i = agents_.find(id);
    auto there = i != agents_.end() && i->second.connected && i->second.life() == life;
    return there ? &i->second : nullptr;
  }

  // -- frameworks -------------------------------------------------------------------------

  framework* find(const framework_id& id) {
    for (auto& x : frameworks_)
      if (x.info.id == id && x.connected)
        return &x;
    return nullptr;
  }

  /// @returns false if the master wants to hear no more of it.
  bool come(framework& x) {
    auto answer = book_.add_framework(x.info);
    x.connected = std::holds_alternative<subscribed>(answer);
    if (x.connected)
      x.info.id = std::get<subscribed>(answer).framework;
    x.offers.clear();
    say_all(x);
    return x.connected;
  }

  void say_all(const framework& x) {
    subscribe call{x.info, x.revision, {}, {}};
    for (const auto& [id, claim] : x.claims)
      call.claims.push_back(claim);
    for (const auto& [id, grant] : x.grants)
      call.grants.push_back(id);
    book_.report(x.info.id, call, now_);
  }

  void hear(framework& x, const resource_offers& y) {
    for (const auto& offer : y.offers)
      x.offers.emplace(offer.id, offer);
  }
  void hear(framework& x, const offer_rescinded& y) { x.offers.erase(y.offer); }
  void hear(framework& x, const status_update& y) {
    if (y.sequence > 0)
      acknowledged_.push_back({x.info.id, y.agent, y.task, y.sequence});
  }
  void hear(framework& x, const claim_granted& y) {
    x.claims.erase(y.grant.claim);
    x.grants.insert_or_assign(y.grant.id, y.grant);
  }
  void hear(framework& x, const claim_refused& y) { x.claims.erase(y.claim); }
  void hear(framework& x, const grant_ended& y) { x.grants.erase(y.grant); }
  void hear(framework&, const grant_recalled&) { ++recalls_; }
  template <class Message>
  void hear(framework&, const Message&) {}

  // -- rounds -------------------------------------------------------------------------------

  /// The round asks one agent, or it ends.
  void drive(round_iterator i) {
    auto& [id, x] = *i;
    for (auto& y : x.machine.take_effects())
      x.to_say.push_back(std::move(y));
    if (!x.to_say.empty())
      return say_to_party(x);
    x.machine.expire(now_);
    if (x.over) {
      rounds_.erase(i);
    } else if (x.machine.outcome()) {
      x.over = true;
      open_.erase(id);
      book_.round_ended(*x.machine.outcome(), now_);
    }
  }

  void say_to_party(driven_round& x) {
    auto y = std::move(x.to_say.front());
    x.to_say.pop_front();
    if (auto* to = find(y.agent, x.lives.at(y.agent)))
      std::visit([&](const auto& message) { ask(x.machine, *to, message); }, y.message);
  }

  /// Some answers are lost.
  void ask(entente::round& x, fake_agent& to, const solicit& y) {
    auto answer = to.answer(y, now_);
    if (values_.chance(95))
      x.on_bid(answer, now_);
  }
  void ask(entente::round& x, fake_agent& to, const confirm& y) {
    auto answer = to.answer(y);
    if (values_.chance(95))
      x.on_confirmed(answer, now_);
  }
  void ask(entente::round&, fake_agent& to, const release& y) { to.hear(y); }

  // -- what the master wants done -------------------------------------------------------------

  void carry_out_all() {
    for (auto effects = book_.take_effects(); !effects.empty(); effects = book_.take_effects()) {
      for (auto& effect : effects)
        std::visit([this](auto& x) { carry_out(x); }, effect);
      for (const auto& x : std::exchange(acknowledged_, {}))
        book_.acknowledged(x);
    }
  }

  void carry_out(tell_agent& x) {
    if (auto* to = find(x.agent, known_lives_[x.agent]))
      std::visit([&](auto& message) { to->in.push_back(std::move(message)); }, x.message);
  }

  void carry_out(agent_departed&) {}
  void carry_out(framework_removed&) {}

  void carry_out(tell_framework& x) {
    if (auto* to = find(x.framework))
      std::visit([&](auto& message) { hear(*to, message); }, x.message);
  }

  void carry_out(start_round& x) {
    open_round open{x.plan.claim.role, x.plan.claim.limits, {}, {}};
    std::uint64_t slots = 0;
    for (const auto& y : x.plan.agents)
      slots += open.asked[y.agent] = y.slots;
    slots = std::min<std::uint64_t>(slots, most_slots(x.plan.claim));
    open.expected = open.limits.times(static_cast<std::int64_t>(slots));
    auto id = x.plan.id;
    open_.emplace(id, std::move(open));
    driven_round round{entente::round{std::move(x.plan)}, {}, {}};
    for (const auto& [agent, n] : open_.at(id).asked)
      round.lives[agent] = known_lives_[agent];
    round.machine.start(now_);
    rounds_.emplace(id, std::move(round));
  }

  void carry_out(tell_round& x) {
    if (auto open = open_.find(x.round); open != open_.end())
      open->second.asked.erase(x.message.agent);
    if (auto i = rounds_.find(x.round); i != rounds_.end())
      i->second.machine.on_lost(x.message.agent, now_);
  }

  /// An outcome that is there already is told all the same.
  void carry_out(cancel_round& x) {
    open_.erase(x.round);
    auto i = rounds_.find(x.round);
    if (i == rounds_.end() || i->second.machine.outcome())
      return;
    i->second.machine.cancel();
    i->second.over = true;
  }

  // -- time, and another master -----------------------------------------------------------------

  void pass_time() {
    for (auto& [id, x] : agents_) {
      x.expire(now_);
      if (!x.connected || now_ < said_at_[id] + 15s)
        continue;
      said_at_[id] = now_;
      x.say_all();
    }
    book_.expire(now_);
    book_.publish_pool(now_);
  }

  /// Its rounds go with it; agents and frameworks come to the next one.
  void replace_the_master() {
    last_.takes_over = true;
    book_ = cluster{values_.options("m" + std::to_string(++masters_))};
    rounds_.clear();
    open_.clear();
    for (auto& [id, x] : agents_) {
      taken_over_.insert(id);
      if (!x.connected)
        continue;
      x.disconnect();
      x.connected = true;
      x.say_all();
    }
    for (auto& x : frameworks_)
      if (x.connected)
        come(x);
  }

  // -- the rules --------------------------------------------------------------------------------

  void check() {
    checks_.check(book_, open_, last_);
    checks_.check_reservations(open_, slots_by_role(), taken_over_);
    last_ = {};
  }

  /// Of grants that stand, what their agents have.
  shares_checks::grants_by_role slots_by_role() {
    shares_checks::grants_by_role result;
    for (const auto& x : book_.view({listing::claims}).claims)
      if (x.state == claim_state::granted)
        for (const auto& [id, agent] : agents_)
          if (auto i = agent.parts().find(x.grant); i != agent.parts().end())
            result[id][x.role] +=
              i->second.limits.times(static_cast<std::int64_t>(i->second.slots.size()));
    return result;
  }

  shares_values values_;
  std::uint64_t masters_ = 0;
  std::uint64_t lives_ = 0;
  time_point now_{};
  cluster book_;
  std::map<agent_id, fake_agent> agents_;
  std::map<agent_id, std::uint64_t> known_lives_;  ///< that the master has heard of
  std::map<agent_id, time_point> said_at_;
  std::set<agent_id> taken_over_;  ///< agents that have come to more than one master
  std::list<framework> frameworks_;
  std::map<round_id, driven_round> rounds_;
  open_rounds open_;
  std::vector<acknowledge> acknowledged_;
  std::uint64_t recalls_ = 0;
  shares_checks::event last_;
  shares_checks checks_;
};

}  // namespace entente::test
