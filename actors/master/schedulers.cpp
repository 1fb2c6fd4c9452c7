#include "actors/master/schedulers.hpp"

#include <algorithm>

namespace entente {

namespace {

constexpr std::size_t most_remembered = 1'000;

}  // namespace

scheduler_actor schedulers::find(const framework_id& framework) const {
  auto i = by_framework_.find(framework);
  return i == by_framework_.end() ? scheduler_actor{} : i->second;
}

framework_id schedulers::framework_of(const caf::actor_addr& scheduler) const {
  auto i = by_scheduler_.find(scheduler);
  return i == by_scheduler_.end() ? framework_id{} : i->second;
}

bool schedulers::was_replaced(const framework_id& framework,
                              const caf::actor_addr& scheduler) const {
  if (framework_of(scheduler) == framework)
    return false;
  return std::any_of(former_.begin(), former_.end(), [&](const former& x) {
    return x.was_replaced && x.framework == framework && x.scheduler == scheduler;
  });
}

scheduler_actor schedulers::put(const framework_id& framework, const scheduler_actor& scheduler) {
  auto before = find(framework);
  if (before == scheduler)
    return {};
  auto address = scheduler.address();
  std::erase_if(
    former_, [&](const former& x) { return x.framework == framework && x.scheduler == address; });
  for (auto& x : former_)
    x.was_replaced = x.was_replaced || x.framework == framework;
  if (before) {
    by_scheduler_.erase(before.address());
    remember({framework, before.address(), true});
  }
  by_framework_[framework] = scheduler;
  by_scheduler_[address] = framework;
  return before;
}

framework_id schedulers::remove(const caf::actor_addr& scheduler) {
  auto framework = framework_of(scheduler);
  if (framework.empty())
    return framework;
  by_scheduler_.erase(scheduler);
  by_framework_.erase(framework);
  remember({framework, scheduler, false});
  return framework;
}

void schedulers::remember(former x) {
  former_.push_back(std::move(x));
  if (former_.size() > most_remembered)
    former_.pop_front();
}

}  // namespace entente
