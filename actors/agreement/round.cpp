#include "actors/agreement/round.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace entente {

round::round(round_plan plan) : plan_(std::move(plan)), parties_(plan_.agents.size()) {
  result_.id = plan_.id;
  places_.reserve(parties_.size());
  for (place i = 0; i < parties_.size(); ++i)
    if (!places_.emplace(plan_.agents[i].agent.str(), i).second)
      throw std::invalid_argument("round: an agent is asked twice");
}

void round::start(time_point now) {
  if (phase_ != phase::idle)
    throw std::logic_error("round: started twice");
  phase_ = phase::soliciting;
  deadline_ = now + plan_.bid_timeout;
  waiting_for_ = parties_.size();
  solicit_all();
  decide_if_complete(now);
}

void round::on_bid(const bid& x, time_point now) {
  auto i = find(x.agent);
  if (x.round != plan_.id || !i)
    return;
  if (phase_ == phase::soliciting && parties_[*i].is == standing::asked) {
    take_bid(*i, x);
    decide_if_complete(now);
  } else if (parties_[*i].is == standing::out && x.slots > 0) {
    tell_release({*i});  // The release may have overtaken the solicit.
  }
}

void round::on_confirmed(const confirmed& x, time_point) {
  auto i = find(x.agent);
  if (x.round != plan_.id || !i)
    return;
  auto& from = parties_[*i];
  if (from.is == standing::winner && x.refusal != bid_refusal::none) {
    fail(x.refusal);
  } else if (from.is == standing::winner) {
    from.is = standing::confirmed;
    from.revision = x.revision;
    if (--waiting_for_ == 0)
      end(true);
  } else if (from.is == standing::out && x.refusal == bid_refusal::none) {
    tell_release({*i});
  }
}

void round::on_lost(const agent_id& agent, time_point now) {
  auto i = find(agent);
  if (!i || phase_ == phase::idle || phase_ == phase::ended || parties_[*i].is == standing::out)
    return;
  if (phase_ == phase::confirming) {
    fail(bid_refusal::lost);
    return;
  }
  auto& gone = parties_[*i];
  if (gone.is == standing::asked)
    --waiting_for_;
  result_.slots_bid -= gone.slots;
  ++result_.refusals[bid_refusal::lost];
  gone = party{};
  gone.is = standing::out;
  tell_release({*i});
  decide_if_complete(now);
}

void round::cancel() {
  if (phase_ == phase::ended)
    return;
  if (phase_ != phase::idle) {
    std::vector<place> all(parties_.size());
    std::iota(all.begin(), all.end(), place{0});
    tell_release(std::move(all));
  }
  for (auto& x : parties_)
    x.is = standing::out;
  end(false);
}

void round::expire(time_point now) {
  if (!deadline_ || now < *deadline_)
    return;
  if (phase_ == phase::soliciting) {
    decide_now(now);
  } else {
    for (auto i : winners_)
      if (parties_[i].is == standing::winner)
        ++result_.refusals[bid_refusal::no_answer];
    release_winners();
    end(false);
  }
}

std::vector<tell_party> round::take_effects() {
  std::vector<tell_party> result;
  for (const auto& x : take_shared_effects())
    for (auto i : x.parties)
      result.push_back({plan_.agents[i].agent, x.message});
  return result;
}

// -- bids -------------------------------------------------------------------------

void round::solicit_all() {
  std::map<std::uint32_t, std::vector<place>> by_slots;
  for (place i = 0; i < parties_.size(); ++i)
    by_slots[plan_.agents[i].slots].push_back(i);
  for (auto& [slots, to] : by_slots)
    effects_.push_back(
      {std::move(to), solicit{plan_.id, plan_.framework, plan_.claim.limits, plan_.claim.ports,
                              slots, plan_.claim.preferences, plan_.lease}});
}

void round::take_bid(place i, const bid& x) {
  auto& from = parties_[i];
  --waiting_for_;
  if (is_sound(x)) {
    from.is = standing::bidding;
    from.slots = std::min(x.slots, plan_.agents[i].slots);
    from.score = std::min(x.score, max_score);
    from.ports = x.ports;
    result_.slots_bid += from.slots;
    return;
  }
  from.is = standing::out;
  auto says_why = x.slots == 0 && x.refusal != bid_refusal::none;
  ++result_.refusals[says_why ? x.refusal : bid_refusal::no_answer];
  if (x.slots > 0)
    tell_release({i});
}

/// A bid that contradicts itself is not one.
bool round::is_sound(const bid& x) const {
  return x.slots > 0 && x.refusal == bid_refusal::none &&
         x.ports.size() == std::uint64_t{x.slots} * plan_.claim.ports;
}

void round::decide_if_complete(time_point now) {
  if (phase_ == phase::soliciting && waiting_for_ == 0)
    decide_now(now);
}

void round::decide_now(time_point now) {
  auto chosen = choose();
  take_winners(chosen);
  if (winners_.empty()) {
    release_losers();
    end(false);
    return;
  }
  phase_ = phase::confirming;
  deadline_ = now + plan_.confirm_timeout;
  waiting_for_ = winners_.size();
  confirm_winners(std::move(chosen));
  release_losers();
}

/// @returns an empty choice if the bids do not satisfy the claim.
choice round::choose() const {
  std::vector<candidate> candidates;
  for (place i = 0; i < parties_.size(); ++i)
    if (const auto& x = parties_[i]; x.is == standing::bidding)
      candidates.push_back({plan_.agents[i].agent, x.slots, x.score, &plan_.agents[i].attributes});
  return decide(plan_.claim, candidates).value_or(choice{});
}

// -- confirms ---------------------------------------------------------------------

void round::take_winners(const choice& chosen) {
  std::uint64_t sum = 0;
  for (const auto& [agent, slots] : chosen) {
    auto i = find(agent);
    if (!i || parties_[*i].is != standing::bidding || slots == 0 || slots > parties_[*i].slots)
      throw std::logic_error("round: a choice of what was not bid");
    parties_[*i].is = standing::winner;
    parties_[*i].slots = slots;
    winners_.push_back(*i);
    sum += slots;
  }
  if (!chosen.empty() && (sum < plan_.claim.count || sum > most_slots(plan_.claim)))
    throw std::logic_error("round: a choice that does not fit the claim");
}

/// Those that have not answered may hold slots too.
void round::release_losers() {
  std::vector<place> losers;
  for (place i = 0; i < parties_.size(); ++i) {
    auto& x = parties_[i];
    if (x.is == standing::asked)
      ++result_.refusals[bid_refusal::no_answer];
    if (x.is == standing::asked || x.is == standing::bidding) {
      x.is = standing::out;
      losers.push_back(i);
    }
  }
  tell_release(std::move(losers));
}

void round::confirm_winners(choice chosen) {
  std::map<std::uint32_t, std::vector<place>> by_slots;
  for (auto i : winners_)
    by_slots[parties_[i].slots].push_back(i);
  for (auto& [slots, to] : by_slots)
    effects_.push_back(
      {std::move(to),
       confirm{plan_.id, plan_.framework, plan_.claim.id, plan_.claim.slot_class, slots, chosen,
               plan_.unused_timeout, plan_.claim.role, plan_.claim.preemptible}});
}

// -- the end ----------------------------------------------------------------------

/// One winner fails, and so all do.
void round::fail(bid_refusal why) {
  ++result_.refusals[why];
  release_winners();
  end(false);
}

void round::release_winners() {
  for (auto i : winners_)
    parties_[i].is = standing::out;
  tell_release(winners_);
}

void round::end(bool granted) {
  phase_ = phase::ended;
  deadline_.reset();
  if (granted)
    for (auto i : winners_)
      result_.parts.push_back(part_of(i));
  result_.granted = granted;
  outcome_ = std::move(result_);
}

/// Ports are told apart by slot: so many for the first, as many for the next.
won_part round::part_of(place i) {
  const auto& from = parties_[i];
  if (from.is != standing::confirmed)
    throw std::logic_error("round: granted before all have confirmed");  // invariant (1)
  won_part part{plan_.agents[i].agent, {}, from.revision};
  auto next = from.ports.begin();
  for (std::uint32_t slot = 0; slot < from.slots; ++slot, next += plan_.claim.ports)
    part.ports.emplace_back(next, next + plan_.claim.ports);
  return part;
}

// -- agents -----------------------------------------------------------------------

std::optional<round::place> round::find(const agent_id& agent) const {
  auto i = places_.find(agent.str());
  return i != places_.end() ? std::optional{i->second} : std::nullopt;
}

void round::tell_release(std::vector<place> to) {
  if (!to.empty())
    effects_.push_back({std::move(to), release{plan_.id, {}}});
}

}  // namespace entente
