#include <utility>

#include "actors/master/cluster.hpp"

namespace entente {

void cluster::make_offers(time_point now) {
  std::map<framework_id, resource_offers> batches;
  for (auto& plan : sharer_->allocate(now)) {
    auto& agent = agents_.at(plan.agent);
    agent.offered += plan.available;
    offer x{offer_id{options_.id_prefix + "-O" + std::to_string(++offers_made_)},
            plan.framework,
            plan.agent,
            agent.info.hostname,
            std::move(plan.available),
            agent.info.attributes};
    batches[plan.framework].offers.push_back(x);
    auto id = x.id;
    offer_times_.set(id, now + options_.offer_timeout);
    offers_.emplace(std::move(id), std::move(x));
    changed();
  }
  for (auto& [framework, batch] : batches)
    tell(framework, std::move(batch));
}

offer cluster::take_offer(std::map<offer_id, offer>::iterator i) {
  auto taken = std::move(i->second);
  offers_.erase(i);
  offer_times_.clear(taken.id);
  agents_.at(taken.agent).offered -= taken.available;
  changed();
  return taken;
}

void cluster::rescind(std::map<offer_id, offer>::iterator i) {
  auto record = take_offer(i);
  sharer_->recover(record.framework, record.agent, record.available, {});
  tell(record.framework, offer_rescinded{record.id});
}

std::optional<std::pair<agent_id, resources>>
cluster::take_offers(const framework_id& framework, const std::vector<offer_id>& offers) {
  std::optional<std::pair<agent_id, resources>> sum;
  bool valid = !offers.empty();
  for (const auto& id : offers) {
    auto i = offers_.find(id);
    if (i == offers_.end() || i->second.framework != framework) {
      valid = false;
      continue;
    }
    auto record = take_offer(i);
    if (!sum) {
      sum.emplace(record.agent, std::move(record.available));
    } else if (sum->first == record.agent) {
      sum->second += record.available;
    } else {
      valid = false;
      sharer_->recover(framework, record.agent, record.available, {});
    }
  }
  if (!valid && sum) {
    sharer_->recover(framework, sum->first, sum->second, {});
    sum.reset();
  }
  return sum;
}

void cluster::accept(const accept_offers& call, time_point now) {
  auto* framework = find(call.framework);
  if (!framework || framework->state != framework_state::active)
    return;
  auto taken = take_offers(call.framework, call.offers);
  if (!taken) {
    for (const auto& task : call.tasks)
      // A repeated message must not call a task dropped that the first one launched.
      if (!was_launched(*framework, task.id))
        refuse_task(call.framework, task, task_state::dropped, task_reason::invalid_offers,
                    "the offer was rescinded, has timed out, or is not of one agent");
    return;
  }
  auto& [agent, rest] = *taken;
  launch_tasks launched{call.framework, {}};
  for (const auto& task : call.tasks)
    if (launch(*framework, agent, task, rest))
      launched.tasks.push_back(task);
  if (!launched.tasks.empty())
    tell(agent, std::move(launched));
  if (!rest.empty())
    sharer_->recover(call.framework, agent, rest,
                     call.filter.count() > 0 ? std::optional{now + call.filter} : std::nullopt);
}

bool cluster::launch(framework_record& framework, const agent_id& agent, const task_info& task,
                     resources& rest) {
  auto problem = problem_of(task);
  if (!problem && was_launched(framework, task.id))
    problem = "a task of this id was launched before";
  if (!problem && !rest.contains(task.limits))
    problem = "it wants " + task.limits.to_string() + ", the offer has " + rest.to_string();
  if (problem) {
    refuse_task(framework.info.id, task, task_state::error, task_reason::task_invalid,
                std::move(*problem));
    return false;
  }
  rest -= task.limits;
  agents_.at(agent).allocated += task.limits;
  pool_stale_.insert(agent);
  framework.allocated += task.limits;
  add_task(framework, agent, task, {}, 0);
  return true;
}

void cluster::decline(const decline_offers& call, time_point now) {
  for (const auto& id : call.offers) {
    auto i = offers_.find(id);
    if (i == offers_.end() || i->second.framework != call.framework)
      continue;
    auto record = take_offer(i);
    sharer_->recover(call.framework, record.agent, record.available,
                     call.filter.count() > 0 ? std::optional{now + call.filter} : std::nullopt);
  }
}

}  // namespace entente
