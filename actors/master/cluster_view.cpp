#include "actors/master/cluster.hpp"

namespace entente {

cluster_view cluster::view(const query& what) {
  cluster_view view;
  auto& summary = view.summary;
  summary.cluster = options_.name;
  summary.version = options_.version;
  summary.agents = agents_.size();
  summary.offers = offers_.size();
  summary.tasks_finished = tasks_finished_;
  summary.tasks_failed = tasks_failed_;
  summary.claims_waiting = waiting_.size() + rounds_.size();
  summary.grants = grants_.size();
  for (const auto& [id, agent] : agents_) {
    summary.total += agent.info.total;
    summary.offered += agent.offered;
    summary.allocated += agent.allocated;
  }
  view.maintenance = maintenance_.windows(now_);
  if (what.what == listing::agents)
    view.agents = agent_entries();
  for (const auto& [id, framework] : frameworks_) {
    summary.frameworks += framework.state != framework_state::completed;
    auto tasks = framework.tasks.size() + unreachable_.count_of(id);
    summary.tasks_active += tasks;
    if (what.what == listing::frameworks)
      view.frameworks.push_back(
        {framework.info, framework.state, tasks, framework.allocated, offer_log_.counts(id)});
    if (what.what == listing::tasks)
      for (const auto& [task, entry] : framework.tasks)
        view.tasks.push_back(entry);
  }
  if (what.what == listing::tasks) {
    for (const auto& [key, entry] : unreachable_.all())
      view.tasks.push_back(entry);
    for (const auto& key : ended_order_)
      view.tasks.push_back(ended_.at(key));
  }
  if (what.what == listing::offers)
    for (const auto& [id, offer] : offers_)
      view.offers.push_back(offer);
  if (what.what == listing::offer_history)
    view.offer_history = offer_log_.entries();
  if (what.what == listing::roles)
    view.roles = role_entries();
  if (what.what == listing::claims)
    view.claims = claim_entries();
  if (what.what == listing::pool) {
    count_pool();
    view.pool = pool_.entries();
  }
  return view;
}

std::vector<claim_entry> cluster::claim_entries() const {
  std::vector<claim_entry> result;
  for (const auto& [key, claim] : claims_)
    result.push_back(claim.entry);
  for (const auto& key : ended_claims_order_)
    result.push_back(ended_claims_.at(key));
  return result;
}

std::optional<task_entry> cluster::find_task(const framework_id& framework,
                                             const task_id& task) const {
  const framework_record* newest = nullptr;
  for (const auto& [id, record] : frameworks_)
    if ((!framework || id == framework) &&
        (record.tasks.contains(task) || unreachable_.contains({id, task})) &&
        (!newest || record.number > newest->number))
      newest = &record;
  if (newest) {
    auto there = newest->tasks.find(task);
    return there != newest->tasks.end() ? there->second
                                        : *unreachable_.find({newest->info.id, task});
  }
  for (auto i = ended_order_.rbegin(); i != ended_order_.rend(); ++i)
    if (i->second == task && (!framework || i->first == framework))
      return ended_.at(*i);
  return std::nullopt;
}

}  // namespace entente
