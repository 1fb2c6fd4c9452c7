#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec.hpp"

namespace entente::test {

/// Makes values up: the same seed gives the same value on every machine. All fields are filled;
/// texts are empty, plain, of several bytes per character, or hold zero bytes.
class generator {
public:
  explicit generator(std::uint64_t seed) : engine_(seed) {}

  template <class T>
  T make() {
    T x{};
    fill(x);
    return x;
  }

  /// A number from 0 to `count - 1`.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  bool flip() { return below(2) == 0; }

  /// Any number at all, often an extreme one.
  std::uint64_t number() {
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    return flip() ? engine_() >> below(64) : pick<std::uint64_t>({0, 1, max / 2, max / 2 + 1, max});
  }

  std::string text() {
    std::string x;
    for (auto n = length(); n > 0; --n)
      x += pick<std::string>(
        {"a", "Z", "9", " ", "\"", "\\", "\n", "é", "語", "🦀", {'\0'}, "\xff"});
    return x;
  }

  /// A name that a resource or an item of one may have.
  std::string name() {
    std::string x =
      pick<std::string>({"cpus", "mem", "disk", "gpus", "ports", "_b", "x_y", "r-1.2"});
    return flip() ? x : x + std::to_string(below(4));
  }

  /// More than zero, finite, often extreme.
  double positive() {
    using limits = std::numeric_limits<double>;
    return flip() ? static_cast<double>(1 + below(1'000'000)) / 1000
                  : pick({limits::denorm_min(), 0.001, 1.0, 1e6, limits::max()});
  }

  std::int64_t milli() {
    return 1 + static_cast<std::int64_t>(below(resources::max_milli)) / scale();
  }

  number_range range() {
    auto begin = flip() ? below(100) : number();
    auto room = std::numeric_limits<std::uint64_t>::max() - begin;
    return {begin, begin + std::min<std::uint64_t>(room, below(20))};
  }

  // -- values ---------------------------------------------------------------------

  void fill(bool& x) { x = flip(); }
  void fill(std::string& x) { x = text(); }
  void fill(std::uint16_t& x) { x = static_cast<std::uint16_t>(number()); }
  void fill(std::uint32_t& x) { x = static_cast<std::uint32_t>(number()); }
  void fill(std::uint64_t& x) { x = number(); }
  void fill(std::int32_t& x) { x = static_cast<std::int32_t>(number()); }
  void fill(double& x) { x = positive(); }
  void fill(std::chrono::milliseconds& x) {
    x = std::chrono::milliseconds{static_cast<std::int64_t>(number() >> 23)};
  }
  void fill(number_range& x) { x = range(); }
  void fill(resources& x) {
    for (auto n = length(); n > 0; --n)
      x.set_milli(name(), milli());
    for (auto n = length(); n > 0; --n)
      x.set_ranges("r" + name(), make<std::vector<number_range>>());
    for (auto n = length(); n > 0; --n)
      x.set_items("s" + name(), items());
  }

  void fill(task_state& x) { x = any<task_state>(task_state_count); }
  void fill(task_reason& x) { x = any<task_reason>(task_reason_count); }
  void fill(agent_state& x) { x = any<agent_state>(agent_state_count); }
  void fill(framework_state& x) { x = any<framework_state>(framework_state_count); }
  void fill(listing& x) { x = any<listing>(listing_count); }
  void fill(constraint_op& x) { x = any<constraint_op>(constraint_op_count); }
  void fill(placement& x) { x = any<placement>(placement_count); }
  void fill(bid_refusal& x) { x = any<bid_refusal>(bid_refusal_count); }
  void fill(claim_state& x) { x = any<claim_state>(claim_state_count); }
  void fill(task_health& x) { x = any<task_health>(task_health_count); }
  void fill(output_stream& x) { x = any<output_stream>(output_stream_count); }
  void fill(offer_outcome& x) { x = any<offer_outcome>(offer_outcome_count); }

  template <class Tag>
  void fill(strong_id<Tag>& x) {
    x = strong_id<Tag>{text()};
  }

  template <class T>
  void fill(std::optional<T>& x) {
    if (flip())
      x = make<T>();
  }

  template <class T>
  void fill(boxed<T>& x) {
    if (flip())
      x = make<T>();
  }

  template <class T>
  void fill(std::vector<T>& xs) {
    for (auto n = length(); n > 0; --n)
      xs.push_back(make<T>());
  }

  template <class T>
  void fill(std::map<std::string, T>& xs) {
    for (auto n = length(); n > 0; --n)
      xs[text()] = make<T>();
  }

  void fill(agent_info& x) {
    all(x.id, x.hostname, x.address, x.total, x.attributes, x.reservations);
  }
  void fill(framework_info& x) {
    all(x.id, x.name, x.role, x.failover_timeout, x.detached, x.wants_offers, x.more_roles);
    all(x.partition_aware);
  }
  void fill(offer& x) {
    all(x.id, x.framework, x.agent, x.hostname, x.available, x.attributes, x.role, x.reserved);
  }
  void fill(task_info& x) {
    all(x.id, x.name, x.argv, x.env, x.limits, x.kill_grace, x.health, x.group, x.artifacts);
    all(x.executor, x.data);
  }
  void fill(command_probe& x) { all(x.argv); }
  void fill(tcp_probe& x) { all(x.port); }
  void fill(http_probe& x) { all(x.port, x.path); }
  void fill(health_check& x) {
    switch (below(3)) {
    case 0:
      x.probe = make<command_probe>();
      break;
    case 1:
      x.probe = make<tcp_probe>();
      break;
    default:
      x.probe = make<http_probe>();
    }
    all(x.grace, x.interval, x.timeout, x.failures);
  }
  void fill(artifact& x) { all(x.uri, x.sha256, x.name, x.extract, x.executable); }
  void fill(executor_info& x) {
    all(x.id, x.argv, x.env, x.registration_timeout, x.shutdown_grace);
  }
  void fill(protocol_range& x) { all(x.oldest, x.newest); }
  void fill(maintenance_window& x) { all(x.name, x.agents, x.starts_in, x.lasts, x.drains_ahead); }
  void fill(constraint& x) { all(x.attribute, x.op, x.values); }
  void fill(preference& x) { all(x.when, x.weight); }
  void fill(claim& x) {
    all(x.id, x.count, x.max_count, x.slot_class, x.limits, x.ports, x.constraints, x.layout);
    all(x.max_per_agent, x.same_attribute, x.preferences, x.wait, x.priority, x.role);
    all(x.preemptible);
  }
  void fill(granted_slot& x) { all(x.agent, x.hostname, x.index, x.ports); }
  void fill(grant& x) { all(x.id, x.claim, x.slot_class, x.limits, x.slots); }
  void fill(grant_member& x) { all(x.agent, x.slots); }
  void fill(membership& x) { x = make<std::vector<grant_member>>(); }
  void fill(held_slot& x) { all(x.index, x.ports, x.releasing); }
  void fill(grant_part& x) {
    all(x.round, x.framework, x.claim, x.slot_class, x.limits, x.slots, x.members, x.used);
    all(x.role, x.preemptible);
  }
  void fill(slot_task& x) { all(x.rank, x.task); }
  void fill(pool_entry& x) { all(x.slot_class, x.limits, x.total, x.free); }

  void fill(agent_entry& x) {
    all(x.info, x.state, x.offered, x.held, x.allocated, x.reservations, x.drain_left);
  }
  void fill(offer_counts& x) { all(x.sent, x.accepted, x.declined, x.timed_out, x.rescinded); }
  void fill(framework_entry& x) { all(x.info, x.state, x.tasks, x.allocated, x.offers); }
  void fill(task_usage& x) { all(x.cpu, x.mem_bytes, x.disk_bytes); }
  void fill(task_entry& x) {
    all(x.id, x.name, x.framework, x.agent, x.hostname, x.limits, x.last, x.grant, x.slot);
    all(x.role, x.usage);
  }
  void fill(claim_entry& x) {
    all(x.claim, x.framework, x.role, x.state, x.granted, x.grant, x.attempts, x.reasons);
  }
  void fill(offer_record& x) {
    all(x.id, x.framework, x.role, x.agent, x.available, x.outcome, x.age, x.took);
  }
  void fill(role_entry& x) {
    all(x.name, x.weight, x.guarantee, x.limit, x.allocated, x.offered, x.reserved);
    all(x.dominant_share, x.frameworks, x.claims_waiting, x.preempts);
  }
  void fill(cluster_summary& x) {
    all(x.cluster, x.version, x.agents, x.frameworks, x.tasks_active, x.tasks_finished);
    all(x.tasks_failed, x.offers, x.total, x.offered, x.allocated, x.claims_waiting, x.grants);
  }

  // -- messages -------------------------------------------------------------------

  void fill(register_agent& x) {
    all(x.info, x.life, x.revision, x.tasks, x.parts, x.recovered, x.protocol);
  }
  void fill(agent_registered& x) {
    all(x.id, x.release, x.abandon, x.again_in, x.admitted, x.protocol);
  }
  void fill(unregister_agent& x) { all(x.id); }
  void fill(launch_tasks& x) { all(x.framework, x.tasks, x.grant, x.slots, x.role); }
  void fill(shutdown_framework& x) { all(x.framework); }
  void fill(subscribe& x) { all(x.info, x.revision, x.claims, x.grants, x.protocol); }
  void fill(subscribed& x) { all(x.framework, x.cluster, x.again_in, x.protocol); }
  void fill(resource_offers& x) { all(x.offers); }
  void fill(offer_rescinded& x) { all(x.offer); }
  void fill(agent_lost& x) { all(x.agent, x.grants); }
  void fill(framework_error& x) { all(x.message); }
  void fill(accept_offers& x) { all(x.framework, x.offers, x.tasks, x.filter); }
  void fill(decline_offers& x) { all(x.framework, x.offers, x.filter); }
  void fill(revive_offers& x) { all(x.framework, x.roles); }
  void fill(suppress_offers& x) { all(x.framework, x.roles); }
  void fill(kill_task& x) { all(x.framework, x.task, x.grace); }
  void fill(acknowledge& x) { all(x.framework, x.agent, x.task, x.sequence); }
  void fill(reconcile_tasks& x) { all(x.framework, x.tasks); }
  void fill(teardown& x) { all(x.framework); }
  void fill(status_update& x) {
    all(x.framework, x.agent, x.task, x.sequence, x.state, x.reason, x.message, x.exit_code);
    all(x.signal, x.health, x.data);
  }
  void fill(query& x) { all(x.what); }
  void fill(cluster_view& x) {
    all(x.summary, x.agents, x.frameworks, x.tasks, x.offers, x.claims, x.pool, x.roles);
    all(x.offer_history, x.maintenance);
  }
  void fill(read_output& x) { all(x.framework, x.task, x.stream, x.offset, x.max_bytes); }
  void fill(output_chunk& x) { all(x.bytes, x.file_size, x.ended, x.skipped); }
  void fill(solicit& x) {
    all(x.round, x.framework, x.limits, x.ports, x.wanted, x.preferences, x.lease);
  }
  void fill(bid& x) { all(x.round, x.agent, x.slots, x.score, x.ports, x.refusal); }
  void fill(confirm& x) {
    all(x.round, x.framework, x.claim, x.slot_class, x.slots, x.members, x.unused_timeout);
    all(x.role, x.preemptible);
  }
  void fill(confirmed& x) { all(x.round, x.agent, x.refusal, x.revision); }
  void fill(release& x) { all(x.round, x.slots); }
  void fill(released& x) { all(x.agent, x.round, x.slots, x.revision); }
  void fill(claim_slots& x) { all(x.framework, x.claim, x.revision); }
  void fill(withdraw_claim& x) { all(x.framework, x.claim, x.revision); }
  void fill(claim_granted& x) { all(x.grant); }
  void fill(claim_refused& x) { all(x.claim, x.reasons); }
  void fill(launch_on_grant& x) { all(x.framework, x.grant, x.tasks); }
  void fill(release_grant& x) { all(x.framework, x.grant, x.ranks, x.revision); }
  void fill(grant_ended& x) { all(x.grant, x.message); }
  void fill(pool_changed& x) { all(x.classes); }
  void fill(grant_recalled& x) { all(x.grant, x.message, x.notice); }
  void fill(set_quota& x) { all(x.role, x.guarantee, x.limit, x.force); }
  void fill(remove_quota& x) { all(x.role); }
  void fill(set_weight& x) { all(x.role, x.weight); }
  void fill(reserve_resources& x) { all(x.framework, x.agent, x.role, x.amount); }
  void fill(unreserve_resources& x) { all(x.framework, x.agent, x.role, x.amount); }
  void fill(drain_agent& x) { all(x.agent, x.deadline, x.mark_gone); }
  void fill(undrain_agent& x) { all(x.agent); }
  void fill(deactivate_agent& x) { all(x.agent); }
  void fill(reactivate_agent& x) { all(x.agent); }
  void fill(plan_maintenance& x) { all(x.window); }
  void fill(cancel_maintenance& x) { all(x.name); }
  void fill(register_executor& x) { all(x.framework, x.executor, x.token, x.tasks); }
  void fill(executor_registered& x) { all(x.agent, x.hostname); }
  void fill(run_task& x) { all(x.framework, x.task); }
  void fill(executor_update& x) {
    all(x.framework, x.executor, x.token, x.task, x.number, x.state, x.message, x.data);
    all(x.exit_code);
  }
  void fill(shutdown_executor& x) { all(x.grace); }

private:
  template <class... Ts>
  void all(Ts&... xs) {
    (fill(xs), ...);
  }

  template <class T>
  T pick(std::initializer_list<T> xs) {
    return xs.begin()[below(xs.size())];
  }

  template <class Enum>
  Enum any(std::uint16_t count) {
    return static_cast<Enum>(below(count));
  }

  std::int64_t scale() { return pick<std::int64_t>({1, 1'000'000, 1'000'000'000'000}); }

  /// How long a list or a text is: mostly short, sometimes empty, seldom long.
  std::uint64_t length() { return below(40) == 0 ? below(50) : below(4); }

  std::set<std::string> items() {
    std::set<std::string> xs;
    for (auto n = length(); n > 0; --n)
      xs.insert(name());
    return xs;
  }

  std::mt19937_64 engine_;
};

}  // namespace entente::test
