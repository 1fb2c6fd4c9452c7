#include "actors/allocator/role_tree.hpp"

#include <algorithm>
#include <utility>

namespace entente {

namespace {

using kind = share_node::kind;

/// No role can be called this: it is the key of a role's own frameworks among its children.
constexpr std::string_view own_key = ".";

quantities above_zero(const quantities& x) {
  return max(x, {});
}

bool has_any_quota(const role_options& x) {
  return !x.guarantee.empty() || !x.limit.empty();
}

/// What a node is called among its siblings.
std::string_view key_of(const share_node& node) {
  std::string_view name{node.name};
  if (node.what == kind::own)
    return own_key;
  return node.what == kind::client ? name : name.substr(name.rfind('/') + 1);
}

}  // namespace

role_tree::role_tree(scalar_table& names) : names_(names) {}

role_tree::~role_tree() {
  auto clear = [](auto& self, share_node& node) -> void {
    node.order.clear();
    node.in_need.clear();
    for (auto& [key, child] : node.children)
      self(self, *child);
  };
  clear(clear, root_);
}

// -- what there is ----------------------------------------------------------------------

void role_tree::set_total(const quantities& total) {
  total_ = total;
  stale_ = true;
}

share_node& role_tree::add_child(share_node& parent, kind what, std::string_view key,
                                 std::string name) {
  auto& child = parent.children[std::string{key}];
  if (!child) {
    child = std::make_unique<share_node>();
    child->what = what;
    child->name = std::move(name);
    child->parent = &parent;
    child->stamp = ++stamps_;
    child->epoch = ++epochs_;
  }
  return *child;
}

share_node& role_tree::role(std::string_view path) {
  auto* node = &root_;
  for (std::size_t begin = 0; begin <= path.size();) {
    auto end = std::min(path.find('/', begin), path.size());
    node = &add_child(*node, kind::role, path.substr(begin, end - begin),
                      std::string{path.substr(0, end)});
    begin = end + 1;
  }
  return *node;
}

share_node* role_tree::find_role(std::string_view path) {
  auto* node = &root_;
  for (std::size_t begin = 0; begin <= path.size();) {
    auto end = std::min(path.find('/', begin), path.size());
    auto i = node->children.find(path.substr(begin, end - begin));
    if (i == node->children.end())
      return nullptr;
    node = i->second.get();
    begin = end + 1;
  }
  return node;
}

share_node& role_tree::client(std::string_view path, const framework_id& framework) {
  auto& own = add_child(role(path), kind::own, own_key, std::string{path});
  return add_child(own, kind::client, framework.str(), framework.str());
}

share_node* role_tree::find_client(std::string_view path, const framework_id& framework) {
  auto* node = find_role(path);
  if (!node)
    return nullptr;
  auto own = node->children.find(own_key);
  if (own == node->children.end())
    return nullptr;
  auto i = own->second->children.find(framework.str());
  return i == own->second->children.end() ? nullptr : i->second.get();
}

void role_tree::prune(share_node& node) {
  if (!node.parent || node.is_set || node.wants || !node.children.empty() || node.kept.any() ||
      node.charged.any())
    return;
  auto& parent = *node.parent;
  take_out(node);
  parent.children.erase(parent.children.find(key_of(node)));
  prune(parent);
}

void role_tree::set_options(share_node& role, const role_options& options) {
  if (has_any_quota(options))
    with_quota_.insert(&role);
  else
    with_quota_.erase(&role);
  role.options = options;
  role.weight = options.weight;
  role.guarantee = names_.of(options.guarantee);
  role.limits.clear();
  for (const auto& [name, milli] : options.limit.scalars())
    role.limits.emplace_back(names_.index(name), milli);
  role.is_set = options != role_options{};
  place(role);
  count_need_up(&role);
  prune(role);
}

void role_tree::set_wants(share_node& client, bool wants) {
  if (client.wants == wants)
    return;
  client.wants = wants;
  for (auto* node = &client; node->parent; node = node->parent) {
    if (node != &client)
      node->wants = !node->order.empty();
    place(*node);
  }
}

// -- who has what -----------------------------------------------------------------------

double role_tree::dominant_share(const quantities& charged) const {
  double share = 0;
  for (std::size_t i = 0; i < charged.size(); ++i)
    if (auto all = total_[i]; all > 0)
      share = std::max(share, static_cast<double>(charged[i]) / static_cast<double>(all));
  return share;
}

void role_tree::place(share_node& node) {
  take_out(node);
  node.share = dominant_share(node.charged) / node.weight;
  put_in(node);
}

void role_tree::take_out(share_node& node) {
  if (node.is_in_order())
    node.parent->order.erase(node.parent->order.iterator_to(node));
  if (node.is_in_need())
    node.parent->in_need.erase(node.parent->in_need.iterator_to(node));
}

void role_tree::put_in(share_node& node) {
  if (!node.wants)
    return;
  node.parent->order.insert(node);
  if (node.need.any())
    node.parent->in_need.insert(node);
}

void role_tree::charge(share_node& client, const quantities& amount) {
  for (auto* node = &client; node != &root_; node = node->parent) {
    node->charged += amount;
    place(*node);
  }
  count_need_up(client.parent->parent);
}

void role_tree::uncharge(share_node& client, const quantities& amount) {
  charge(client, quantities{} - amount);
}

void role_tree::serve(share_node& client, const quantities& amount) {
  ++stamps_;
  for (auto* node = &client; node != &root_; node = node->parent) {
    take_out(*node);  // before its place changes
    node->stamp = stamps_;
  }
  charge(client, amount);
}

void role_tree::keep(share_node& role, const quantities& change) {
  for (auto* node = &role; node->parent; node = node->parent)
    node->kept += change;
  count_need_up(&role);
}

void role_tree::refresh() {
  if (std::exchange(stale_, false))
    refresh_below(root_);
}

void role_tree::refresh_below(share_node& node) {
  for (auto& [key, child] : node.children) {
    place(*child);
    refresh_below(*child);
  }
}

// -- quota --------------------------------------------------------------------------------

void role_tree::count_need(share_node& role) {
  role.need =
    max(above_zero(role.guarantee - role.charged - role.kept), above_zero(role.need_below));
  if (!role.parent || !role.wants || role.need.any() == role.is_in_need())
    return;
  if (role.is_in_need())
    role.parent->in_need.erase(role.parent->in_need.iterator_to(role));
  else
    role.parent->in_need.insert(role);
}

void role_tree::count_need_up(share_node* role) {
  if (with_quota_.empty() && !root_.need.any())
    return;
  for (auto* node = role; node; node = node->parent) {
    auto before = node->need;
    count_need(*node);
    if (node->parent)
      (node->parent->need_below += node->need) -= before;
  }
}

quantities role_tree::own_need(const share_node& role) {
  return above_zero(above_zero(role.guarantee - role.charged - role.kept) -
                    above_zero(role.need_below));
}

quantities role_tree::covers(const share_node& node) const {
  quantities result;
  for (auto* role = &role_of(node); role->parent; role = role->parent)
    result += own_need(*role);
  return result;
}

void role_tree::cut_to_limits(const share_node& node, quantities& amount) const {
  for_each_limit(node, [&](const share_node&, std::size_t index, std::int64_t room) {
    if (amount[index] > room)
      amount.set(index, std::max<std::int64_t>(0, room));
  });
}

const share_node& role_tree::role_of(const share_node& node) {
  auto* x = &node;
  while (x->what != kind::role)
    x = x->parent;
  return *x;
}

std::vector<share_node*> role_tree::roles() {
  std::vector<share_node*> result;
  auto collect = [&result](auto& self, share_node& node) -> void {
    for (auto& [key, child] : node.children)
      if (child->what == kind::role) {
        result.push_back(child.get());
        self(self, *child);
      }
  };
  collect(collect, root_);
  return result;
}

}  // namespace entente
