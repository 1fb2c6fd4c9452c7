#include "ledger_checker.hpp"

#include <algorithm>

namespace entente::simulation {

namespace {

bool runs(const task_entry& x) {
  return !is_terminal(x.last.state);
}

}  // namespace

resources taken_by(const resources& limits, const std::vector<std::uint16_t>& ports) {
  auto result = limits;
  std::vector<number_range> ranges;
  for (auto port : ports)
    ranges.push_back({port, port});
  result.set_ranges("ports", std::move(ranges));
  return result;
}

void ledger_checker::audit(const agent_id& agent, const agent_book& book, const machine& where) {
  try {
    book.accounts().check();
  } catch (const ledger_error& x) {
    result_.violated("P1", agent.str() + ": " + x.what());
  }
  check_sums(agent, book);
  check_machine(agent, book, where);
  for (const auto& part : book.accounts().parts())
    remember(agent, part);
}

void ledger_checker::check_sums(const agent_id& agent, const agent_book& book) {
  auto sums = book.accounts().sums();
  auto own = sums.held;
  std::set<std::uint16_t> ports;
  auto take = [&](const resources& x) { own += x; };
  for (const auto& part : book.accounts().parts())
    for (const auto& slot : part.slots) {
      take(taken_by(part.limits, slot.ports));
      for (auto port : slot.ports)
        if (!ports.insert(port).second)
          result_.violated("P1",
                           agent.str() + " has given port " + std::to_string(port) + " twice");
    }
  for (const auto& task : book.tasks().entries())
    if (runs(task) && !task.grant)
      take(task.limits);
  if (!sums.capacity.contains(own))
    result_.violated("P1", agent.str() + " has given " + own.to_string() + " of " +
                             sums.capacity.to_string());
  if (own != sums.held + sums.allocated)
    result_.violated("P1", agent.str() + " has given " + own.to_string() + " and counts " +
                             (sums.held + sums.allocated).to_string());
}

void ledger_checker::check_machine(const agent_id& agent, const agent_book& book,
                                   const machine& where) {
  std::map<task_key, task_entry> known;
  for (auto& task : book.tasks().entries())
    known.emplace(task_key{task.framework, task.id}, task);
  std::map<std::pair<grant_id, std::uint32_t>, resources> rooms;
  for (const auto& part : book.accounts().parts())
    for (const auto& slot : part.slots)
      rooms[{part.round, slot.index}] = part.limits;
  resources used;
  for (const auto& [key, process] : where.processes()) {
    used += process.task.limits;
    auto task = known.find(key);
    if (task == known.end())
      continue;  // Told to end, and nobody wants to hear of it; the ledger has its room.
    if (!task->second.grant)
      continue;
    auto& room = rooms[{task->second.grant, task->second.slot}];
    if (!room.contains(process.task.limits))
      result_.violated("P1", agent.str() + " runs task " + key.task.str() +
                               " where it has no slot for it");
    room -= process.task.limits;
  }
  if (!book.accounts().sums().allocated.contains(used))
    result_.violated("P1", agent.str() + " runs tasks that take " + used.to_string() + " and has " +
                             book.accounts().sums().allocated.to_string() + " for them");
}

void ledger_checker::remember(const agent_id& agent, const grant_part& part) {
  auto [i, added] = grants_.try_emplace(part.round);
  auto& known = i->second;
  if (added) {
    known.members = part.members;
    known.framework = part.framework;
    known.claim = part.claim;
    known.limits = part.limits;
  } else if (known.members != part.members || known.framework != part.framework ||
             known.claim != part.claim || known.limits != part.limits) {
    result_.violated("P6", "agents do not agree on what grant " + part.round.str() + " is");
  }
  auto me = std::find_if(part.members.begin(), part.members.end(),
                         [&](const grant_member& x) { return x.agent == agent; });
  for (const auto& slot : part.slots) {
    if (me == part.members.end() || slot.index >= me->slots)
      result_.violated("P6", "agent " + agent.str() + " has slot " + std::to_string(slot.index) +
                               " of grant " + part.round.str() + ", whose members do not say so");
    known.ports[{agent, slot.index}] = slot.ports;
  }
}

void ledger_checker::check_told(const claim& wanted, const grant& told) {
  auto id = told.id.str();
  if (told.slots.size() < wanted.count || told.slots.size() > most_slots(wanted))
    result_.violated("P2", "grant " + id + " has " + std::to_string(told.slots.size()) +
                             " slots; wanted were " + std::to_string(wanted.count) + " to " +
                             std::to_string(most_slots(wanted)));
  const auto& known = grants_[told.id];
  std::set<place> places;
  for (const auto& slot : told.slots) {
    auto confirmed = known.ports.find({slot.agent, slot.index});
    if (confirmed == known.ports.end())
      result_.violated("P2", "grant " + id + " was told before agent " + slot.agent.str() +
                               " had confirmed its slot " + std::to_string(slot.index));
    else if (confirmed->second != slot.ports)
      result_.violated("P2", "grant " + id + " was told with other ports than agent " +
                               slot.agent.str() + " has confirmed");
    if (slot.ports.size() != wanted.ports)
      result_.violated("P2", "a slot of grant " + id + " has too few or too many ports");
    if (!places.emplace(slot.agent, slot.index).second)
      result_.violated("P2", "grant " + id + " has a slot twice");
  }
}

}  // namespace entente::simulation
