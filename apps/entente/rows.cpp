#include "apps/entente/rows.hpp"

#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>

#include "config/quantities.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

std::string joined(const std::vector<std::string>& xs, std::string_view between) {
  std::string text;
  for (const auto& x : xs) {
    if (!text.empty())
      text += between;
    text += x;
  }
  return text;
}

std::string attributes_of(const attribute_map& xs) {
  std::vector<std::string> pairs;
  for (const auto& [key, value] : xs)
    pairs.push_back(key + '=' + value);
  return joined(pairs, ",");
}

std::string text_or_dash(const resources& x) {
  return x.empty() ? "-" : x.to_string();
}

/// As coarse as people want it: "250ms", "42s", "12m", "30h".
std::string age_text(std::chrono::milliseconds age) {
  if (age < 1s)
    return std::to_string(age.count()) + "ms";
  if (age < 10min)
    return std::to_string(std::chrono::floor<std::chrono::seconds>(age).count()) + "s";
  if (age < 10h)
    return std::to_string(std::chrono::floor<std::chrono::minutes>(age).count()) + "m";
  return std::to_string(std::chrono::floor<std::chrono::hours>(age).count()) + "h";
}

/// A share of 1 as percent, with a decimal: 0.125 -> "12.5%".
std::string percent(double share) {
  return format_milli(std::llround(share * 1000) * 100) + '%';
}

/// Of what it has asked for, in MB: "12/128"; "12" if it has asked for none.
std::string used_text(std::optional<std::uint64_t> bytes, const resources& limits,
                      const char* name) {
  auto limit = limits.milli(name) > 0 ? "/" + format_milli(limits.milli(name)) : "";
  return bytes ? format_milli(static_cast<std::int64_t>(*bytes >> 20) * 1000) + limit + " MB" : "-";
}

}  // namespace

std::string used_of(const resources& used, const resources& total, const char* name) {
  return format_milli(used.milli(name)) + "/" + format_milli(total.milli(name));
}

std::string state_text(const agent_entry& x) {
  std::string text{to_string(x.state)};
  return x.drain_left ? text + ", " + age_text(*x.drain_left) + " left" : text;
}

std::string state_text(const task_entry& x) {
  std::string text{to_string(x.last.state)};
  return x.last.health == task_health::unknown
           ? text
           : text + ", " + std::string{to_string(x.last.health)};
}

row head(const agent_entry&) {
  return {"ID", "HOSTNAME", "STATE", "CPUS USED", "MEM USED", "OFFERED", "ATTRIBUTES"};
}

row cells(const agent_entry& x) {
  const auto& total = x.info.total;
  return {x.info.id.str(),
          x.info.hostname,
          state_text(x),
          used_of(x.allocated, total, "cpus"),
          used_of(x.allocated, total, "mem"),
          text_or_dash(x.offered),
          attributes_of(x.info.attributes)};
}

row head(const framework_entry&) {
  return {"ID", "NAME", "ROLE", "STATE", "TASKS", "OFFERS", "ALLOCATED"};
}

row cells(const framework_entry& x) {
  return {x.info.id.str(),
          x.info.name,
          joined(roles_of(x.info), ","),
          std::string{to_string(x.state)},
          std::to_string(x.tasks),
          std::to_string(x.offers.sent) + '/' + std::to_string(x.offers.accepted),
          x.allocated.to_string()};
}

row head(const task_entry&) {
  return {"ID", "NAME", "FRAMEWORK", "AGENT", "STATE", "MESSAGE"};
}

row cells(const task_entry& x) {
  return {x.id.str(), x.name, x.framework.str(), x.agent.str(), state_text(x), x.last.message};
}

row usage_head() {
  return {"ID", "NAME", "AGENT", "STATE", "CPU TIME", "CPUS", "MEM USED", "DISK USED"};
}

row usage_cells(const task_entry& x) {
  auto seconds = x.usage ? format_milli(x.usage->cpu.count() / 10 * 10) + "s" : "-";
  return {x.id.str(),
          x.name,
          x.agent.str(),
          state_text(x),
          seconds,
          format_milli(x.limits.milli("cpus")),
          used_text(x.usage ? std::optional{x.usage->mem_bytes} : std::nullopt, x.limits, "mem"),
          used_text(x.usage ? std::optional{x.usage->disk_bytes} : std::nullopt, x.limits, "disk")};
}

row head(const offer&) {
  return {"ID", "FRAMEWORK", "ROLE", "AGENT", "RESOURCES", "RESERVED"};
}

row cells(const offer& x) {
  return {x.id.str(),    x.framework.str(),         x.role,
          x.agent.str(), text_or_dash(x.available), text_or_dash(x.reserved)};
}

row head(const offer_record&) {
  return {"ID", "FRAMEWORK", "ROLE", "AGENT", "RESOURCES", "OUTCOME", "AGE", "TOOK"};
}

row cells(const offer_record& x) {
  return {x.id.str(),
          x.framework.str(),
          x.role,
          x.agent.str(),
          text_or_dash(x.available),
          std::string{to_string(x.outcome)},
          age_text(x.age),
          x.outcome == offer_outcome::open ? "-" : std::to_string(x.took.count()) + "ms"};
}

row head(const claim_entry&) {
  return {"ID", "FRAMEWORK", "ROLE", "STATE", "WANTED", "GRANTED", "SLOT", "REASONS"};
}

row cells(const claim_entry& x) {
  return {x.claim.id.str(),
          x.framework.str(),
          x.role,
          std::string{to_string(x.state)},
          std::to_string(x.claim.count),
          std::to_string(x.granted),
          x.claim.slot_class.empty() ? x.claim.limits.to_string() : x.claim.slot_class,
          joined(x.reasons, "; ")};
}

row head(const pool_entry&) {
  return {"CLASS", "LIMITS", "TOTAL", "FREE"};
}

row cells(const pool_entry& x) {
  return {x.slot_class, x.limits.to_string(), std::to_string(x.total), std::to_string(x.free)};
}

row head(const role_entry&) {
  return {"ROLE",      "WEIGHT",  "SHARE",    "GUARANTEE",  "LIMIT",
          "ALLOCATED", "OFFERED", "RESERVED", "FRAMEWORKS", "CLAIMS"};
}

row cells(const role_entry& x) {
  return {x.name,
          format_weight(x.weight),
          percent(x.dominant_share),
          text_or_dash(x.guarantee),
          text_or_dash(x.limit),
          text_or_dash(x.allocated),
          text_or_dash(x.offered),
          text_or_dash(x.reserved),
          std::to_string(x.frameworks),
          std::to_string(x.claims_waiting)};
}

std::string line_of(const set_quota& x) {
  auto text_or_none = [](const resources& y) { return y.empty() ? "none" : y.to_string(); };
  return "role " + x.role + ": guarantee " + text_or_none(x.guarantee) + ", limit " +
         text_or_none(x.limit);
}

std::string line_of(const remove_quota& x) {
  return line_of(set_quota{x.role, {}, {}});
}

std::string line_of(const set_weight& x) {
  return "role " + x.role + ": weight " + format_weight(x.weight);
}

std::string line_of(const reserve_resources& x) {
  return "agent " + x.agent.str() + ": " + x.amount.to_string() + " reserved for role " + x.role;
}

std::string line_of(const unreserve_resources& x) {
  return "agent " + x.agent.str() + ": " + x.amount.to_string() + " no longer reserved for role " +
         x.role;
}

std::string line_of(const drain_agent& x) {
  auto text = "agent " + x.agent.str() + " drains";
  if (x.deadline)
    text += ", its tasks have at most " + format_duration(*x.deadline);
  return x.mark_gone ? text + ", and is gone then" : text;
}

std::string line_of(const undrain_agent& x) {
  return "agent " + x.agent.str() + " is in use again";
}

}  // namespace entente
