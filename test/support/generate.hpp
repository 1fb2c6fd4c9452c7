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
  void fill(std::uint32_t& x) { x = static_cast<std::uint32_t>(number()); }
  void fill(std::uint64_t& x) { x = number(); }
  void fill(std::int32_t& x) { x = static_cast<std::int32_t>(number()); }
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
  void fill(output_stream& x) { x = any<output_stream>(output_stream_count); }

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
  void fill(std::vector<T>& xs) {
    for (auto n = length(); n > 0; --n)
      xs.push_back(make<T>());
  }

  void fill(std::map<std::string, std::string>& xs) {
    for (auto n = length(); n > 0; --n)
      xs[text()] = text();
  }

  void fill(agent_info& x) { all(x.id, x.hostname, x.address, x.total, x.attributes); }
  void fill(framework_info& x) { all(x.id, x.name, x.role, x.failover_timeout); }
  void fill(offer& x) { all(x.id, x.framework, x.agent, x.hostname, x.available, x.attributes); }
  void fill(task_info& x) { all(x.id, x.name, x.argv, x.env, x.limits, x.kill_grace); }
  void fill(agent_entry& x) { all(x.info, x.state, x.offered, x.allocated); }
  void fill(framework_entry& x) { all(x.info, x.state, x.tasks, x.allocated); }
  void fill(task_entry& x) {
    all(x.id, x.name, x.framework, x.agent, x.hostname, x.limits, x.last);
  }
  void fill(cluster_summary& x) {
    all(x.cluster, x.version, x.agents, x.frameworks, x.tasks_active, x.tasks_finished);
    all(x.tasks_failed, x.offers, x.total, x.offered, x.allocated);
  }

  // -- messages -------------------------------------------------------------------

  void fill(register_agent& x) { all(x.info); }
  void fill(agent_registered& x) { all(x.id); }
  void fill(unregister_agent& x) { all(x.id); }
  void fill(launch_tasks& x) { all(x.framework, x.tasks); }
  void fill(shutdown_framework& x) { all(x.framework); }
  void fill(subscribe& x) { all(x.info); }
  void fill(subscribed& x) { all(x.framework, x.cluster); }
  void fill(resource_offers& x) { all(x.offers); }
  void fill(offer_rescinded& x) { all(x.offer); }
  void fill(agent_lost& x) { all(x.agent); }
  void fill(framework_error& x) { all(x.message); }
  void fill(accept_offers& x) { all(x.framework, x.offers, x.tasks, x.filter); }
  void fill(decline_offers& x) { all(x.framework, x.offers, x.filter); }
  void fill(revive_offers& x) { all(x.framework); }
  void fill(suppress_offers& x) { all(x.framework); }
  void fill(kill_task& x) { all(x.framework, x.task, x.grace); }
  void fill(acknowledge& x) { all(x.framework, x.agent, x.task, x.sequence); }
  void fill(teardown& x) { all(x.framework); }
  void fill(status_update& x) {
    all(x.framework, x.agent, x.task, x.sequence, x.state, x.reason, x.message, x.exit_code);
    all(x.signal);
  }
  void fill(query& x) { all(x.what); }
  void fill(cluster_view& x) { all(x.summary, x.agents, x.frameworks, x.tasks, x.offers); }
  void fill(read_output& x) { all(x.framework, x.task, x.stream, x.offset, x.max_bytes); }
  void fill(output_chunk& x) { all(x.bytes, x.file_size, x.ended); }

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
