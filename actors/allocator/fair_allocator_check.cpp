// Everything added up anew, to compare with what the calls have kept up to date.
#include <algorithm>
#include <stdexcept>

#include "actors/allocator/fair_allocator.hpp"

namespace entente {

namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds)
    throw std::logic_error{otherwise};
}

bool is_below_zero(const quantities& x) {
  return max(quantities{} - x, {}).any();
}

}  // namespace

void fair_allocator::check() const {
  tree_.check();
  auto names = names_;
  quantities spare, total, unused, kept;
  std::map<const share_node*, quantities> charged;
  for (const auto& [id, agent] : agents_) {
    check(*agent);
    spare += agent->spare;
    total += names.of(agent->total);
    for (const auto& x : agent->charges)
      charged[x.client] += x.amount;
    unused += agent->reserved.unused();
  }
  for (const auto& [key, child] : tree_.root().children)
    kept += child->kept;
  require(spare == spare_, "what is free and unreserved is miscounted");
  require(total == tree_.total(), "the total is miscounted");
  for (const auto& [client, amount] : charged)
    require(!is_below_zero(client->charged - amount), client->name + " is charged too little");
  require(kept == unused, "what is reserved and unused is miscounted");
}

void fair_allocator::check(const agent_record& agent) const {
  auto said = [&](const std::string& what) { return "agent " + agent.id.str() + ": " + what; };
  auto names = names_;
  auto given = agent.held;
  for (const auto& x : agent.charges) {
    given += x.amount;
    require(x.amount.any() && !is_below_zero(x.amount), said("somebody is charged nothing"));
  }
  require(!is_below_zero(agent.held), said("less than nothing is held"));
  require(given == names.of(agent.given), said("charges and holds are not what is given"));
  require(agent.free == agent.total - agent.given, said("what is free is miscounted"));
  auto spare =
    agent.is_active ? max(names.of(agent.free) - agent.reserved.unused(), {}) : quantities{};
  require(agent.spare == spare, said("what is not reserved is miscounted"));
  require((agent.free_place > 0) == (agent.is_active && !agent.free.empty()),
          said("it is not listed as free, or is"));
  require(agent.free_place == 0 || free_[agent.free_place - 1] == &agent, said("it is misplaced"));
  auto listed = [&](const auto& list) { return std::count(list.begin(), list.end(), &agent); };
  require(listed(due_) == (agent.is_due ? 1 : 0), said("it is not listed as due, or is"));
  require(listed(blocked_) == (agent.is_blocked ? 1 : 0), said("it is not blocked, or is"));
}

}  // namespace entente
