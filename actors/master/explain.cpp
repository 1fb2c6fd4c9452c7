#include "actors/master/explain.hpp"

namespace entente {

namespace {

std::string counted(std::uint64_t number, const char* what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

std::string what_is_wanted(const claim& x) {
  auto text = counted(x.count, "slot") + " of " +
              (x.slot_class.empty() ? x.limits.to_string() : x.slot_class);
  if (x.ports > 0)
    text += " and " + counted(x.ports, "port");
  return text + " wanted";
}

/// `had no room`, `were draining`: what so many agents have answered, some time ago.
std::string answer_of(std::uint32_t agents, bid_refusal x) {
  std::string text{to_string(x)};
  auto verb = text.substr(0, text.find(' '));
  auto rest = text.substr(verb.size());
  if (verb == "has")
    return "had" + rest;
  if (verb == "is" || verb == "was")
    return (agents == 1 ? "was" : "were") + rest;
  return text;
}

/// How the slots must lie, for a claim that has enough of them and still cannot have them.
std::string layout_of(const claim& x) {
  std::string text;
  if (x.max_per_agent > 0)
    text = "at most " + std::to_string(x.max_per_agent) + " on one agent";
  if (!x.same_attribute.empty())
    text += (text.empty() ? "" : ", ") + std::string{"all in one "} + x.same_attribute;
  return text;
}

}  // namespace

std::vector<std::string> explain(const claim& x, const claim_outlook& outlook) {
  if (outlook.agents == 0)
    return {what_is_wanted(x) + "; no agent is registered"};
  std::vector<std::string> reasons;
  auto first = what_is_wanted(x) + ", " + std::to_string(outlook.free) + " free";
  if (outlook.in_rounds > 0)
    first += ", " + std::to_string(outlook.in_rounds) + " asked for by other claims just now";
  reasons.push_back(std::move(first));
  if (outlook.quota)
    reasons.push_back(*outlook.quota);
  if (auto layout = layout_of(x); outlook.layout_impossible && !layout.empty())
    reasons.push_back("not enough of them " + layout);
  for (const auto& [text, agents] : outlook.excluded)
    reasons.push_back(std::to_string(agents) + " of " + counted(outlook.agents, "agent") +
                      (agents == 1 ? " does" : " do") + " not satisfy " + text);
  if (outlook.draining > 0)
    reasons.push_back(counted(outlook.draining, "agent") +
                      (outlook.draining == 1 ? " is" : " are") + " draining");
  if (outlook.deactivated > 0)
    reasons.push_back(counted(outlook.deactivated, "agent") +
                      (outlook.deactivated == 1 ? " is" : " are") + " deactivated");
  if (outlook.disconnected > 0)
    reasons.push_back(counted(outlook.disconnected, "agent") +
                      (outlook.disconnected == 1 ? " is" : " are") + " disconnected");
  if (outlook.set_aside > 0)
    reasons.push_back(counted(outlook.set_aside, "agent") +
                      (outlook.set_aside == 1 ? " is" : " are") +
                      " set aside for a claim that has waited longer");
  for (const auto& [refusal, agents] : outlook.refusals)
    reasons.push_back("when last asked, " + counted(agents, "agent") + ' ' +
                      answer_of(agents, refusal));
  if (outlook.never && outlook.when_empty < x.count)
    reasons.push_back("if nothing ran, " + counted(outlook.agents, "agent") + " would have " +
                      std::to_string(outlook.when_empty) +
                      (outlook.when_empty == 1 ? " such slot" : " such slots"));
  return reasons;
}

}  // namespace entente
