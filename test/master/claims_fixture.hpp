#pragma once

#include <utility>

#include "cluster_fixture.hpp"

/// A cluster that serves claims; the tests are its rounds and its agents.
namespace entente::test {

inline const agent_id a3{"a3"};

/// A claim of so many slots of one cpu.
inline claim claim_of(const std::string& id, std::uint32_t count) {
  claim x;
  x.id = claim_id{id};
  x.count = count;
  x.slot_class = "small";
  return x;
}

/// `a1:4 a2:4`
inline std::string asked(const round_plan& plan) {
  std::string text;
  for (const auto& x : plan.agents)
    text += (text.empty() ? "" : " ") + x.agent.str() + ':' + std::to_string(x.slots);
  return text;
}

using members = std::vector<std::pair<agent_id, std::uint32_t>>;

/// These agents have confirmed, at revision 7 of their ledgers.
inline round_outcome granted(const round_id& round, const members& parts) {
  round_outcome x{round, true, {}, {}, 0};
  for (const auto& [agent, slots] : parts) {
    x.parts.push_back({agent, std::vector<std::vector<std::uint16_t>>(slots), 7});
    x.slots_bid += slots;
  }
  return x;
}

inline round_outcome refused(const round_id& round) {
  return {round, false, {}, {{bid_refusal::no_room, 1}}, 0};
}

/// What an agent has of the grant.
inline grant_part part_of(const grant& whole, const framework_id& framework, const agent_id& agent,
                          bool used = false) {
  grant_part x{whole.id, framework, whole.claim, whole.slot_class, whole.limits, {}, {}, used};
  std::map<agent_id, std::uint32_t> sizes;
  for (const auto& slot : whole.slots) {
    ++sizes[slot.agent];
    if (slot.agent == agent)
      x.slots.push_back({slot.index, slot.ports, false});
  }
  std::vector<grant_member> all;
  for (const auto& [id, slots] : sizes)
    all.push_back({id, slots});
  x.members = std::move(all);
  return x;
}

struct claims_fixture : cluster_fixture {
  void add_claim(const claim& x, time_point now = t0) { book.add_claim({f, x, 0}, now); }

  /// The rounds that are started now.
  std::vector<round_plan> rounds(time_point now = t0) {
    book.take_effects();
    book.serve_claims(now);
    std::vector<round_plan> plans;
    for (auto& x : told<start_round>())
      plans.push_back(std::move(x.plan));
    return plans;
  }

  /// The one round that is started for the claim.
  round_plan round_for(const claim& x, time_point now = t0) {
    add_claim(x, now);
    auto plans = rounds(now);
    BOOST_REQUIRE_EQUAL(plans.size(), 1u);
    return plans[0];
  }

  /// Claims these slots, and they are granted.
  grant grant_to(const std::string& claim, const members& parts) {
    std::uint32_t count = 0;
    for (const auto& [agent, slots] : parts)
      count += slots;
    auto plan = round_for(claim_of(claim, count));
    book.round_ended(granted(plan.id, parts), t0);
    auto grants = told<claim_granted>();
    BOOST_REQUIRE_EQUAL(grants.size(), 1u);
    return grants[0].grant;
  }

  claim_entry entry(const std::string& claim) {
    for (auto& x : book.view({listing::claims}).claims)
      if (x.claim.id == claim_id{claim})
        return x;
    BOOST_FAIL("no claim " + claim);
    return {};
  }
  std::string state(const std::string& claim) { return std::string{to_string(entry(claim).state)}; }

  resources held() {
    resources sum;
    for (const auto& x : book.view({listing::agents}).agents)
      sum += x.held;
    return sum;
  }

  void launch(const grant_id& grant, std::uint32_t rank, const task_info& what) {
    book.launch({f, grant, {{rank, what}}}, t0);
  }

  void give_back(const grant_id& grant, std::vector<std::uint32_t> ranks = {}) {
    book.release({f, grant, std::move(ranks), 0});
  }

  /// The agent says that slots are free again; none: all of its part.
  void released_by(const agent_id& agent, const grant_id& grant,
                   std::vector<std::uint32_t> slots = {}) {
    book.slots_released({agent, grant, std::move(slots), 9}, t0);
  }

  /// An agent says again all that it has, in the life in which it was added.
  agent_registered report(const agent_id& agent, std::vector<grant_part> parts = {},
                          std::vector<task_entry> tasks = {}, std::uint64_t revision = 8,
                          time_point now = t0) {
    auto x = agents.at(agent);
    x.parts = std::move(parts);
    x.tasks = std::move(tasks);
    x.revision = revision;
    return std::get<agent_registered>(book.report(x, now));
  }

  /// A task in a slot, as its agent has it.
  task_entry running(const std::string& id, const agent_id& agent, const grant_id& grant = {},
                     std::uint32_t slot = 0) {
    task_entry x;
    x.id = task_id{id};
    x.framework = f;
    x.agent = agent;
    x.limits = parse("cpus:1");
    x.last = {f, agent, x.id, 1, task_state::running, {}, {}, {}, {}};
    x.grant = grant;
    x.slot = slot;
    return x;
  }

  /// The framework says again all that it has.
  void subscribe_again(std::vector<claim> claims, std::vector<grant_id> grants,
                       std::uint64_t revision = 1, time_point now = t0) {
    book.report(f, subscribe{{}, revision, std::move(claims), std::move(grants)}, now);
  }

  framework_id f = add_framework();
};

/// `r:0,1 r:` of releases, or of other messages of that form.
template <class Message>
std::string list(const std::vector<Message>& xs) {
  std::string text;
  for (const auto& x : xs) {
    text += (text.empty() ? "" : " ") + x.round.str() + ':';
    for (std::size_t i = 0; i < x.slots.size(); ++i)
      text += (i == 0 ? "" : ",") + std::to_string(x.slots[i]);
  }
  return text;
}

}  // namespace entente::test
