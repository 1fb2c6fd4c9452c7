#include <functional>
#include <set>
#include <utility>

#include "actors/master/cluster.hpp"
#include "actors/master/task_problem.hpp"

namespace entente {

namespace {

/// A filter is kept until its end: a framework's word must not decide for how long.
constexpr std::chrono::milliseconds longest_filter{std::chrono::hours{1}};

}  // namespace

void cluster::make_offers(time_point now) {
  offers_are_late_ = offers_made_at_ && now < *offers_made_at_ + options_.offer_interval;
  if (offers_are_late_)
    return;
  std::map<framework_id, resource_offers> batches;
  for (auto& plan : sharer_->allocate(now)) {
    auto& agent = agents_.at(plan.agent);
    agent.offered += plan.available;
    agent.offered_to[plan.to.role] += plan.available;
    if (!plan.reserved.empty())
      agent.reserved_in_offers[plan.to.role] += plan.reserved;
    offer x{offer_id{options_.id_prefix + "-O" + std::to_string(++offers_made_)},
            plan.to.framework,
            plan.agent,
            agent.info.hostname,
            std::move(plan.available),
            agent.info.attributes,
            plan.to.role,
            std::move(plan.reserved)};
    offer_log_.sent(x, now);
    offer_times_.set(x.id, now + options_.offer_timeout);
    batches[x.framework].offers.push_back(x);
    offers_.emplace(x.id, std::move(x));
    changed();
  }
  if (!batches.empty())
    offers_made_at_ = now;
  for (auto& [framework, batch] : batches)
    tell(framework, std::move(batch));
}

offer cluster::take_offer(std::map<offer_id, offer>::iterator i, offer_outcome outcome) {
  auto taken = std::move(i->second);
  offers_.erase(i);
  offer_times_.clear(taken.id);
  offer_log_.ended(taken.framework, taken.id, outcome);
  auto& agent = agents_.at(taken.agent);
  agent.offered -= taken.available;
  if (auto i = agent.offered_to.find(taken.role); i != agent.offered_to.end())
    if ((i->second -= taken.available).empty())
      agent.offered_to.erase(i);
  if (auto i = agent.reserved_in_offers.find(taken.role); i != agent.reserved_in_offers.end())
    if ((i->second -= taken.reserved).empty())
      agent.reserved_in_offers.erase(i);
  changed();
  return taken;
}

void cluster::give_back(const offer& x, const resources& amount, std::chrono::milliseconds filter,
                        time_point now) {
  filter = std::min(filter, longest_filter);
  sharer_->give_back({x.framework, x.role}, x.agent, amount,
                     filter.count() > 0 ? std::optional{now + filter} : std::nullopt);
  if (sharer_->tree().has_quota())
    ++capacity_version_;  // What a role no longer holds in offers, others may be allowed.
}

void cluster::rescind(std::map<offer_id, offer>::iterator i) {
  auto taken = take_offer(i, offer_outcome::rescinded);
  sharer_->give_back({taken.framework, taken.role}, taken.agent, taken.available);
  tell(taken.framework, offer_rescinded{taken.id});
}

void cluster::time_out(std::map<offer_id, offer>::iterator i, time_point now) {
  auto taken = take_offer(i, offer_outcome::timed_out);
  // It has the smallest share still, and would be first again.
  give_back(taken, taken.available, options_.offer_timeout, now);
  tell(taken.framework, offer_rescinded{taken.id});
}

std::optional<offer> cluster::take_offers(const framework_id& framework,
                                          const std::vector<offer_id>& offers) {
  std::optional<offer> sum;
  bool valid = !offers.empty();
  for (const auto& id : offers) {
    auto i = offers_.find(id);
    if (i == offers_.end() || i->second.framework != framework) {
      valid = false;
      continue;
    }
    auto taken = take_offer(i, offer_outcome::accepted);
    if (!sum) {
      sum = std::move(taken);
    } else if (sum->agent == taken.agent && sum->role == taken.role) {
      sum->available += taken.available;
    } else {
      valid = false;
      give_back(taken, taken.available, {}, {});
    }
  }
  if (!valid && sum) {
    give_back(*sum, sum->available, {}, {});
    sum.reset();
  }
  return sum;
}

void cluster::accept(const accept_offers& call, time_point now) {
  offer_log_.is_now(now);
  auto* framework = find(call.framework);
  if (!framework || framework->state != framework_state::active)
    return;
  auto taken = take_offers(call.framework, call.offers);
  if (!taken) {
    for (const auto& task : call.tasks)
      // A repeated message must not call a task dropped that the first one launched.
      if (!was_launched(*framework, task.id))
        refuse_task(call.framework, task, task_state::dropped, task_reason::invalid_offers,
                    "the offer was rescinded, has timed out, or is not of one agent and role");
    return;
  }
  launch_tasks launched{call.framework, {}, {}, {}, taken->role};
  for (const auto& unit : units_of(call.tasks, std::identity{}))
    if (launch(*framework, *taken, unit))
      for (const auto* task : unit)
        launched.tasks.push_back(*task);
  if (!launched.tasks.empty())
    tell(taken->agent, std::move(launched));
  if (!taken->available.empty())
    give_back(*taken, taken->available, call.filter, now);
}

bool cluster::launch(framework_record& framework, offer& from, const task_unit& unit) {
  auto& agent = agents_.at(from.agent);
  auto left = from.available;
  std::set<task_id> ids;
  for (const auto* task : unit) {
    auto problem = entente::problem_of(*task);
    if (!problem)
      problem = problem_on(agent.info, agent.protocol, *task);
    if (!problem && (was_launched(framework, task->id) || !ids.insert(task->id).second))
      problem = "a task of this id was launched before";
    if (!problem && !left.contains(task->limits))
      problem = "it wants " + task->limits.to_string() + ", the offer has " + left.to_string();
    if (problem) {
      refuse_unit(framework.info.id, unit, task->id, *problem);
      return false;
    }
    left -= task->limits;
  }
  for (const auto* task : unit) {
    agent.allocated += task->limits;
    framework.allocated += task->limits;
    add_task(framework, from.agent, *task, {}, 0, from.role);
  }
  from.available = std::move(left);
  pool_stale_.insert(from.agent);
  return true;
}

void cluster::decline(const decline_offers& call, time_point now) {
  offer_log_.is_now(now);
  for (const auto& id : call.offers) {
    auto i = offers_.find(id);
    if (i == offers_.end() || i->second.framework != call.framework)
      continue;
    auto taken = take_offer(i, offer_outcome::declined);
    give_back(taken, taken.available, call.filter, now);
  }
}

}  // namespace entente
