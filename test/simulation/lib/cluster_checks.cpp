// What must be true of a whole cluster once it has come to rest.
#include <algorithm>
#include <caf/event_based_actor.hpp>

#include "actors/agreement/decider.hpp"
#include "cluster_world.hpp"
#include "messages/constraints.hpp"

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;

}  // namespace

cluster_world::master_view cluster_world::ask_master() {
  master_view seen;
  int missing = 4;
  world_.run.on(0, [&] {
    world_.system.spawn([this, &seen, &missing](caf::event_based_actor* self) {
      auto ask = [&](listing what, auto f) {
        self->request(master_, 10s, query{what}).then([&missing, f](cluster_view& x) {
          f(x);
          --missing;
        });
      };
      ask(listing::agents, [&seen](cluster_view& x) { seen.agents = std::move(x.agents); });
      ask(listing::claims, [&seen](cluster_view& x) { seen.claims = std::move(x.claims); });
      ask(listing::tasks, [&seen](cluster_view& x) { seen.tasks = std::move(x.tasks); });
      ask(listing::frameworks,
          [&seen](cluster_view& x) { seen.frameworks = std::move(x.frameworks); });
    });
  });
  if (!world_.run.run_until([&] { return missing == 0; }, 1s))
    result_.violated("P3", "the master does not answer");
  return seen;
}

resources cluster_world::told_on(const agent_host& x) const {
  resources sum;
  for (const auto& framework : frameworks_) {
    for (const auto& [id, held] : framework.app->grants())
      for (std::uint32_t rank = 0; rank < held.what.slots.size(); ++rank)
        if (const auto& slot = held.what.slots[rank];
            slot.agent == x.id && !held.gone.contains(rank))
          sum += taken_by(held.what.limits, slot.ports);
    // That a task on an offer is lost is told once, and repeated by nobody.
    for (const auto& [id, task] : framework.app->loose_tasks())
      if (task.agent == x.id && x.box->processes().contains({framework.app->id(), id}))
        sum += task.limits;
  }
  return sum;
}

void cluster_world::check_books() {
  auto seen = ask_master();
  for (const auto& x : frameworks_)
    if (!x.app->ended() && !x.app->is_subscribed())
      result_.violated("P3", x.app->name() + " is not subscribed");
  for (const auto& x : agents_)
    check_agent(x, seen);
  check_tasks(seen);
  check_open_claims();
}

void cluster_world::check_agent(const agent_host& x, const master_view& seen) {
  auto entry = std::find_if(seen.agents.begin(), seen.agents.end(),
                            [&](const agent_entry& y) { return y.info.id == x.id; });
  if (entry == seen.agents.end()) {
    result_.violated("P7", "the master does not know agent " + x.id.str());
    return;
  }
  if (entry->state != agent_state::registered)
    result_.violated("P7", "the master believes that " + x.id.str() + " is " +
                             std::string{to_string(entry->state)});
  auto told = told_on(x);
  if (!x.held.empty())
    result_.violated("P2", x.id.str() + " still holds " + x.held.to_string());
  if (!entry->held.empty())
    result_.violated("P2", "the master believes that rounds hold " + entry->held.to_string() +
                             " of " + x.id.str());
  if (x.allocated != entry->allocated)
    result_.violated("P7 of agent and master",
                     "of " + x.id.str() + " the agent says that it has given " +
                       x.allocated.to_string() + ", the master " + entry->allocated.to_string());
  if (x.allocated != told)
    result_.violated("P7 of frameworks", "of " + x.id.str() + " the agent says that it has given " +
                                           x.allocated.to_string() + ", the master " +
                                           entry->allocated.to_string() +
                                           ", frameworks were told " + told.to_string());
  if (!x.info.total.contains(entry->allocated + entry->offered))
    result_.violated("P1",
                     "the master has given and offered more of " + x.id.str() + " than there is");
}

void cluster_world::check_tasks(const master_view& seen) {
  for (const auto& x : agents_)
    for (const auto& [key, process] : x.box->processes()) {
      auto known = std::any_of(seen.tasks.begin(), seen.tasks.end(), [&](const task_entry& y) {
        return y.id == key.task && y.framework == key.framework && !is_terminal(y.last.state) &&
               y.agent == x.id;
      });
      if (!known)
        result_.violated("P7 of tasks", x.id.str() + " runs task " + key.task.str() +
                                          ", which the master does not know");
    }
  for (const auto& y : seen.tasks) {
    if (is_terminal(y.last.state))
      continue;
    auto runs = std::any_of(agents_.begin(), agents_.end(), [&](const agent_host& x) {
      return x.id == y.agent && x.box->processes().contains({y.framework, y.id});
    });
    if (!runs)
      result_.violated("P7 of tasks",
                       "the master believes that task " + y.id.str() + " runs on " + y.agent.str());
  }
}

void cluster_world::check_open_claims() {
  std::size_t open = 0;
  for (const auto& x : frameworks_)
    open += x.app->open_claims().size();
  if (open != 1 || !plan_.shape.roles.empty())
    return;  // They may wait for each other's turn, or for what quota keeps for others.
  for (const auto& x : frameworks_)
    for (const auto& [id, order] : x.app->open_claims()) {
      auto wanted = order.wanted;
      if (!wanted.slot_class.empty())
        wanted.limits = std::get<resources>(resources::parse("cpus:0.5;mem:400"));
      std::vector<candidate> candidates;
      for (const auto& agent : agents_) {
        auto free = agent.info.total - agent.allocated;
        std::uint64_t ports = 0;
        if (auto i = free.ranges().find("ports"); i != free.ranges().end())
          for (const auto& range : i->second)
            ports += range.end - range.begin + 1;
        auto slots = static_cast<std::uint64_t>(free.slots(wanted.limits));
        if (wanted.ports > 0)
          slots = std::min(slots, ports / wanted.ports);
        if (wanted.max_per_agent > 0)
          slots = std::min<std::uint64_t>(slots, wanted.max_per_agent);
        slots = std::min<std::uint64_t>(slots, most_slots(wanted));
        if (slots > 0 && !first_violated(agent.info.attributes, wanted.constraints))
          candidates.push_back(
            {agent.id, static_cast<std::uint32_t>(slots), 0, &agent.info.attributes});
      }
      if (decide(wanted, candidates))
        result_.violated("P3", "claim " + id.str() + " waits although it fits");
    }
}

void cluster_world::check_nothing_left() {
  auto seen = ask_master();
  check_tasks(seen);
  for (const auto& x : agents_) {
    check_agent(x, seen);
    if (!x.allocated.empty())
      result_.violated("P2",
                       "at the end " + x.id.str() + " has still given " + x.allocated.to_string());
  }
  for (const auto& x : frameworks_) {
    for (const auto& [id, order] : x.app->open_claims())
      result_.violated("P3", "claim " + id.str() + " was never answered" + reasons_of(id, seen));
    for (const auto& [id, held] : x.app->grants())
      result_.violated("P2", "grant " + id.str() + " does not end");
  }
  for (const auto& x : frameworks_)
    for (const auto& id : x.app->unreachable_tasks())
      result_.violated("P7 of tasks", "nobody says what has become of task " + id.str());
  for (const auto& x : seen.claims)
    if (x.state == claim_state::waiting || x.state == claim_state::agreeing ||
        x.state == claim_state::granted)
      result_.violated("P7 of claims", "at the end the master still has claim " + x.claim.id.str());
}

std::string cluster_world::reasons_of(const claim_id& x, const master_view& seen) const {
  for (const auto& y : seen.claims)
    if (y.claim.id == x) {
      std::string result = "; the master says that it is " + std::string{to_string(y.state)};
      for (const auto& reason : y.reasons)
        result += ", " + reason;
      return result;
    }
  return "; the master does not know it";
}

}  // namespace entente::simulation
