#include <algorithm>
#include <utility>

#include "actors/allocator/fair_allocator.hpp"

namespace entente {

namespace {

using kind = share_node::kind;

}  // namespace

// -- whom to look at --------------------------------------------------------------------------

void fair_allocator::look_at(agent_record& agent) {
  if (!std::exchange(agent.is_due, true))
    due_.push_back(&agent);
}

void fair_allocator::wake_filtered(time_point now) {
  while (!filter_ends_.empty() && filter_ends_.begin()->first <= now) {
    auto [id, epoch] = std::move(filter_ends_.begin()->second);
    filter_ends_.erase(filter_ends_.begin());
    auto* agent = find(id);
    if (!agent)
      continue;
    auto i = agent->filters.find(epoch);
    if (i == agent->filters.end() ||
        std::erase_if(i->second, [now](const filter& x) { return x.until <= now; }) == 0)
      continue;
    if (i->second.empty())
      agent->filters.erase(i);
    look_at(*agent);
  }
}

std::optional<time_point> fair_allocator::next_filter_end() const {
  if (filter_ends_.empty())
    return std::nullopt;
  return filter_ends_.begin()->first;
}

std::vector<fair_allocator::agent_record*> fair_allocator::agents_to_look_at() {
  auto result = std::exchange(due_, {});
  for (auto* agent : result)
    agent->is_due = false;
  if (std::exchange(all_due_, false)) {
    result = free_;
    unblock_all();
  }
  std::sort(result.begin(), result.end(),
            [](const auto* a, const auto* b) { return a->number < b->number; });
  return result;
}

void fair_allocator::block(agent_record& agent) {
  is_watch_late_ = true;
  if (!std::exchange(agent.is_blocked, true))
    blocked_.push_back(&agent);
}

void fair_allocator::unblock_all() {
  for (auto* agent : std::exchange(blocked_, {}))
    agent->is_blocked = false;
  watch_.forget();
}

bool fair_allocator::is_eased() const {
  return is_rebooked_ || watch_.has_grown(tree_, slack());
}

// -- what they are offered ----------------------------------------------------------------------

std::vector<offer_plan> fair_allocator::allocate(time_point now) {
  wake_filtered(now);
  std::vector<offer_plan> plans;
  if (!tree_.anybody_wants())
    return plans;
  auto agents = agents_to_look_at();
  auto is_first = blocked_.empty();
  is_rebooked_ = is_rebooked_ && !is_first;
  give_out(agents, plans);
  if (is_first && !blocked_.empty())
    watch();
  // What has become free is mostly taken where it is: then quota leaves no more than before.
  while (!blocked_.empty() && is_eased())
    give_out_blocked(plans);
  if (is_watch_late_)
    watch();
  return plans;
}

void fair_allocator::give_out_blocked(std::vector<offer_plan>& plans) {
  auto agents = std::exchange(blocked_, {});
  // What is used otherwise may leave more in the middle of a look round: then all are looked at.
  auto all = std::exchange(is_rebooked_, false);
  auto i = agents.begin();
  for (auto goes_on = true; goes_on && i != agents.end(); ++i) {
    auto made = plans.size();
    (*i)->is_blocked = false;
    give_out(**i, plans);
    goes_on = all || plans.size() == made || is_eased();
  }
  // Who was not looked at is first the next time.
  blocked_.insert(blocked_.begin(), i, agents.end());
  watch();
}

void fair_allocator::watch() {
  watch_.remember(tree_, slack());
  is_watch_late_ = false;
}

void fair_allocator::give_out(const std::vector<agent_record*>& agents,
                              std::vector<offer_plan>& plans) {
  if (options_.fault_domain.empty()) {
    for (auto* agent : agents)
      give_out(*agent, plans);
    return;
  }
  std::map<std::size_t, std::vector<agent_record*>> domains;
  for (auto i = agents.size(); i-- > 0;)
    domains[agents[i]->domain].push_back(agents[i]);
  auto any = [](const share_node&) { return true; };
  while (!domains.empty()) {
    // Every framework goes round the domains by itself: one order of agents for all would bring
    // frameworks that are served in turn to the same domains again and again.
    auto* client = tree_.first(any, any);
    auto next = domains.upper_bound(client ? client->domain : 0);
    if (next == domains.end())
      next = domains.begin();
    auto* agent = next->second.back();
    next->second.pop_back();
    if (next->second.empty())
      domains.erase(next);
    give_out(*agent, plans);
  }
}

void fair_allocator::give_out(agent_record& agent, std::vector<offer_plan>& plans) {
  auto begin = static_cast<std::ptrdiff_t>(plans.size());
  while (agent.is_active && !agent.is_aside && is_worth_an_offer(agent.free)) {
    share_of_agent found;
    share_node* client = nullptr;
    if (tree_.need().any())
      client = first_for(agent, true, found);
    if (!client)
      client = first_for(agent, false, found);
    if (!client)
      return;
    auto amount = found.part ? std::move(*found.part) : agent.free;
    auto scalars = names_.of(amount);
    tree_.serve(*client, scalars);
    client->domain = agent.domain;
    add_charge(agent, *client, scalars);
    agent.given += amount;
    count(agent);
    account to{framework_id{client->name}, role_tree::role_of(*client).name};
    auto known = std::find_if(plans.begin() + begin, plans.end(),
                              [&](const offer_plan& x) { return x.to == to; });
    if (known == plans.end()) {
      plans.push_back({std::move(to), agent.id, std::move(amount), std::move(found.reserved)});
    } else {
      known->available += amount;
      known->reserved += found.reserved;
    }
  }
}

/// The client whose turn it is, and what it may be offered; null if nobody is left.
share_node* fair_allocator::first_for(agent_record& agent, bool for_guarantee,
                                      share_of_agent& found) {
  search x{agent, for_guarantee, names_.of(agent.free), slack()};
  auto enters = [&](const share_node& node) {
    if (node.what == kind::role)
      return true;
    auto share = share_for(node, x);
    if (share)
      found = std::move(*share);
    return share.has_value();
  };
  auto takes = [&](const share_node& node) { return !is_filtered(agent, node, found.of(agent)); };
  auto* client = for_guarantee ? tree_.first_in_need(enters, takes) : tree_.first(enters, takes);
  if (!client && x.has_cut)
    block(agent);
  return client;
}

bool fair_allocator::is_filtered(const agent_record& agent, const share_node& client,
                                 const resources& amount) const {
  if (agent.filters.empty())
    return false;
  auto i = agent.filters.find(client.epoch);
  return i != agent.filters.end() &&
         std::any_of(i->second.begin(), i->second.end(),
                     [&](const filter& x) { return x.amount.contains(amount); });
}

bool fair_allocator::is_worth_an_offer(const resources& amount) const {
  const auto& least = options_.min_offer.scalars();
  if (least.empty())
    return !amount.empty();
  return std::any_of(least.begin(), least.end(),
                     [&](const auto& x) { return amount.milli(x.first) >= x.second; });
}

quantities fair_allocator::slack() const {
  quantities result;
  const auto& need = tree_.need();
  for (std::size_t i = 0; i < names_.size(); ++i)
    result.set(i, need[i] > 0 ? std::max<std::int64_t>(0, spare_[i] - need[i]) : unbounded);
  return result;
}

quantities fair_allocator::cut_for_guarantees(const share_node& node, const search& x) const {
  auto missing = tree_.covers(node);
  auto amount = min(x.agent.spare, missing + x.slack);
  if (x.for_guarantee)
    for (std::size_t i = 0; i < missing.size(); ++i)
      if (missing[i] > 0)
        amount.set(i, std::min(amount[i], missing[i]));
  return amount;
}

bool fair_allocator::is_essential(std::size_t scalar) const {
  return names_.name(scalar) == "cpus" || names_.name(scalar) == "mem";
}

bool fair_allocator::is_at_limit(const share_node& node, const search& x) const {
  bool result = false;
  tree_.for_each_limit(node, [&](const share_node&, std::size_t index, std::int64_t room) {
    result = result || (is_essential(index) && x.agent.spare[index] > 0 && room <= 0);
  });
  return result;
}

std::optional<fair_allocator::share_of_agent> fair_allocator::share_for(const share_node& node,
                                                                        search& x) {
  if (x.agent.reserved.empty() && !tree_.has_quota())
    return share_of_agent{};
  if (is_at_limit(node, x)) {
    x.has_cut = x.has_cut || !x.for_guarantee;
    return std::nullopt;
  }
  auto reserved = min(x.all, x.agent.reserved.usable_by(role_tree::role_of(node).name));
  auto most = min(x.all, x.agent.spare + reserved);
  auto amount = cut_for_guarantees(node, x) + reserved;
  tree_.cut_to_limits(node, amount);
  amount = min(amount, most);
  x.has_cut = x.has_cut || (!x.for_guarantee && amount != most);
  for (std::size_t i = 0; i < most.size(); ++i)
    if (is_essential(i) && most[i] > 0 && amount[i] <= 0)
      return std::nullopt;
  share_of_agent result;
  if (amount != x.all) {
    result.part = x.agent.free;
    for (std::size_t i = 0; i < x.all.size(); ++i)
      result.part->set_milli(names_.name(i), amount[i]);
  }
  result.reserved = names_.as_resources(min(reserved, amount));
  if (!is_worth_an_offer(result.of(x.agent)))
    return std::nullopt;
  return result;
}

}  // namespace entente
