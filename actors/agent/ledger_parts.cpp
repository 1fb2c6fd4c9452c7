// Slots of parts, and tasks in and outside of them.
#include <algorithm>
#include <string_view>

#include "actors/agent/ledger.hpp"

namespace entente {

namespace {

/// `it wants cpus:2, the agent has cpus:1 free`: of what is short, only.
std::optional<std::string> shortage(const resources& wanted, const resources& have,
                                    std::string_view whose) {
  auto missing = wanted - have;
  if (missing.empty())
    return std::nullopt;
  auto items = wanted - missing;
  resources wants;
  resources has;
  for (const auto& [name, milli] : missing.scalars()) {
    wants.set_milli(name, wanted.milli(name));
    has.set_milli(name, have.milli(name));
  }
  for (const auto& [name, ranges] : missing.ranges()) {
    wants.set_ranges(name, wanted.ranges().at(name));
    if (auto i = items.ranges().find(name); i != items.ranges().end())
      has.set_ranges(name, i->second);
  }
  for (const auto& [name, set] : missing.sets()) {
    wants.set_items(name, wanted.sets().at(name));
    if (auto i = items.sets().find(name); i != items.sets().end())
      has.set_items(name, i->second);
  }
  return "it wants " + wants.to_string() + ", the " + std::string{whose} + " has " +
         (has.empty() ? "none" : has.to_string()) + " free";
}

constexpr std::string_view twice = "a task of this id is here already";

}  // namespace

// -- giving back ------------------------------------------------------------------

std::vector<task_key> ledger::release(const entente::release& x, time_point now) {
  end_holds(now);
  std::set<std::uint32_t> wanted{x.slots.begin(), x.slots.end()};
  if (auto part = parts_.find(x.round); part != parts_.end())
    return release_slots(part, wanted);
  auto was_held = holds_.contains(x.round);
  if (was_held)
    end_hold(x.round);
  else
    ended_.insert(x.round);  // Its solicit may be late.
  // Who names slots, or means a part, waits for the word. Who gives up a hold does not.
  if (!was_held || !wanted.empty())
    report(x.round, {wanted.begin(), wanted.end()});
  return {};
}

std::vector<task_key> ledger::release_slots(part_iterator part,
                                            const std::set<std::uint32_t>& wanted) {
  auto& [round, entry] = *part;
  std::vector<std::uint32_t> indices{wanted.begin(), wanted.end()};
  if (wanted.empty())
    for (const auto& slot : entry.slots)
      indices.push_back(slot.first);

  std::vector<task_key> ending;
  std::vector<std::uint32_t> gone;
  for (auto index : indices) {
    auto slot = entry.slots.find(index);
    if (slot == entry.slots.end() || slot->second.tasks.empty()) {
      gone.push_back(index);
      free_slot(entry, index);
      continue;
    }
    ending.insert(ending.end(), slot->second.tasks.begin(), slot->second.tasks.end());
    if (!std::exchange(slot->second.releasing, true)) {
      changed_.insert(round);
      ++revision_;
    }
  }
  if (!gone.empty())
    report(round, std::move(gone));
  end_if_empty(part);
  return ending;
}

void ledger::free_slot(part_entry& part, std::uint32_t index) {
  auto slot = part.slots.find(index);
  if (slot == part.slots.end())
    return;
  stock_.move(slot->second.room.whole(), pot::allocated, pot::free);
  part.slots.erase(slot);
  changed_.insert(part.facts.round);
  ++revision_;
}

void ledger::end_if_empty(part_iterator part) {
  if (!part->second.slots.empty())
    return;
  unused_.clear(part->first);
  ended_.insert(part->first);
  parts_.erase(part);
}

void ledger::report(const round_id& round, std::vector<std::uint32_t> slots) {
  released_.push_back({agent_, round, std::move(slots), revision_});
}

std::vector<task_key> ledger::release_all(const framework_id& framework, time_point now) {
  end_holds(now);
  std::vector<round_id> rounds;
  for (const auto& [round, hold] : holds_)
    if (hold.framework == framework)
      rounds.push_back(round);
  for (const auto& [round, part] : parts_)
    if (part.facts.framework == framework)
      rounds.push_back(round);
  std::vector<task_key> ending;
  for (const auto& round : rounds) {
    auto more = release({round, {}}, now);
    ending.insert(ending.end(), more.begin(), more.end());
  }
  return ending;
}

// -- tasks ------------------------------------------------------------------------

std::optional<std::string> ledger::allocate(const task_key& task, const resources& limits,
                                            time_point now) {
  end_holds(now);
  if (tasks_.contains(task))
    return std::string{twice};
  if (auto problem = shortage(limits, free(), "agent"))
    return problem;
  stock_.move(limits, pot::free, pot::allocated);
  tasks_.try_emplace(task, task_entry{limits, {}, std::nullopt});
  ++revision_;
  return std::nullopt;
}

std::optional<std::string> ledger::allocate_in(const task_key& task, const resources& limits,
                                               const grant_id& grant, std::uint32_t slot,
                                               time_point now) {
  end_holds(now);
  if (tasks_.contains(task))
    return std::string{twice};
  auto part = parts_.find(grant);
  if (part == parts_.end())
    return "the grant has no slots here";
  if (part->second.facts.framework != task.framework)
    return "the grant is of another framework";
  auto place = part->second.slots.find(slot);
  if (place == part->second.slots.end())
    return "the grant has no slot " + std::to_string(slot) + " here";
  if (place->second.releasing)
    return "slot " + std::to_string(slot) + " of the grant is being given back";
  if (auto problem = shortage(limits, place->second.room.in(pot::free), "slot"))
    return problem;

  place->second.room.move(limits, pot::free, pot::allocated);
  place->second.tasks.insert(task);
  ++part->second.live_tasks;
  if (!std::exchange(part->second.facts.used, true))
    changed_.insert(grant);
  unused_.clear(grant);
  tasks_.try_emplace(task, task_entry{limits, grant, slot});
  ++revision_;
  return std::nullopt;
}

void ledger::free(const task_key& task, time_point now) {
  end_holds(now);
  auto i = tasks_.find(task);
  if (i == tasks_.end())
    return;
  auto entry = std::move(i->second);
  tasks_.erase(i);
  ++revision_;
  if (entry.slot)
    leave_slot(task, entry, now);
  else
    stock_.move(entry.limits, pot::allocated, pot::free);
}

void ledger::leave_slot(const task_key& task, const task_entry& entry, time_point now) {
  auto part = parts_.find(entry.grant);
  if (part == parts_.end() || !part->second.slots.contains(*entry.slot))
    throw ledger_error{"task " + task.task.str() + " was in a slot that is not here"};
  auto& slot = part->second.slots.at(*entry.slot);
  slot.room.move(entry.limits, pot::allocated, pot::free);
  slot.tasks.erase(task);
  if (--part->second.live_tasks == 0)
    unused_.set(entry.grant, now + part->second.unused_timeout);
  if (slot.releasing)
    release_slots(part, {*entry.slot});  // It is free now, if this was the last of its tasks.
}

}  // namespace entente
