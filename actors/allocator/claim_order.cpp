#include "actors/allocator/claim_order.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <tuple>

namespace entente {

namespace {

/// A part of the tree: where claims wait, with what is charged there, the claims before included.
/// A role's own claims are together a child of weight 1, as its frameworks are.
struct branch {
  branch* parent = nullptr;
  std::string_view key;
  const share_node* node = nullptr;  ///< of the tree; null if it is not there
  double weight = 1;
  quantities charged;
  quantities need;        ///< as in the tree, had the claims before been served
  quantities need_below;  ///< likewise
  std::map<std::string_view, std::unique_ptr<branch>> children;
  std::vector<std::size_t> own;  ///< claims, the last comes first
  std::size_t head = 0;          ///< the claim that is next, of all below it

  // -- as its parent has it in order
  bool satisfied = true;  ///< the next claim meets no need of it or of a role below it
  double share = 0;
  std::uint64_t number = 0;

  struct first {
    bool operator()(const branch* a, const branch* b) const {
      return std::tie(a->satisfied, a->share, a->number, a->key) <
             std::tie(b->satisfied, b->share, b->number, b->key);
    }
  };
  std::set<branch*, first> order;
};

constexpr std::string_view own_key = ".";

class ordering {
public:
  ordering(const role_tree& tree, const std::vector<claim_demand>& claims)
      : tree_(tree), claims_(claims) {}

  std::vector<std::size_t> run() {
    root_.node = &tree_.root();
    for (std::size_t i = 0; i < claims_.size(); ++i)
      own_branch(claims_[i].role).own.push_back(i);
    prepare(root_);
    std::vector<std::size_t> result;
    result.reserve(claims_.size());
    while (!root_.order.empty())
      result.push_back(take());
    return result;
  }

private:
  branch& child(branch& parent, std::string_view key) {
    auto& x = parent.children[key];
    if (!x) {
      x = std::make_unique<branch>();
      x->parent = &parent;
      x->key = key;
      if (parent.node)
        if (auto i = parent.node->children.find(key); i != parent.node->children.end()) {
          x->node = i->second.get();
          x->weight = x->node->weight;
          x->charged = x->node->charged;
          x->need = x->node->need;
          x->need_below = x->node->need_below;
        }
    }
    return *x;
  }

  branch& own_branch(std::string_view path) {
    auto* x = &root_;
    for (std::size_t begin = 0; begin <= path.size();) {
      auto end = std::min(path.find('/', begin), path.size());
      x = &child(*x, path.substr(begin, end - begin));
      begin = end + 1;
    }
    return child(*x, own_key);
  }

  void prepare(branch& x) {
    std::sort(x.own.begin(), x.own.end(), [this](auto a, auto b) {
      return std::tuple{claims_[a].priority, claims_[b].number} <
             std::tuple{claims_[b].priority, claims_[a].number};
    });
    for (auto& [key, below] : x.children) {
      prepare(*below);
      place(*below);
    }
  }

  bool done(const branch& x) const { return x.own.empty() && x.order.empty(); }

  /// Puts the branch where it belongs; it is not in order now.
  void place(branch& x) {
    if (done(x))
      return;
    x.head = x.order.empty() ? x.own.back() : (*x.order.begin())->head;
    x.number = claims_[x.head].number;
    x.share = tree_.dominant_share(x.charged) / x.weight;
    // What is missing of its guarantee, but for what the needs of roles below it are part of, any
    // claim of it meets.
    auto surplus = max(missing(x) - max(x.need_below, {}), {});
    x.satisfied = (x.order.empty() || (*x.order.begin())->satisfied) &&
                  !min(surplus, claims_[x.head].amount).any();
    x.parent->order.insert(&x);
  }

  static quantities missing(const branch& x) {
    return x.node ? max(x.node->guarantee - x.charged - x.node->kept, {}) : quantities{};
  }

  static void charge(branch& x, const quantities& amount) {
    x.charged += amount;
    auto before = x.need;
    x.need = max(missing(x), max(x.need_below, {}));
    if (x.parent)
      (x.parent->need_below += x.need) -= before;
  }

  std::size_t take() {
    auto claim = (*root_.order.begin())->head;
    auto* x = &root_;
    while (!x->order.empty()) {
      auto* next = *x->order.begin();
      x->order.erase(x->order.begin());
      x = next;
    }
    x->own.pop_back();
    for (; x->parent; x = x->parent) {
      charge(*x, claims_[claim].amount);
      place(*x);
    }
    return claim;
  }

  const role_tree& tree_;
  const std::vector<claim_demand>& claims_;
  branch root_;
};

}  // namespace

std::vector<std::size_t> fair_order(const role_tree& tree,
                                    const std::vector<claim_demand>& claims) {
  return ordering{tree, claims}.run();
}

}  // namespace entente
