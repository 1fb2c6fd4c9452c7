// Quota, weights, reservations, and what they leave for claims.
#include <algorithm>
#include <utility>

#include "actors/allocator/fair_allocator.hpp"

namespace entente {

namespace {

using kind = share_node::kind;

/// What the roles of a subtree are guaranteed together, if `changed` had `guarantee`.
quantities guaranteed_below(const share_node& node, const share_node& changed,
                            const quantities& guarantee) {
  quantities children;
  for (const auto& [key, child] : node.children)
    if (child->what == kind::role)
      children += guaranteed_below(*child, changed, guarantee);
  return max(children, &node == &changed ? guarantee : node.guarantee);
}

const share_node& top_of(const share_node& node) {
  auto* x = &node;
  while (x->parent)
    x = x->parent;
  return *x;
}

}  // namespace

// -- quota and weights ----------------------------------------------------------------------

void fair_allocator::set_options(const std::string& role, const role_options& options) {
  tree_.set_options(tree_.role(role), options);
  all_due_ = true;
}

role_options fair_allocator::options_of(const std::string& role) {
  const auto* node = tree_.find_role(role);
  return node ? node->options : role_options{};
}

std::optional<std::string> fair_allocator::problem_of_quota(const std::string& role,
                                                            const resources& guarantee,
                                                            const resources& limit) {
  auto past = [&](const resources& limit_there, const resources& wanted) {
    return std::any_of(limit_there.scalars().begin(), limit_there.scalars().end(),
                       [&](const auto& x) { return wanted.milli(x.first) > x.second; });
  };
  auto& node = tree_.role(role);
  std::optional<std::string> problem;
  if (past(limit, guarantee))
    problem =
      "the guarantee " + guarantee.to_string() + " is more than the limit " + limit.to_string();
  auto wanted = names_.of(guarantee);
  auto together = names_.as_resources(guaranteed_below(node, node, wanted));
  if (!problem && past(limit, together))
    problem = "roles below " + role + " are guaranteed " + together.to_string() +
              ", which is more than the limit " + limit.to_string();
  for (auto* above = node.parent; !problem && above && above->parent; above = above->parent) {
    auto sum = names_.as_resources(guaranteed_below(*above, node, wanted));
    if (past(above->options.limit, sum))
      problem = "role " + above->name + " has the limit " + above->options.limit.to_string() +
                ", and the roles below it would be guaranteed " + sum.to_string();
  }
  tree_.prune(node);
  return problem;
}

std::optional<std::string> fair_allocator::problem_of_guarantee(const std::string& role,
                                                                const resources& guarantee) {
  auto& node = tree_.role(role);
  auto sum = guaranteed_below(top_of(node), node, names_.of(guarantee));
  tree_.prune(node);
  auto missing = max(sum - tree_.total(), {});
  if (!missing.any())
    return std::nullopt;
  return "all guarantees together would be " + names_.as_resources(sum).to_string() +
         ", the cluster has " + names_.as_resources(tree_.total()).to_string();
}

// -- reservations -----------------------------------------------------------------------------

std::optional<std::string> fair_allocator::reserve(const agent_id& id, const std::string& role,
                                                   const resources& amount) {
  auto* agent = find(id);
  if (!agent)
    return "there is no agent " + id.str();
  auto free = names_.as_resources(agent->spare);
  if (!free.contains(amount))
    return "agent " + id.str() + " has " + (free.empty() ? "nothing" : free.to_string()) +
           " that is free and not reserved, not " + amount.to_string();
  auto& node = tree_.role(role);
  auto most = tree_.covers(node) + slack();
  tree_.prune(node);
  if (max(names_.of(amount) - most, {}).any())
    return "what is free is kept for guarantees that are not met: " +
           names_.as_resources(tree_.need()).to_string();
  agent->reserved.add(role, names_.of(amount));
  changed(*agent);
  return std::nullopt;
}

bool fair_allocator::restore_reservation(const agent_id& id, const std::string& role,
                                         const resources& amount) {
  auto* agent = find(id);
  if (!agent || !names_.as_resources(agent->spare).contains(amount))
    return false;
  agent->reserved.add(role, names_.of(amount));
  changed(*agent);
  return true;
}

std::optional<std::string> fair_allocator::unreserve(const agent_id& id, const std::string& role,
                                                     const resources& amount) {
  auto* agent = find(id);
  if (!agent)
    return "there is no agent " + id.str();
  auto i = agent->reserved.entries().find(role);
  auto known = i == agent->reserved.entries().end() ? quantities{} : i->second.dynamic;
  auto wanted = names_.of(amount);
  if (!known.any() || max(wanted - known, {}).any())
    return "agent " + id.str() + " has " +
           (known.any() ? names_.as_resources(known).to_string() : "nothing") +
           " reserved for role " + role + " by calls, not " + amount.to_string();
  auto unused = i->second.unused;
  agent->reserved.remove(role, wanted);
  if (!agent->reserved.entries().contains(role))
    keep(role, quantities{} - unused);
  changed(*agent);
  return std::nullopt;
}

std::map<std::string, resources> fair_allocator::reservations_on(const agent_id& id) const {
  std::map<std::string, resources> result;
  if (const auto* agent = find(id))
    for (const auto& [role, x] : agent->reserved.entries())
      result.emplace(role, names_.as_resources(x.all()));
  return result;
}

bool fair_allocator::has_reservations(const agent_id& id) const {
  const auto* agent = find(id);
  return agent && !agent->reserved.empty();
}

resources fair_allocator::withheld_from(const std::string& role, const agent_id& id) const {
  const auto* agent = find(id);
  if (!agent || agent->reserved.empty())
    return {};
  return names_.as_resources(agent->reserved.unused() - agent->reserved.usable_by(role));
}

// -- claims -------------------------------------------------------------------------------------

std::optional<std::string> fair_allocator::never_takes(const std::string& role,
                                                       const resources& amount) {
  auto& node = tree_.role(role);
  std::optional<std::string> problem;
  for (auto* x = &node; !problem && x->parent; x = x->parent)
    for (const auto& [index, limit] : x->limits)
      if (amount.milli(names_.name(index)) > limit)
        problem = "role " + x->name + " has the limit " + x->options.limit.to_string() +
                  ", the claim is for " + amount.to_string();
  tree_.prune(node);
  return problem;
}

std::optional<std::string> fair_allocator::problem_of_taking(const std::string& role,
                                                             const resources& amount,
                                                             const offered_amounts& offered) {
  if (!tree_.has_quota())
    return std::nullopt;
  auto& node = tree_.role(role);
  std::optional<std::string> problem;
  auto wanted = names_.known_of(amount);
  tree_.for_each_limit(node, [&](const share_node& x, std::size_t index, std::int64_t room) {
    for (const auto& [other, held] : offered.by_role)
      if (is_within(other, x.name))
        room += names_.known_of(held)[index];
    if (!problem && wanted[index] > std::max<std::int64_t>(0, room))
      problem = "role " + x.name + " has the limit " + x.options.limit.to_string() +
                " and has taken " + names_.as_resources(x.charged).to_string() +
                (x.need_below.any() ? ", and what is missing of guarantees below it is kept" : "");
  });
  quantities usable;
  for (auto* x = &node; x->parent; x = x->parent) {
    usable += x->kept;
    for (const auto& [key, below] : x->children)
      usable -= below->kept;
  }
  const auto& need = tree_.need();
  auto allowed =
    tree_.covers(node) + max(spare_ + names_.known_of(offered.all) - need, {}) + usable;
  // What a guarantee has brought to the role itself is charged to it either way.
  if (auto own = offered.by_role.find(role); own != offered.by_role.end() && has_guarantee(role))
    allowed += names_.known_of(own->second);
  for (std::size_t i = 0; !problem && i < need.size(); ++i)
    if (need[i] > 0 && wanted[i] > allowed[i])
      problem = "what is free is kept for guarantees that are not met: " +
                names_.as_resources(need).to_string();
  tree_.prune(node);
  return problem;
}

bool fair_allocator::is_owed(const std::string& role, const resources& amount) {
  const auto* node = tree_.find_role(role);
  if (!node || !tree_.has_quota())
    return false;
  auto missing = tree_.covers(*node);
  auto wanted = names_.known_of(amount);
  bool some = false;
  for (auto* x = node; x->parent; x = x->parent)
    for (std::size_t i = 0; i < x->guarantee.size(); ++i)
      if (x->guarantee[i] > 0 && wanted[i] > 0) {
        if (wanted[i] > missing[i])
          return false;
        some = true;
      }
  return some;
}

bool fair_allocator::needs(const std::string& role, const resources& amount) {
  auto scalars = names_.known_of(amount);
  for (const auto* x = tree_.find_role(role); x && x->parent; x = x->parent)
    for (std::size_t i = 0; i < x->guarantee.size(); ++i)
      if (scalars[i] > 0 && x->guarantee[i] > x->charged[i] + x->kept[i] - scalars[i])
        return true;
  return false;
}

bool fair_allocator::has_guarantee(const std::string& role) {
  for (const auto* x = tree_.find_role(role); x && x->parent; x = x->parent)
    if (x->guarantee.any())
      return true;
  return false;
}

}  // namespace entente
