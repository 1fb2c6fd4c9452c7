// Everything added up anew, to compare with what the calls have kept up to date.
#include <algorithm>
#include <stdexcept>

#include "actors/allocator/role_tree.hpp"

namespace entente {

namespace {

using kind = share_node::kind;

void require(bool holds, const share_node& node, const char* otherwise) {
  if (!holds)
    throw std::logic_error{(node.name.empty() ? "the root" : node.name) + ": " + otherwise};
}

}  // namespace

void role_tree::check() const {
  check_below(root_);
}

void role_tree::check_below(const share_node& node) const {
  quantities charged, kept, need;
  std::size_t waiting = 0;
  std::size_t in_need = 0;
  for (const auto& [key, child] : node.children) {
    check_below(*child);
    charged += child->charged;
    kept += child->kept;
    need += child->need;
    waiting += child->wants ? 1 : 0;
    in_need += child->wants && child->need.any() ? 1 : 0;
    require(child->wants == child->is_in_order(), *child, "wants, or is in order, but not both");
    require(!child->is_in_need() || child->need.any(), *child, "is in need of nothing");
  }
  require(node.order.size() == waiting, node, "who wants something is not in order");
  require(node.in_need.size() == in_need, node, "who is in need is not in that order");
  require(std::is_sorted(node.in_need.begin(), node.in_need.end(), share_node::by_share{}), node,
          "its children in need are not in order");
  require(std::is_sorted(node.order.begin(), node.order.end(), share_node::by_share{}), node,
          "its children are not in order");
  if (node.parent && node.what != kind::client) {
    require(node.wants == (waiting > 0), node, "wants not what its children want");
    require(node.charged == charged, node, "its children's charges are not its own");
    require(!max(kept - node.kept, {}).any(), node, "keeps less than its children");
  }
  require(!max(quantities{} - node.charged, {}).any(), node, "is charged less than nothing");
  require(node.need_below == need, node, "its children's needs are not counted");
  auto missing = max(node.guarantee - node.charged - node.kept, {});
  require(node.need == max(missing, need), node, "its need is miscounted");
}

}  // namespace entente
