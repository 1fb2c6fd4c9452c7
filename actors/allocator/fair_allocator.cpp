#include "actors/allocator/fair_allocator.hpp"

#include <algorithm>
#include <utility>

namespace entente {

fair_allocator::fair_allocator(allocator_options options)
    : options_(std::move(options)), tree_(names_) {
  for (const auto& [name, x] : options_.roles)
    tree_.set_options(tree_.role(name), x);
}

fair_allocator::~fair_allocator() = default;

fair_allocator::agent_record* fair_allocator::find(const agent_id& id) {
  auto i = agents_.find(id);
  return i == agents_.end() ? nullptr : i->second.get();
}

const fair_allocator::agent_record* fair_allocator::find(const agent_id& id) const {
  auto i = agents_.find(id);
  return i == agents_.end() ? nullptr : i->second.get();
}

// -- agents -------------------------------------------------------------------------------

void fair_allocator::add_agent(const agent_info& info) {
  remove_agent(info.id);
  auto& agent = *(agents_[info.id] = std::make_unique<agent_record>());
  agent.id = info.id;
  agent.number = ++agents_made_;
  agent.total = info.total;
  agent.is_aside = set_aside_.contains(info.id);
  agent.domain = domain_of(info);
  for (const auto& [role, amount] : info.reservations)
    agent.reserved.set_fixed(role, names_.of(amount));
  tree_.set_total(tree_.total() + names_.of(info.total));
  changed(agent);
}

std::size_t fair_allocator::domain_of(const agent_info& info) {
  auto i = info.attributes.find(options_.fault_domain);
  if (i == info.attributes.end())
    return 0;
  return domains_.try_emplace(i->second, domains_.size() + 1).first->second;
}

void fair_allocator::update_agent(const agent_info& info) {
  auto* agent = find(info.id);
  if (!agent)
    return;
  tree_.set_total(tree_.total() - names_.of(agent->total) + names_.of(info.total));
  agent->total = info.total;
  agent->domain = domain_of(info);
  auto before = agent->reserved.entries();
  for (const auto& [role, x] : before)
    if (!info.reservations.contains(role)) {
      agent->reserved.set_fixed(role, {});
      if (!agent->reserved.entries().contains(role))
        keep(role, quantities{} - x.unused);
    }
  for (const auto& [role, amount] : info.reservations)
    agent->reserved.set_fixed(role, names_.of(amount));
  changed(*agent);
}

void fair_allocator::set_active(const agent_id& id, bool active) {
  auto* agent = find(id);
  if (!agent || agent->is_active == active)
    return;
  agent->is_active = active;
  changed(*agent);
}

bool fair_allocator::is_active(const agent_id& id) const {
  const auto* agent = find(id);
  return agent && agent->is_active;
}

void fair_allocator::remove_agent(const agent_id& id) {
  auto* agent = find(id);
  if (!agent)
    return;
  auto charges = std::exchange(agent->charges, {});
  for (const auto& x : charges)
    tree_.uncharge(*x.client, x.amount);
  for (const auto& [role, x] : agent->reserved.entries())
    keep(role, quantities{} - x.unused);
  for (const auto& x : charges)
    tree_.prune(*x.client);
  tree_.set_total(tree_.total() - names_.of(agent->total));
  spare_ -= agent->spare;
  set_free_listed(*agent, false);
  if (agent->is_due)
    std::erase(due_, agent);
  if (agent->is_blocked)
    std::erase(blocked_, agent);
  agents_.erase(id);
}

void fair_allocator::set_aside(const std::set<agent_id>& agents) {
  auto mark = [this](const agent_id& id, bool aside) {
    if (auto* agent = find(id)) {
      agent->is_aside = aside;
      if (!aside)
        look_at(*agent);
    }
  };
  for (const auto& id : set_aside_)
    if (!agents.contains(id))
      mark(id, false);
  for (const auto& id : agents)
    mark(id, true);
  set_aside_ = agents;
}

// -- frameworks -----------------------------------------------------------------------------

void fair_allocator::revive(const framework_id& framework, const std::vector<std::string>& roles) {
  for (const auto& role : roles) {
    auto& client = tree_.client(role, framework);
    tree_.renew(client);
    tree_.set_wants(client, true);
  }
  all_due_ = true;
}

void fair_allocator::suppress(const framework_id& framework,
                              const std::vector<std::string>& roles) {
  for (const auto& role : roles)
    if (auto* client = tree_.find_client(role, framework)) {
      tree_.set_wants(*client, false);
      tree_.prune(*client);
    }
}

// -- who has what -----------------------------------------------------------------------------

void fair_allocator::take(const account& who, const agent_id& id, const resources& amount) {
  auto* agent = find(id);
  if (!agent)
    return;
  auto& client = tree_.client(who.role, who.framework);
  auto scalars = names_.of(amount);
  tree_.charge(client, scalars);
  add_charge(*agent, client, scalars);
  agent->given += amount;
  changed(*agent);
  tree_.prune(client);
}

void fair_allocator::give_back(const account& who, const agent_id& id, const resources& amount,
                               std::optional<time_point> filtered_until) {
  auto* agent = find(id);
  if (!agent)
    return;
  quantities taken;
  auto* client = tree_.find_client(who.role, who.framework);
  if (client) {
    if (filtered_until)
      set_filter(*agent, *client, amount, *filtered_until);
    taken = drop_charge(*agent, *client, names_.of(amount));
  }
  agent->given -= limited(amount, taken);
  changed(*agent);
  if (client)
    tree_.prune(*client);
}

void fair_allocator::hold(const agent_id& id, const resources& amount) {
  if (auto* agent = find(id)) {
    agent->given += amount;
    agent->held += names_.of(amount);
    changed(*agent);
  }
}

void fair_allocator::unhold(const agent_id& id, const resources& amount) {
  if (auto* agent = find(id)) {
    auto taken = min(names_.of(amount), agent->held);
    agent->held -= taken;
    agent->given -= limited(amount, taken);
    changed(*agent);
  }
}

void fair_allocator::expect(const account& who, const resources& amount) {
  auto& client = tree_.client(who.role, who.framework);
  tree_.charge(client, names_.of(amount));
  tree_.prune(client);
}

void fair_allocator::unexpect(const account& who, const resources& amount) {
  if (auto* client = tree_.find_client(who.role, who.framework)) {
    tree_.uncharge(*client, names_.of(amount));
    tree_.prune(*client);
  }
}

// -- the books of an agent --------------------------------------------------------------------

resources fair_allocator::limited(const resources& amount, const quantities& most) {
  auto result = amount;
  for (const auto& [name, milli] : amount.scalars())
    if (auto x = most[names_.index(name)]; x < milli)
      result.set_milli(name, x);
  return result;
}

/// What has no scalars is not written down: nothing would keep the client alive.
void fair_allocator::add_charge(agent_record& agent, share_node& client, const quantities& amount) {
  if (!amount.any())
    return;
  auto i = std::find_if(agent.charges.begin(), agent.charges.end(),
                        [&](const charge& x) { return x.client == &client; });
  if (i == agent.charges.end())
    agent.charges.push_back({&client, amount});
  else
    i->amount += amount;
}

/// @returns what it had of that.
quantities fair_allocator::drop_charge(agent_record& agent, share_node& client,
                                       const quantities& amount) {
  auto i = std::find_if(agent.charges.begin(), agent.charges.end(),
                        [&](const charge& x) { return x.client == &client; });
  if (i == agent.charges.end())
    return {};
  auto taken = min(amount, i->amount);
  i->amount -= taken;
  if (!i->amount.any())
    agent.charges.erase(i);
  tree_.uncharge(client, taken);
  return taken;
}

void fair_allocator::set_filter(agent_record& agent, const share_node& client,
                                const resources& amount, time_point until) {
  auto& known = agent.filters[client.epoch];
  std::erase_if(known, [&](const filter& x) { return amount.contains(x.amount); });
  if (known.size() == most_filters)
    known.erase(known.begin());
  known.push_back({amount, until});
  filter_ends_.emplace(until, std::pair{agent.id, client.epoch});
}

void fair_allocator::changed(agent_record& agent) {
  count(agent);
  look_at(agent);
}

void fair_allocator::count(agent_record& agent) {
  agent.free = agent.total;
  agent.free -= agent.given;
  spare_ -= agent.spare;
  agent.spare = names_.of(agent.free);
  if (!agent.reserved.empty()) {
    count_reservations(agent);
    agent.spare = max(agent.spare - agent.reserved.unused(), {});
  }
  if (!agent.is_active)
    agent.spare = {};
  spare_ += agent.spare;
  set_free_listed(agent, agent.is_active && !agent.free.empty());
}

void fair_allocator::count_reservations(agent_record& agent) {
  std::map<std::string, quantities> used;
  for (const auto& x : agent.charges)
    used[role_tree::role_of(*x.client).name] += x.amount;
  for (const auto& [role, change] : agent.reserved.count(used))
    keep(role, change);
}

void fair_allocator::keep(const std::string& role, const quantities& change) {
  auto& node = tree_.role(role);
  tree_.keep(node, change);
  tree_.prune(node);
  is_rebooked_ = is_rebooked_ || tree_.has_quota();
}

void fair_allocator::set_free_listed(agent_record& agent, bool listed) {
  if (listed == (agent.free_place > 0))
    return;
  if (listed) {
    free_.push_back(&agent);
    agent.free_place = free_.size();
    return;
  }
  free_.back()->free_place = agent.free_place;
  std::swap(free_[agent.free_place - 1], free_.back());
  free_.pop_back();
  agent.free_place = 0;
}

}  // namespace entente
