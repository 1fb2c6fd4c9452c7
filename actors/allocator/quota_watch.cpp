#include "actors/allocator/quota_watch.hpp"

#include <algorithm>

namespace entente {

namespace {

bool has_reservations(const share_node& role) {
  for (const auto* x = &role; x; x = x->parent)
    if (x->kept.any())
      return true;
  return false;
}

}  // namespace

quota_watch::prospect quota_watch::prospect::of(const share_node& role, const role_tree& tree,
                                                const quantities& slack) {
  prospect x{tree.covers(role) + slack, {}};
  if (!has_reservations(role)) {
    tree.cut_to_limits(role, x.unreserved);
    return x;
  }
  for (std::size_t i = 0; i < slack.size(); ++i)
    x.limits.set(i, unbounded);
  tree.cut_to_limits(role, x.limits);
  return x;
}

bool quota_watch::prospect::has_more_than(const prospect& other) const {
  return (unreserved - other.unreserved).any() || (limits - other.limits).any();
}

void quota_watch::remember(const role_tree& tree, const quantities& slack) {
  slack_ = slack;
  roles_.clear();
  for (const auto* role : tree.with_quota())
    roles_.emplace_hint(roles_.end(), role, prospect::of(*role, tree, slack));
}

bool quota_watch::has_grown(const role_tree& tree, const quantities& slack) const {
  if ((slack - slack_).any())
    return true;
  return std::any_of(tree.with_quota().begin(), tree.with_quota().end(), [&](const auto* role) {
    auto known = roles_.find(role);
    return known == roles_.end() || prospect::of(*role, tree, slack).has_more_than(known->second);
  });
}

}  // namespace entente
