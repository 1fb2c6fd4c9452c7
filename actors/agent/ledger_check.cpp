// Everything added up anew, to compare with what the calls have kept up to date.
#include <algorithm>

#include "actors/agent/ledger.hpp"
#include "actors/agent/slot_ports.hpp"

namespace entente {

namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds)
    throw ledger_error{otherwise};
}

}  // namespace

void ledger::check() const {
  check_sums();
  check_tasks();
  check_deadlines();
}

/// Gives everything out again from a full stock, which refuses to give anything twice.
void ledger::check_sums() const {
  stock again{stock_.whole()};
  for (const auto& [round, hold] : holds_) {
    again.move(hold.amount(0, hold.slots), pot::free, pot::held);
    require(!parts_.contains(round), round.str() + " has a hold and a part");
    require(!ended_.contains(round), round.str() + " has ended and has a hold");
  }
  for (const auto& [round, part] : parts_) {
    require(!part.slots.empty(), round.str() + " has a part without slots");
    require(!ended_.contains(round), round.str() + " has ended and has a part");
    for (const auto& [index, slot] : part.slots)
      again.move(part.facts.limits + ports_of(slot.ports), pot::free, pot::allocated);
  }
  for (const auto& [key, task] : tasks_)
    if (!task.slot)
      again.move(task.limits, pot::free, pot::allocated);
  for (auto which : {pot::free, pot::held, pot::allocated})
    require(again.in(which) == stock_.in(which), "entries add up to " +
                                                   again.in(which).to_string() + ", the sum is " +
                                                   stock_.in(which).to_string());
}

void ledger::check_tasks() const {
  std::size_t in_slots = 0;
  for (const auto& [round, part] : parts_) {
    std::size_t in_part = 0;
    for (const auto& [index, slot] : part.slots) {
      stock again{part.facts.limits + ports_of(slot.ports)};
      for (const auto& key : slot.tasks) {
        const auto& task = tasks_.at(key);
        require(task.grant == round && task.slot == index, "a task is in another slot");
        again.move(task.limits, pot::free, pot::allocated);
      }
      require(again.in(pot::free) == slot.room.in(pot::free), "a slot's tasks do not add up");
      require(!slot.releasing || !slot.tasks.empty(), "a slot is kept for tasks that have ended");
      in_part += slot.tasks.size();
    }
    require(in_part == part.live_tasks, "a part's tasks are miscounted");
    require(in_part == 0 || part.facts.used, "a part with tasks counts as unused");
    in_slots += in_part;
  }
  for (const auto& [key, task] : tasks_)
    in_slots -= task.slot ? 1 : 0;
  require(in_slots == 0, "a task is in no slot, or in two");
}

void ledger::check_deadlines() const {
  auto unused =
    std::any_of(parts_.begin(), parts_.end(), [](const auto& x) { return !x.second.live_tasks; });
  require(leases_.next().has_value() != holds_.empty(), "holds and leases are out of step");
  require(unused_.next().has_value() == unused, "unused parts and deadlines are out of step");
}

}  // namespace entente
