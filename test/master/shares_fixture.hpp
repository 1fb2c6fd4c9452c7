#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "claims_fixture.hpp"

/// Frameworks of several roles, and what operators set for those.
namespace entente::test {

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

struct shares_fixture : claims_fixture {
  /// Only frameworks that a test names are there.
  shares_fixture() { book.remove_framework(f); }

  // -- who there is ---------------------------------------------------------------

  /// A framework of this role; claims are its own from now on.
  framework_id act_in(const std::string& role, std::vector<std::string> more = {}) {
    framework_info info;
    info.name = "of-" + role;
    info.role = role;
    info.more_roles = std::move(more);
    return f = std::get<subscribed>(book.add_framework(info)).framework;
  }

  /// An agent whose configuration keeps this much for the role.
  void add_agent_for(const std::string& role, std::string_view amount, const agent_id& id) {
    register_agent x;
    x.info = {id, "host-of-" + id.str(), "", parse("cpus:4;mem:1024"), {}, {{role, parse(amount)}}};
    x.life = ++lives;
    agents[id] = x;
    BOOST_REQUIRE(std::holds_alternative<agent_registered>(book.report(x, t0)));
  }

  /// Another master, to which all agents come with nothing.
  void begin(cluster_options what) {
    start_anew(std::move(what));
    for (const auto& [id, x] : agents)
      book.report(x, t0);
  }

  // -- what operators do; @returns why it is refused ------------------------------------

  template <class Call>
  std::string change(const Call& call) {
    auto no = book.change(call);
    return no ? no->message : "";
  }
  std::string set(const std::string& role, std::string_view guarantee,
                  std::string_view limit = "") {
    return change(set_quota{role, parse(guarantee), parse(limit), false});
  }
  std::string weigh(const std::string& role, double weight) {
    return change(set_weight{role, weight});
  }
  std::string reserve(const std::string& role, std::string_view amount,
                      const framework_id& who = {}) {
    return change(reserve_resources{who, a1, role, parse(amount)});
  }
  std::string unreserve(const std::string& role, std::string_view amount,
                        const framework_id& who = {}) {
    return change(unreserve_resources{who, a1, role, parse(amount)});
  }

  // -- offers -----------------------------------------------------------------------

  /// The offers that are made now.
  std::vector<offer> make_offers(time_point now = t0) {
    book.take_effects();
    book.make_offers(now);
    std::vector<offer> result;
    for (auto& batch : told<resource_offers>())
      result.insert(result.end(), batch.offers.begin(), batch.offers.end());
    return result;
  }

  /// `prod@a1:cpus:4 batch@a2:cpus:4`: the offers that are made now, by agent.
  std::string offered_now(time_point now = t0) {
    auto made = make_offers(now);
    std::stable_sort(made.begin(), made.end(),
                     [](const offer& x, const offer& y) { return x.agent < y.agent; });
    std::string text;
    for (const auto& x : made)
      text +=
        (text.empty() ? "" : " ") + x.role + '@' + x.agent.str() + ':' + x.available.to_string();
    return text;
  }

  /// A task of the framework, on the offer of the first agent that is made to it now.
  void run_as(const framework_id& framework, const task_info& what) {
    for (const auto& x : make_offers())
      if (x.framework == framework)
        return accept(framework, {x.id}, {what});
    BOOST_FAIL("nothing was offered to " + framework.str());
  }

  // -- claims -----------------------------------------------------------------------

  /// The claims that rounds are started for now, in their order.
  std::string served(time_point now = t0) {
    std::string text;
    for (const auto& plan : rounds(now))
      text += (text.empty() ? "" : " ") + plan.claim.id.str();
    return text;
  }

  /// A claim of so many slots of one cpu.
  void claim_slots_of(const std::string& id, std::uint32_t count, time_point now = t0) {
    add_claim(claim_of(id, count), now);
  }

  /// All reasons in one text.
  std::string reasons(const std::string& claim) {
    std::string text;
    for (const auto& x : entry(claim).reasons)
      text += (text.empty() ? "" : "; ") + x;
    return text;
  }

  // -- roles ------------------------------------------------------------------------

  role_entry role(const std::string& name) {
    for (auto& x : book.view({listing::roles}).roles)
      if (x.name == name)
        return x;
    return {};
  }
};

}  // namespace entente::test
