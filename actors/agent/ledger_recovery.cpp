// What a ledger writes down, and how it is made again of that.
#include "actors/agent/ledger.hpp"
#include "actors/agent/slot_ports.hpp"

namespace entente {

namespace {

/// How far ahead of the revision its ceiling is written: that a hold counts it costs no write then.
constexpr std::uint64_t ceiling_step = 65'536;

}  // namespace

void ledger::take_changes(std::vector<checkpoint>& to) {
  for (const auto& round : std::exchange(changed_, {})) {
    if (auto part = parts_.find(round); part != parts_.end())
      to.emplace_back(checkpoint_of(part->second));
    else
      to.emplace_back(part_ended{round});
  }
  if (revision_ > ceiling_) {
    ceiling_ = revision_ + ceiling_step;
    to.emplace_back(revision_ceiling{ceiling_});
  }
}

void ledger::add_checkpoints(std::vector<checkpoint>& to) const {
  for (const auto& [round, part] : parts_)
    to.emplace_back(checkpoint_of(part));
  to.emplace_back(revision_ceiling{ceiling_});
}

part_confirmed ledger::checkpoint_of(const part_entry& part) {
  return {facts_of(part), part.confirmed_slots, part.unused_timeout, part.answer.revision};
}

std::optional<std::string> ledger::recover(const std::map<round_id, part_confirmed>& parts,
                                           const std::vector<task_allocation>& tasks,
                                           std::uint64_t ceiling, time_point now) {
  for (const auto& [round, part] : parts)
    if (auto problem = recover_part(part, now))
      return "part " + round.str() + ": " + *problem;
  for (const auto& x : tasks)
    if (auto problem = x.grant ? allocate_in(x.key, x.limits, x.grant, x.slot, now)
                               : allocate(x.key, x.limits, now))
      return "task " + x.key.task.str() + " of " + x.key.framework.str() + ": " + *problem;
  // Only now: nothing can be put into a slot that is being given back.
  for (const auto& [round, part] : parts)
    for (const auto& slot : part.part.slots)
      parts_.at(round).slots.at(slot.index).releasing = slot.releasing;
  check();
  changed_.clear();
  ceiling_ = ceiling;
  revision_ = ceiling + 1;  // What it says now is newer than all that was told.
  return std::nullopt;
}

std::optional<std::string> ledger::recover_part(const part_confirmed& x, time_point now) {
  part_entry part;
  part.facts = x.part;
  part.facts.slots.clear();
  part.answer = {x.part.round, agent_, bid_refusal::none, x.revision};
  part.confirmed_slots = x.confirmed_slots;
  part.unused_timeout = x.unused_timeout;
  for (const auto& slot : x.part.slots) {
    auto amount = x.part.limits + ports_of(slot.ports);
    if (!free().contains(amount))
      return "slot " + std::to_string(slot.index) + " takes " + amount.to_string() +
             ", the agent has " + free().to_string() + " free";
    stock_.move(amount, pot::free, pot::allocated);
    if (!part.slots.try_emplace(slot.index, slot_entry{slot.ports, stock{amount}, {}, false})
           .second)
      return "slot " + std::to_string(slot.index) + " is there twice";
  }
  unused_.set(x.part.round, now + part.unused_timeout);
  parts_.try_emplace(x.part.round, std::move(part));
  return std::nullopt;
}

}  // namespace entente
