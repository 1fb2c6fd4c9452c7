#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/master/cluster.hpp"
#include "support/generate.hpp"

namespace entente::test {

using namespace std::chrono_literals;

/// Makes up who there is in a small cluster, and what they want. Few roles, so that they meet.
class shares_values {
public:
  explicit shares_values(std::uint64_t seed) : random_(seed), has_reservations_(seed % 2 == 0) {}

  /// Every other cluster keeps nothing for anybody.
  bool has_reservations() const { return has_reservations_; }

  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(random_.below(limit));
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <class Container>
  auto any(Container& xs) -> decltype(*xs.begin()) {
    return *std::next(xs.begin(), below(static_cast<std::uint32_t>(xs.size())));
  }

  std::string role() {
    static const std::vector<std::string> names{"*",         "eng",  "eng/ads", "eng/lab",
                                                "eng/ads/x", "prod", "batch"};
    return any(names);
  }

  /// Of both scalars, of one, or of none.
  resources amount(std::uint32_t cpus, std::uint32_t mem) {
    resources x;
    if (chance(80))
      x.set_milli("cpus", below(2 * cpus + 1) * 500);
    if (chance(40))
      x.set_milli("mem", below(mem + 1) * 1000);
    return x;
  }

  std::chrono::milliseconds filter() {
    return std::chrono::milliseconds{chance(50) ? 0 : below(8000)};
  }

  cluster_options options(const std::string& id_prefix) {
    cluster_options x;
    x.id_prefix = id_prefix;
    x.offer_timeout = 10s;
    x.offer_interval = chance(50) ? 0ms : 100ms;
    x.preemption_notice = 2s;
    x.agent_timeout = 60s;
    x.ended_tasks_kept = 200;
    x.agreement.set_aside_after = 5s;
    x.agreement.unused_grant_timeout = 20s;
    x.agreement.fan_out = chance(70) ? fan_out_mode::all : fan_out_mode::candidates;
    if (chance(30))
      x.fault_domain = "rack";
    if (chance(30))
      x.min_offer.set_milli("cpus", 1000);
    x.slot_classes["small"].set_milli("cpus", 1000);
    x.roles["prod"] = {2, {}, {}, true};
    x.roles["prod"].guarantee.set_milli("cpus", below(6) * 1000);
    x.roles["eng/lab"].limit.set_milli("cpus", 1000 + below(4) * 1000);
    x.roles["eng/ads"].preempts = true;
    return x;
  }

  agent_info agent(const agent_id& id) {
    agent_info x;
    x.id = id;
    x.hostname = "host-of-" + id.str();
    x.total.set_milli("cpus", 2000 + below(7) * 1000);
    x.total.set_milli("mem", 100'000 + below(200) * 1000);
    x.total.set_ranges("ports", {{1, 8}});
    if (has_reservations_ && chance(40))
      x.reservations[role()].set_milli("cpus", 500 + below(4) * 500);
    x.attributes["rack"] = chance(50) ? "r1" : "r2";
    return x;
  }

  framework_info framework() {
    framework_info x;
    x.name = "model";
    x.role = role();
    if (auto second = role(); chance(50) && second != x.role)
      x.more_roles = {second};
    x.failover_timeout = chance(50) ? 0s : 10s;
    x.detached = chance(10);
    x.wants_offers = chance(80);
    x.partition_aware = chance(40);
    return x;
  }

  std::vector<task_info> tasks(std::uint32_t most) {
    std::vector<task_info> result(below(most + 1));
    for (auto& x : result) {
      x.id = task_id{"t" + std::to_string(++made_)};
      x.argv = {"true"};
      x.limits.set_milli("cpus", 250 + below(8) * 250);
      if (chance(30))
        x.limits.set_milli("mem", 1000 + below(50) * 1000);
    }
    return result;
  }

  claim claim_of(const framework_info& framework) {
    auto roles = roles_of(framework);
    claim x;
    x.id = claim_id{"c" + std::to_string(++made_)};
    x.count = 1 + below(5);
    x.max_count = chance(30) ? x.count + below(10) : 0;
    x.role = chance(95) ? any(roles) : role();
    if (chance(60)) {
      x.slot_class = "small";
    } else {
      x.limits.set_milli("cpus", 500 + below(6) * 500);
      if (chance(30))
        x.limits.set_milli("mem", 10'000 + below(50) * 1000);
    }
    x.ports = chance(20) ? 1 + below(2) : 0;
    x.layout = static_cast<placement>(below(placement_count));
    x.max_per_agent = chance(20) ? 1 + below(2) : 0;
    if (chance(10))
      x.same_attribute = "rack";
    if (chance(60))
      x.wait = std::chrono::seconds{below(20)};
    x.priority = static_cast<std::int32_t>(below(3));
    x.preemptible = chance(50);
    if (chance(15)) {  // All that there is, until others need it.
      x.count = 1;
      x.max_count = 100;
      x.max_per_agent = 0;
      x.preemptible = true;
    }
    return x;
  }

private:
  generator random_;
  bool has_reservations_;
  std::uint64_t made_ = 0;
};

}  // namespace entente::test
