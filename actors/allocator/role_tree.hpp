#pragma once

#include <boost/intrusive/set.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/allocator/quantities.hpp"
#include "actors/allocator/role_options.hpp"
#include "messages/ids.hpp"

namespace entente {

/// A place in the tree of shares: a role, all frameworks that act in a role themselves, or one such
/// framework. The frameworks of `eng` are together one sibling, of weight 1, of the roles below
/// `eng`: so their number does not change what those get.
struct share_node : boost::intrusive::set_base_hook<>,
                    boost::intrusive::set_base_hook<boost::intrusive::tag<struct in_need_tag>> {
  using order_hook = boost::intrusive::set_base_hook<>;
  using in_need_hook = boost::intrusive::set_base_hook<boost::intrusive::tag<in_need_tag>>;

  enum class kind : std::uint8_t { role, own, client };

  kind what = kind::role;
  std::string name;  ///< a role's whole path, or a framework's id
  share_node* parent = nullptr;
  double weight = 1;
  double share = 0;         ///< the dominant share, divided by the weight
  std::uint64_t stamp = 0;  ///< when it was served last, or came: see by_share
  std::uint64_t epoch = 0;  ///< differs between any two lives of clients, and after renew()
  bool wants = false;       ///< a client: offers; else: somebody below it does
  std::size_t domain = 0;   ///< a client: the fault domain of its last offer
  quantities charged;       ///< by all below it

  // -- a role's own
  role_options options;
  quantities guarantee;
  quantities kept;        ///< reserved for it or below it, and not charged yet
  quantities need;        ///< what is missing of the guarantees in this subtree
  quantities need_below;  ///< the sum of the children's
  std::vector<std::pair<std::size_t, std::int64_t>> limits;
  bool is_set = false;  ///< its options were set by somebody: it stays without frameworks

  // -- children
  std::map<std::string, std::unique_ptr<share_node>, std::less<>> children;

  /// Among equal shares who waits longest is first. Who comes waits from then on: coming and going
  /// brings nobody to the front.
  struct by_share {
    bool operator()(const share_node& a, const share_node& b) const {
      return a.share != b.share ? a.share < b.share : a.stamp < b.stamp;
    }
  };
  /// The children that want something, who comes first in front.
  boost::intrusive::set<share_node, boost::intrusive::compare<by_share>,
                        boost::intrusive::base_hook<order_hook>>
    order;
  /// Those of them that something is missing for, in themselves or below, in the same order.
  boost::intrusive::set<share_node, boost::intrusive::compare<by_share>,
                        boost::intrusive::base_hook<in_need_hook>>
    in_need;

  bool is_in_order() const { return order_hook::is_linked(); }
  bool is_in_need() const { return in_need_hook::is_linked(); }
};

/// Roles, their frameworks, and who of them comes next: weighted, hierarchical dominant resource
/// fairness (Ghodsi et al., Dominant Resource Fairness, NSDI 2011; hierarchy as in Bhattacharya et
/// al., Hierarchical Scheduling for Diverse Datacenter Workloads, SoCC 2013, section 2), with
/// guarantees and limits per role.
///
/// A node's share is the largest, over all scalars, of charged / total, divided by its weight. What
/// is charged to a framework is charged to all nodes above it: so a role may wait because a sibling
/// below the same parent has much of another scalar, which H-DRF in that paper repairs and this
/// does not. Only what changes is put in order again, but for a change of the total, which changes
/// all shares.
///
/// need(role) = max(sum of the children's needs, guarantee - charged - kept), nothing below zero.
///
/// No actor, no clock. Not thread-safe. Pointers to nodes stay valid while a node has frameworks,
/// charges, reservations or options.
class role_tree {
public:
  explicit role_tree(scalar_table& names);
  ~role_tree();
  role_tree(const role_tree&) = delete;
  role_tree& operator=(const role_tree&) = delete;

  // -- what there is --------------------------------------------------------------

  void set_total(const quantities& total);
  const quantities& total() const noexcept { return total_; }

  /// The role of that path, made if it is not there.
  share_node& role(std::string_view path);
  share_node* find_role(std::string_view path);
  /// The framework in that role, made if it is not there. It wants nothing at first.
  share_node& client(std::string_view path, const framework_id& framework);
  share_node* find_client(std::string_view path, const framework_id& framework);
  /// Forgets the node and those above it that nothing is known of.
  void prune(share_node& node);

  void set_options(share_node& role, const role_options& options);
  void set_wants(share_node& client, bool wants);
  /// Gives the client another epoch.
  void renew(share_node& client) { client.epoch = ++epochs_; }

  // -- who has what -----------------------------------------------------------------

  /// Charges the client, or with negative amounts takes charges back.
  void charge(share_node& client, const quantities& amount);
  void uncharge(share_node& client, const quantities& amount);
  /// Charges the client whose turn it was: among those of equal shares it is last now.
  void serve(share_node& client, const quantities& amount);
  /// What is reserved for the role and not charged has changed by so much.
  void keep(share_node& role, const quantities& change);

  // -- who comes next -------------------------------------------------------------------

  bool anybody_wants() const noexcept { return !root_.order.empty(); }
  /// Calls f with clients that want something, in their order, until one is taken. Nothing may be
  /// changed in between. `enters` says of a role, or of a role's own frameworks, whether those
  /// below it are looked at; it is called right before.
  /// @returns the client that f has returned true for, or null.
  template <class Enters, class F>
  share_node* first(Enters enters, F f) {
    refresh();
    return first_below(root_, enters, f);
  }

  /// The same, of clients only that would meet a need: see covers().
  template <class Enters, class F>
  share_node* first_in_need(Enters enters, F f) {
    refresh();
    return first_in_need_below(root_, enters, f);
  }

  // -- quota ------------------------------------------------------------------------------

  /// What is missing of all guarantees.
  const quantities& need() const noexcept { return root_.need; }
  /// What of the need charging this role (or a client of it) would meet, at most.
  quantities covers(const share_node& node) const;
  /// Cuts amounts to what the limits of the node's roles leave.
  void cut_to_limits(const share_node& node, quantities& amount) const;
  /// Calls f(role, index of the scalar, room) for every limit of the node's roles. The room, which
  /// may be below zero, leaves enough for what is missing of the guarantees of others under the
  /// same limit.
  template <class F>
  void for_each_limit(const share_node& node, F f) const {
    quantities covered;
    for (auto* role = &role_of(node); role->parent; role = role->parent) {
      for (const auto& [index, limit] : role->limits) {
        auto others = std::max<std::int64_t>(0, role->need_below[index] - covered[index]);
        f(*role, index, limit - role->charged[index] - others);
      }
      covered += own_need(*role);
    }
  }
  /// True if a role has a guarantee or a limit.
  bool has_quota() const noexcept { return !with_quota_.empty(); }
  /// The roles that have; in no order.
  const std::set<const share_node*>& with_quota() const noexcept { return with_quota_; }
  /// What is missing of the role's own guarantee, but for what is missing of those below it.
  static quantities own_need(const share_node& role);
  /// The role that a node belongs to.
  static const share_node& role_of(const share_node& node);

  const share_node& root() const noexcept { return root_; }
  /// Every role, a parent before its children.
  std::vector<share_node*> roles();
  double dominant_share(const quantities& charged) const;

  /// Adds everything up anew, and throws std::logic_error if it is not what the nodes say. For
  /// tests; slow.
  void check() const;

private:
  template <class Enters, class F>
  share_node* first_below(share_node& node, Enters& enters, F& f) {
    for (auto& child : node.order) {
      if (child.what == share_node::kind::client) {
        if (f(child))
          return &child;
      } else if (enters(child)) {
        if (auto* found = first_below(child, enters, f))
          return found;
      }
    }
    return nullptr;
  }

  template <class Enters, class F>
  share_node* first_in_need_below(share_node& node, Enters& enters, F& f) {
    // What is missing of a role's own guarantee anybody below it meets.
    if (own_need(node).any())
      return first_below(node, enters, f);
    for (auto& child : node.in_need)
      if (enters(child))
        if (auto* found = first_in_need_below(child, enters, f))
          return found;
    return nullptr;
  }

  share_node& add_child(share_node& parent, share_node::kind what, std::string_view key,
                        std::string name);
  void place(share_node& node);
  static void take_out(share_node& node);
  static void put_in(share_node& node);
  void check_below(const share_node& node) const;
  void count_need(share_node& role);
  void count_need_up(share_node* role);
  void refresh();
  void refresh_below(share_node& node);

  scalar_table& names_;
  quantities total_;
  share_node root_;
  std::set<const share_node*> with_quota_;
  std::uint64_t stamps_ = 0;
  std::uint64_t epochs_ = 0;
  bool stale_ = false;  ///< the total has changed since the shares were put in order
};

}  // namespace entente
