#pragma once

#include <string>

#include "actors/allocator/role_tree.hpp"
#include "allocator_fixture.hpp"

namespace entente::test {

/// A tree in a cluster of 100 cpus and 1000 MB; checked after every call.
struct role_tree_fixture {
  role_tree_fixture() { tree.set_total(names.of(parse("cpus:100;mem:1000"))); }

  share_node& want(const std::string& role, const framework_id& framework) {
    auto& x = tree.client(role, framework);
    tree.set_wants(x, true);
    return x;
  }

  void charge(share_node& client, std::string_view amount) {
    tree.charge(client, names.of(parse(amount)));
    tree.check();
  }

  void uncharge(share_node& client, std::string_view amount) {
    tree.uncharge(client, names.of(parse(amount)));
    tree.check();
  }

  void serve(share_node& client, std::string_view amount) {
    tree.serve(client, names.of(parse(amount)));
    tree.check();
  }

  void keep(const std::string& role, std::string_view amount) {
    tree.keep(tree.role(role), names.of(parse(amount)));
    tree.check();
  }

  void set(const std::string& role, const role_options& options) {
    tree.set_options(tree.role(role), options);
    tree.check();
  }

  /// All clients in their order: `eng:f1 ops:f2`.
  std::string order() {
    std::string result;
    tree.first([](const share_node&) { return true; },
               [&](const share_node& x) {
                 result +=
                   (result.empty() ? "" : " ") + entente::role_tree::role_of(x).name + ":" + x.name;
                 return false;
               });
    return result;
  }

  /// Those who would meet a need, in their order.
  std::string order_in_need() {
    std::string result;
    tree.first_in_need([](const share_node&) { return true; },
                       [&](const share_node& x) {
                         result += (result.empty() ? "" : " ") +
                                   entente::role_tree::role_of(x).name + ":" + x.name;
                         return false;
                       });
    return result;
  }

  resources need() const { return names.as_resources(tree.need()); }
  resources need(const std::string& role) { return names.as_resources(tree.role(role).need); }
  resources covers(const std::string& role) {
    return names.as_resources(tree.covers(tree.role(role)));
  }
  double share(const std::string& role) { return tree.role(role).share; }

  std::string cut(const std::string& role, std::string_view amount) {
    auto x = names.of(parse(amount));
    tree.cut_to_limits(tree.role(role), x);
    return names.as_resources(x).to_string();
  }

  scalar_table names;
  entente::role_tree tree{names};
};

}  // namespace entente::test
