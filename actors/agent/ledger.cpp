#include "actors/agent/ledger.hpp"

#include <algorithm>

#include "actors/agent/slot_ports.hpp"

namespace entente {

namespace {

using std::chrono::milliseconds;

/// Times come from peers: a lease is short, whatever they say, and no sum with `now` overflows.
constexpr milliseconds max_lease = std::chrono::hours{1};
constexpr milliseconds max_unused_timeout = std::chrono::hours{24 * 365};

/// How many of the wanted slots fit what is free; if none does, why.
struct fitting {
  std::uint32_t slots = 0;
  bid_refusal refusal = bid_refusal::none;
};

fitting fit(const solicit& x, const resources& free) {
  auto fits = std::min<std::int64_t>({free.slots(x.limits), x.wanted, max_claim_slots});
  if (fits == 0)
    return {0, bid_refusal::no_room};
  if (x.ports > 0)
    fits = std::min<std::int64_t>(
      fits, static_cast<std::int64_t>(count_ports(free - x.limits) / x.ports));
  if (fits == 0)
    return {0, bid_refusal::no_ports};
  return {static_cast<std::uint32_t>(fits), bid_refusal::none};
}

}  // namespace

ledger::ledger(agent_id agent, resources capacity, std::size_t ended_kept)
    : agent_(std::move(agent)), stock_(std::move(capacity)), ended_(ended_kept) {}

// -- holds ------------------------------------------------------------------------

bid ledger::hold(const solicit& x, time_point now) {
  end_holds(now);
  if (auto i = holds_.find(x.round); i != holds_.end())
    return bid_of(i->first, i->second);
  bid answer;
  answer.round = x.round;
  answer.agent = agent_;
  answer.refusal = bid_refusal::stale;
  if (parts_.contains(x.round) || ended_.contains(x.round))
    return answer;
  auto fitted = fit(x, free());
  answer.refusal = fitted.refusal;
  if (fitted.slots == 0)
    return answer;

  hold_entry hold{x.framework, x.limits, fitted.slots,
                  smallest_ports(free() - x.limits, std::size_t{fitted.slots} * x.ports)};
  stock_.move(hold.amount(0, hold.slots), pot::free, pot::held);
  leases_.set(x.round, now + std::clamp(x.lease, milliseconds{0}, max_lease));
  ++revision_;
  return bid_of(x.round, holds_.try_emplace(x.round, std::move(hold)).first->second);
}

std::span<const std::uint16_t> ledger::hold_entry::ports_in(std::uint32_t begin,
                                                            std::uint32_t end) const {
  auto each = ports.size() / slots;
  return std::span{ports}.subspan(each * begin, each * (end - begin));
}

resources ledger::hold_entry::amount(std::uint32_t begin, std::uint32_t end) const {
  if (begin == end)
    return {};
  return limits.times(end - begin) + ports_of(ports_in(begin, end));
}

bid ledger::bid_of(const round_id& round, const hold_entry& hold) const {
  bid answer;
  answer.round = round;
  answer.agent = agent_;
  answer.slots = hold.slots;
  answer.ports = hold.ports;
  return answer;
}

void ledger::end_hold(const round_id& round) {
  auto hold = holds_.find(round);
  if (hold == holds_.end())
    throw ledger_error{"round " + round.str() + " has a lease and no hold"};
  stock_.move(hold->second.amount(0, hold->second.slots), pot::held, pot::free);
  ended_.insert(round);
  leases_.clear(round);
  holds_.erase(hold);
  ++revision_;
}

void ledger::end_holds(time_point now) {
  for (const auto& round : leases_.take_due(now))
    end_hold(round);
}

// -- parts ------------------------------------------------------------------------

confirmed ledger::confirm(const entente::confirm& x, time_point now) {
  end_holds(now);
  confirmed refused{x.round, agent_, bid_refusal::stale, revision_};
  if (auto i = parts_.find(x.round); i != parts_.end())
    return x.slots > i->second.confirmed_slots || is_over(x.round) ? refused : i->second.answer;
  auto hold = holds_.find(x.round);
  if (hold == holds_.end() || x.slots == 0 || x.slots > hold->second.slots)
    return refused;

  auto& part = make_part(x, hold->second);
  leases_.clear(x.round);
  holds_.erase(hold);
  part.answer = {x.round, agent_, bid_refusal::none, ++revision_};
  unused_.set(x.round, now + part.unused_timeout);
  changed_.insert(x.round);
  return part.answer;
}

ledger::part_entry& ledger::make_part(const entente::confirm& x, const hold_entry& hold) {
  auto [i, is_new] = parts_.try_emplace(x.round);
  if (!is_new)
    throw ledger_error{"round " + x.round.str() + " has a hold and a part"};
  auto& part = i->second;
  part.facts = {x.round, x.framework, x.claim, x.slot_class, hold.limits,
                {},      x.members,   false,   x.role,       x.preemptible};
  part.confirmed_slots = x.slots;
  part.unused_timeout = std::clamp(x.unused_timeout, milliseconds{0}, max_unused_timeout);
  for (std::uint32_t index = 0; index < x.slots; ++index) {
    auto ports = hold.ports_in(index, index + 1);
    stock room{hold.amount(index, index + 1)};
    part.slots.emplace(index, slot_entry{{ports.begin(), ports.end()}, std::move(room), {}, false});
  }
  stock_.move(hold.amount(0, x.slots), pot::held, pot::allocated);
  stock_.move(hold.amount(x.slots, hold.slots), pot::held, pot::free);
  return part;
}

/// True if what the part still has here is being given back.
bool ledger::is_over(const round_id& round) const {
  const auto& slots = parts_.at(round).slots;
  return std::all_of(slots.begin(), slots.end(), [](const auto& x) { return x.second.releasing; });
}

// -- time -------------------------------------------------------------------------

void ledger::expire(time_point now) {
  end_holds(now);
  for (const auto& round : unused_.take_due(now))
    if (!release({round, {}}, now).empty())
      throw ledger_error{"part " + round.str() + " counts as unused and has tasks"};
}

std::optional<time_point> ledger::next_deadline() const {
  auto lease = leases_.next();
  auto unused = unused_.next();
  return lease && unused ? std::min(lease, unused) : std::max(lease, unused);
}

void ledger::vouch(time_point now) {
  end_holds(now);
  for (const auto& [round, part] : parts_)
    if (part.live_tasks == 0)
      unused_.set(round, now + part.unused_timeout);
}

// -- reading ----------------------------------------------------------------------

ledger_sums ledger::sums() const {
  return {stock_.whole(), stock_.in(pot::held), stock_.in(pot::allocated)};
}

std::vector<grant_part> ledger::parts() const {
  std::vector<grant_part> result;
  for (const auto& [round, part] : parts_)
    result.push_back(facts_of(part));
  return result;
}

grant_part ledger::facts_of(const part_entry& part) {
  auto facts = part.facts;
  for (const auto& [index, slot] : part.slots)
    facts.slots.push_back({index, slot.ports, slot.releasing});
  return facts;
}

std::uint32_t ledger::used_by(const framework_id& framework) const {
  std::size_t used = 0;
  for (const auto& [round, part] : parts_)
    if (part.facts.framework == framework)
      used += part.slots.size();
  for (const auto& [key, task] : tasks_)
    if (key.framework == framework && !task.slot)
      ++used;
  return static_cast<std::uint32_t>(used);
}

}  // namespace entente
