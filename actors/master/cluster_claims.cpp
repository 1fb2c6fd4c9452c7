#include <algorithm>
#include <sstream>
#include <utility>

#include "actors/master/cluster.hpp"
#include "messages/constraints.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// Between two rounds of one claim, when the first did not succeed: doubled each time.
constexpr std::chrono::milliseconds first_pause = 50ms;
constexpr std::chrono::milliseconds longest_pause = 5s;

std::chrono::milliseconds pause_after(std::uint32_t attempts) {
  auto doublings = std::min(attempts > 0 ? attempts - 1 : 0, 10u);
  return std::min(first_pause * (1 << doublings), longest_pause);
}

}  // namespace

// -- calls ------------------------------------------------------------------------

void cluster::add_claim(const claim_slots& call, time_point now) {
  auto* framework = find(call.framework);
  if (!framework || framework->state != framework_state::active)
    return;
  is_newest(*framework, call.revision);
  take_claim(*framework, call.claim, now);
}

void cluster::take_claim(framework_record& framework, const claim& wanted, time_point now) {
  claim_key key{framework.info.id, wanted.id};
  if (auto ended = ended_claims_.find(key); ended != ended_claims_.end()) {
    tell_outcome(ended->second);  // It was told before; that message was lost.
    return;
  }
  if (auto* known = find(key)) {
    tell_outcome(known->entry);
    return;
  }
  // Nothing is kept of what is not a claim: its size is the framework's word.
  if (auto problem = entente::problem_of(wanted))
    return tell(framework.info.id, claim_refused{wanted.id, {*problem}});
  auto& x = claims_[key];
  x.entry.claim = wanted;
  x.entry.framework = framework.info.id;
  x.entry.role = wanted.role.empty() ? framework.info.role : wanted.role;
  x.entry.claim.role = x.entry.role;
  x.number = ++claims_made_;
  x.arrived = now;
  x.retry_at = now;
  if (wanted.wait)
    x.deadline = now + *wanted.wait;
  waiting_.insert(key);
  changed();
  auto roles = roles_of(framework.info);
  if (std::find(roles.begin(), roles.end(), x.entry.role) == roles.end())
    return refuse(x, {"the framework does not act in role " + x.entry.role});
  if (!wanted.slot_class.empty()) {
    auto known = options_.slot_classes.find(wanted.slot_class);
    if (known == options_.slot_classes.end())
      return refuse(x, {"the master has no slot class \"" + wanted.slot_class + '"'});
    x.entry.claim.limits = known->second;
  }
}

void cluster::withdraw(const withdraw_claim& call) {
  auto* framework = find(call.framework);
  if (framework)
    is_newest(*framework, call.revision);
  if (auto* x = find(claim_key{call.framework, call.claim}))
    drop(*x);
}

void cluster::drop(claim_record& x) {
  if (x.entry.state == claim_state::granted) {
    if (auto i = grants_.find(x.entry.grant); i != grants_.end())
      release_slots(i->second, {});
    return;
  }
  if (x.entry.state == claim_state::agreeing)
    end_round(x.round);
  finish(x, claim_state::withdrawn);
}

void cluster::drop_claims_of(const framework_id& framework) {
  std::vector<claim_key> open;
  for (auto i = claims_.lower_bound({framework, claim_id{}});
       i != claims_.end() && i->first.first == framework; ++i)
    if (i->second.entry.state != claim_state::granted)
      open.push_back(i->first);
  for (const auto& key : open)
    drop(claims_.at(key));
}

// -- serving ------------------------------------------------------------------------

void cluster::serve_claims(time_point now) {
  if (!set_aside_for_ && !is_anything_to_try(now))
    return;
  do {
    set_room_aside(now);
    for (const auto& key : in_fair_order())
      serve(key, now);
    // Once more if the claim that room was kept for was refused: others may have it.
  } while (set_aside_for_ && !claims_.contains(*set_aside_for_));
}

std::string cluster::shape_of(const claim& x) {
  std::ostringstream out;
  out << x.role << ' ' << x.count << ' ' << most_slots(x) << ' ' << x.limits << ' ' << x.ports
      << ' ' << to_string(x.layout) << ' ' << x.max_per_agent << ' ' << x.same_attribute;
  for (const auto& y : x.constraints)
    out << '\n' << to_string(y);
  return out.str();
}

bool cluster::is_anything_to_try(time_point now) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const claim_key& key) {
    const auto& x = claims_.at(key);
    return x.tried_at_version != capacity_version_ && x.retry_at <= now;
  });
}

void cluster::serve(const claim_key& key, time_point now) {
  auto& x = claims_.at(key);
  if (x.tried_at_version == capacity_version_ || now < x.retry_at)
    return;
  x.tried_at_version = capacity_version_;
  if (std::exchange(no_room_version_, capacity_version_) != capacity_version_)
    no_room_.clear();
  // Many claims are alike: where the first has found no room, there is none for the second. But
  // room may have been set aside for it, or be made.
  auto may_be_alike = set_aside_for_ != key && !sharer_->options_of(x.entry.role).preempts;
  auto shape = shape_of(x.entry.claim);
  if (auto known = no_room_.find(shape); known != no_room_.end() && may_be_alike) {
    auto outlook = known->second;
    outlook.refusals = x.refusals;
    return wait_or_refuse(x, outlook, now);
  }
  if (held_up_by_quota(x))
    return wait_or_refuse(x, outlook_of(x), now);
  auto wanted = x.entry.claim;
  wanted.max_count = most_within_quota(x);
  auto without_offers = candidates_for(x, false);
  if (auto chosen = decide(wanted, without_offers)) {
    rescind_for_quota(x, *chosen);
    return start(x, whom_to_ask(x, *chosen, without_offers));
  }
  auto with_offers = candidates_for(x, true);
  if (auto chosen = decide(wanted, with_offers)) {
    rescind_for(x, *chosen);
    rescind_for_quota(x, *chosen);
    return start(x, whom_to_ask(x, *chosen, candidates_for(x, false)));
  }
  preempt_for(x, now);
  auto outlook = outlook_of(x);
  wait_or_refuse(x, outlook, now);
  if (may_be_alike)
    no_room_.emplace(std::move(shape), std::move(outlook));
}

void cluster::wait_or_refuse(claim_record& x, const claim_outlook& outlook, time_point now) {
  x.entry.reasons = explain(x.entry.claim, outlook);
  changed();
  // With a framework of an earlier master, agents may be on their way to this one too.
  auto last = x.arrived + (is_own(x.entry.framework) ? 0ms : options_.agent_timeout);
  if (x.deadline)
    // Rounds of others may give back what they ask for: the end of theirs is worth waiting for.
    last = *x.deadline + (outlook.in_rounds > 0 ? options_.agreement.hold_lease : 0ms);
  // What could be served once may be again: its agents may only be cut off for a while.
  x.was_possible = x.was_possible || !outlook.never;
  if ((x.deadline || !x.was_possible) && last <= now)
    return refuse(x, std::move(x.entry.reasons));
  auto old_at = x.arrived + options_.agreement.set_aside_after;
  auto next = now < old_at && (last <= now || old_at < last) ? old_at : last;
  if (now < next)
    claim_times_.set({x.entry.framework, x.entry.claim.id}, next);
}

std::vector<candidate> cluster::candidates_for(const claim_record& x, bool with_offers) {
  std::vector<candidate> result;
  auto mine = set_aside_for_ == claim_key{x.entry.framework, x.entry.claim.id};
  for_each_able(x.entry.claim, [&](const agent_id& id, const agent_record& agent) {
    if ((!mine && set_aside_.contains(id)) ||
        first_violated(agent.info.attributes, x.entry.claim.constraints))
      return;
    auto have = agent.left();
    if (with_offers)
      have += offered_for(x.entry.role, agent);
    have -= sharer_->withheld_from(x.entry.role, id);
    // An offer takes all ports of its agent; those are there all the same.
    auto ports = with_offers ? have : have + agent.offered;
    if (auto slots = slots_in(x.entry.claim, have, ports); slots > 0)
      result.push_back({id, slots, 0, &agent.info.attributes});
  });
  return result;
}

std::uint32_t cluster::slots_when_empty(const claim_record& x, const agent_record& agent) const {
  auto total = agent.info.total;
  for (const auto& [role, amount] : sharer_->reservations_on(agent.info.id))
    if (!is_within(x.entry.role, role))
      total -= amount;
  return slots_in(x.entry.claim, total, total);
}

std::uint32_t cluster::slots_in(const claim& x, const resources& have, const resources& ports) {
  auto slots = static_cast<std::uint64_t>(have.slots(x.limits));
  if (x.ports > 0) {
    std::uint64_t count = 0;
    if (auto i = ports.ranges().find("ports"); i != ports.ranges().end())
      for (const auto& range : i->second)
        count += range.end - range.begin + 1;
    slots = std::min(slots, count / x.ports);
  }
  std::uint64_t most =
    x.max_per_agent > 0 ? std::min(x.max_per_agent, most_slots(x)) : most_slots(x);
  return static_cast<std::uint32_t>(std::min(slots, most));
}

std::vector<asked_agent> cluster::whom_to_ask(const claim_record& x, const choice& chosen,
                                              const std::vector<candidate>& candidates) {
  std::set<agent_id> favourites;
  for (const auto& member : chosen)
    favourites.insert(member.agent);
  auto all = options_.agreement.fan_out == fan_out_mode::all;
  // Those that the pool says suffice, and half as many again in case that some refuse.
  auto margin = (chosen.size() + 1) / 2;
  std::vector<asked_agent> result;
  for (const auto& y : candidates) {
    auto favourite = favourites.contains(y.agent);
    if (!all && !favourite && margin == 0)
      continue;
    if (!favourite && !all)
      --margin;
    result.push_back({y.agent, y.slots, {}});
    if (!x.entry.claim.same_attribute.empty())
      result.back().attributes = *y.attributes;
  }
  return result;
}

void cluster::rescind_for(const claim_record& x, const choice& chosen) {
  for (const auto& [id, slots] : chosen) {
    auto amount = x.entry.claim.limits.times(slots);
    const auto& agent = agents_.at(id);
    rescind_until(
      id,
      [&, &id = id] {
        return (agent.left() - sharer_->withheld_from(x.entry.role, id)).contains(amount);
      },
      [&](const offer& y) { return may_rescind(y.role, x.entry.role); });
  }
}

void cluster::ensure_left(const agent_id& agent, const resources& amount) {
  const auto& record = agents_.at(agent);
  rescind_until(agent, [&] { return record.left().contains(amount); });
}

void cluster::start(claim_record& x, std::vector<asked_agent> agents) {
  round_plan plan;
  plan.id = round_id{options_.id_prefix + "-R" + std::to_string(++rounds_made_)};
  plan.framework = x.entry.framework;
  plan.claim = x.entry.claim;
  plan.lease = options_.agreement.hold_lease;
  plan.bid_timeout = plan.lease / 4;
  plan.confirm_timeout = plan.lease / 2;
  // Until then an agent that is used less than others of its grant must hear that it stands.
  plan.unused_timeout =
    std::max(options_.agreement.unused_grant_timeout, 3 * options_.report_interval);
  plan.claim.max_count = most_within_quota(x);
  std::uint64_t most = 0;
  for (const auto& y : agents)
    most += y.slots;
  most = std::min<std::uint64_t>(most, most_slots(plan.claim));
  round_record round{{x.entry.framework, x.entry.claim.id},
                     x.charged_to(),
                     plan.claim.limits.times(static_cast<std::int64_t>(most)),
                     plan.claim.limits,
                     {}};
  sharer_->expect(round.charged_to, round.expected);
  for (const auto& y : agents) {
    auto amount = round.limits.times(y.slots);
    agents_.at(y.agent).held += amount;
    sharer_->hold(y.agent, amount);
    round.asked.emplace(y.agent, y.slots);
  }
  plan.agents = std::move(agents);
  x.entry.state = claim_state::agreeing;
  ++x.entry.attempts;
  x.round = plan.id;
  waiting_.erase(round.claim);
  claim_times_.clear(round.claim);
  rounds_.emplace(plan.id, std::move(round));
  effects_.push_back(start_round{std::move(plan)});
  changed();
}

// -- the end of a round -----------------------------------------------------------------

std::optional<round_record> cluster::close_round(const round_id& id) {
  auto i = rounds_.find(id);
  if (i == rounds_.end())
    return std::nullopt;
  auto round = std::move(i->second);
  rounds_.erase(i);
  for (const auto& [agent, slots] : round.asked) {
    auto amount = round.limits.times(slots);
    agents_.at(agent).held -= amount;
    sharer_->unhold(agent, amount);
  }
  sharer_->unexpect(round.charged_to, round.expected);
  ++capacity_version_;
  changed();
  return round;
}

void cluster::end_round(const round_id& id) {
  if (close_round(id))
    effects_.push_back(cancel_round{id});
}

void cluster::round_ended(const round_outcome& x, time_point now) {
  auto round = close_round(x.id);
  auto complete = x.granted && round &&
                  std::all_of(x.parts.begin(), x.parts.end(),
                              [&](const auto& part) { return round->asked.contains(part.agent); });
  if (!complete)
    // Nobody waits for it any more, or a member was lost: what it has got after all is given back.
    for (const auto& part : x.parts)
      tell(part.agent, entente::release{x.id, {}});
  if (!round)
    return;
  auto& claim = claims_.at(round->claim);
  if (complete)
    return add_grant(claim, x, now);
  claim.entry.state = claim_state::waiting;
  claim.refusals = x.refusals;
  claim.round = {};
  waiting_.insert(round->claim);
  claim.retry_at = now + pause_after(claim.entry.attempts);
  if (claim.deadline)
    claim.retry_at = std::min(claim.retry_at, *claim.deadline);  // for the last time
  claim_times_.set(round->claim, claim.retry_at);
  claim.entry.reasons = explain(claim.entry.claim, outlook_of(claim));
  if (claim.deadline && *claim.deadline <= now)
    refuse(claim, std::move(claim.entry.reasons));
}

// -- waiting and its end ------------------------------------------------------------------

void cluster::look_at_empty(claim_record& x) {
  if (x.empty_version == agents_version_)
    return;
  x.empty_version = agents_version_;
  const auto& wanted = x.entry.claim;
  std::vector<candidate> empty;
  x.excluded.clear();
  x.when_empty = 0;
  for (const auto& [id, agent] : agents_) {
    if (const auto* violated = first_violated(agent.info.attributes, wanted.constraints)) {
      ++x.excluded[to_string(*violated)];
    } else if (auto slots = slots_when_empty(x, agent); slots > 0) {
      empty.push_back({id, slots, 0, &agent.info.attributes});
      x.when_empty += slots;
    }
  }
  x.fits_when_empty = decide(wanted, empty).has_value();
}

claim_outlook cluster::outlook_of(claim_record& x) {
  look_at_empty(x);
  claim_outlook result;
  const auto& wanted = x.entry.claim;
  result.agents = agents_.size();
  result.refusals = x.refusals;
  result.excluded = x.excluded;
  result.when_empty = x.when_empty;
  auto mine = set_aside_for_ == claim_key{x.entry.framework, wanted.id};
  std::vector<candidate> there;
  std::uint64_t with_held = 0;
  for_each_able(wanted, [&](const agent_id& id, const agent_record& agent) {
    if ((!mine && set_aside_.contains(id)) ||
        first_violated(agent.info.attributes, wanted.constraints))
      return;
    auto free =
      agent.left() + offered_for(x.entry.role, agent) - sharer_->withheld_from(x.entry.role, id);
    if (auto slots = slots_in(wanted, free, free); slots > 0)
      there.push_back({id, slots, 0, &agent.info.attributes});
    free += agent.held;
    with_held += slots_in(wanted, free, free);
  });
  for (const auto& id : unusable_) {
    const auto& agent = agents_.at(id);
    if (!first_violated(agent.info.attributes, wanted.constraints))
      ++(!agent.connected ? result.disconnected
         : is_drained(id) ? result.draining
                          : result.deactivated);
  }
  for (const auto& id : set_aside_)
    if (auto i = agents_.find(id); !mine && i != agents_.end())
      result.set_aside += !first_violated(i->second.info.attributes, wanted.constraints);
  for (const auto& y : there)
    result.free += y.slots;
  result.in_rounds = with_held - std::min(with_held, result.free);
  result.layout_impossible = result.free >= wanted.count && !decide(wanted, there);
  result.quota = held_up_by_quota(x);
  result.never =
    !x.fits_when_empty || sharer_->never_takes(x.entry.role, wanted.limits.times(wanted.count));
  return result;
}

void cluster::refuse(claim_record& x, std::vector<std::string> reasons) {
  x.entry.reasons = std::move(reasons);
  finish(x, claim_state::refused);
}

void cluster::finish(claim_record& x, claim_state state) {
  claim_key key{x.entry.framework, x.entry.claim.id};
  auto entry = std::move(x.entry);
  entry.state = state;
  waiting_.erase(key);
  claim_times_.clear(key);
  claims_.erase(key);
  if (state == claim_state::refused)
    tell_outcome(entry);
  ended_claims_.insert_or_assign(key, std::move(entry));
  ended_claims_order_.push_back(std::move(key));
  if (ended_claims_order_.size() > options_.ended_tasks_kept) {
    ended_claims_.erase(ended_claims_order_.front());
    ended_claims_order_.pop_front();
  }
  changed();
}

void cluster::tell_outcome(const claim_entry& x) {
  if (x.state == claim_state::refused)
    tell(x.framework, claim_refused{x.claim.id, x.reasons});
  auto i = grants_.find(x.grant);
  if (x.state == claim_state::granted && i != grants_.end() && i->second.standing)
    tell(x.framework, claim_granted{i->second.as_message()});
  if (x.state == claim_state::withdrawn)
    tell(x.framework, claim_refused{x.claim.id, {"it was withdrawn"}});
  if (x.state == claim_state::ended)
    tell(x.framework, claim_refused{x.claim.id, {"it was granted, and the grant is over"}});
}

claim_record* cluster::find(const claim_key& key) {
  auto i = claims_.find(key);
  return i == claims_.end() ? nullptr : &i->second;
}

}  // namespace entente
