#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "actors/agent/ledger.hpp"

/// What the tests of the ledger share.
namespace entente::test {

using namespace std::chrono_literals;

inline const time_point t0{};
inline const framework_id f1{"f1"};
inline const framework_id f2{"f2"};
inline const round_id r1{"r1"};
inline const round_id r2{"r2"};
inline const round_id r3{"r3"};
inline const task_key task1{f1, task_id{"t1"}};
inline const task_key task2{f1, task_id{"t2"}};

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

inline std::string list(const auto& xs) {
  std::string text;
  for (auto x : xs)
    text += (text.empty() ? "" : ",") + std::to_string(x);
  return text;
}

/// Slots of one cpu, held for 2 s; parts are taken back when they were unused for 60 s.
struct ledger_fixture {
  static solicit slots(std::uint32_t wanted, const round_id& round = r1,
                       const framework_id& framework = f1) {
    solicit x;
    x.round = round;
    x.framework = framework;
    x.limits = parse("cpus:1");
    x.wanted = wanted;
    return x;
  }

  bid hold(std::uint32_t wanted, const round_id& round = r1, time_point now = t0) {
    return book.hold(slots(wanted, round), now);
  }

  bid hold_with_ports(std::uint32_t wanted, std::uint32_t ports, const round_id& round = r1) {
    auto x = slots(wanted, round);
    x.ports = ports;
    return book.hold(x, t0);
  }

  confirmed confirm(std::uint32_t slots, const round_id& round = r1, time_point now = t0) {
    entente::confirm x;
    x.round = round;
    x.framework = f1;
    x.claim = claim_id{"c1"};
    x.slot_class = "small";
    x.slots = slots;
    x.members = {{agent_id{"a1"}, slots}, {agent_id{"a2"}, 7}};
    x.role = "eng/ads";
    x.preemptible = true;
    return book.confirm(x, now);
  }

  /// Makes a part of so many slots.
  void grant(std::uint32_t slots, const round_id& round = r1) {
    BOOST_REQUIRE_EQUAL(hold(slots, round).slots, slots);
    BOOST_REQUIRE(confirm(slots, round).refusal == bid_refusal::none);
  }

  std::size_t release(std::vector<std::uint32_t> slots = {}, const round_id& round = r1,
                      time_point now = t0) {
    return book.release({round, std::move(slots)}, now).size();
  }

  /// What is wrong with running a task in a slot; empty if nothing.
  std::string run(const task_key& task, std::uint32_t slot, std::string_view limits = "cpus:1",
                  const round_id& round = r1) {
    return book.allocate_in(task, parse(limits), round, slot, t0).value_or("");
  }

  std::string allocate(const task_key& task, std::string_view limits) {
    return book.allocate(task, parse(limits), t0).value_or("");
  }

  /// `held, allocated, free`, after everything was added up anew.
  std::string sums() const {
    book.check();
    auto x = book.sums();
    return x.held.to_string() + ", " + x.allocated.to_string() + ", " + book.free().to_string();
  }

  /// What the master is told, as `r1:0,1 r2:`.
  std::string told() {
    std::string text;
    for (const auto& x : book.take_released()) {
      text += (text.empty() ? "" : " ") + x.round.str() + ':' + list(x.slots);
      BOOST_CHECK_EQUAL(x.agent, agent_id{"a1"});
    }
    return text;
  }

  entente::ledger book{agent_id{"a1"}, parse("cpus:4;ports:[31000-31005]"), 3};
};

inline constexpr auto stale = bid_refusal::stale;
inline constexpr auto none = bid_refusal::none;

}  // namespace entente::test
