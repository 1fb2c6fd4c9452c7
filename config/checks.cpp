#include "config/checks.hpp"

#include "config/keys.hpp"
#include "config/quantities.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>

namespace entente {

namespace {

/// Resource name to thousandths.
using amounts = std::map<std::string, std::int64_t>;

std::int64_t sum(std::int64_t a, std::int64_t b) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return a > most - b ? most : a + b;
}

void check_limit(const place& at, const resource_texts& limit) {
  for (const auto& [resource, text] : limit)
    if (parse_quantity(resource, text) == 0)
      at.at(resource).expected("more than zero, or no limit at all", text);
}

void check_guarantee(const place& at, const role_config& role) {
  for (const auto& [resource, text] : role.guarantee) {
    auto limit = role.limit.find(resource);
    if (limit == role.limit.end())
      continue;
    if (parse_quantity(resource, text) > parse_quantity(resource, limit->second))
      at.at(resource).expected("at most the limit " + in_quotes(limit->second), text);
  }
}

void check_role(const std::string& name, const role_config& role, problems& out) {
  const auto at = place{out, "roles"}.at(name);
  check_limit(at.at("limit"), role.limit);
  check_guarantee(at.at("guarantee"), role);
}

/// The role above, or the empty name above all.
std::string parent_of(const std::string& role) {
  auto slash = role.rfind('/');
  return slash == role.npos ? std::string{} : role.substr(0, slash);
}

/// By role: what the roles right below it are guaranteed together. A role stands for its own
/// guarantee or for that of the roles below it, whichever is more.
std::map<std::string, amounts> guaranteed_below(const std::map<std::string, role_config>& roles) {
  // Names in descending order: the roles below a role come before it.
  std::map<std::string, amounts, std::greater<>> needs;
  for (const auto& [name, role] : roles) {
    for (auto above = parent_of(name); !above.empty(); above = parent_of(above))
      needs[above];
    for (const auto& [resource, text] : role.guarantee)
      needs[name][resource] = parse_quantity(resource, text).value_or(0);
  }
  std::map<std::string, amounts> below;
  for (auto& [name, need] : needs) {
    for (const auto& [resource, milli] : below[name])
      need[resource] = std::max(need[resource], milli);
    auto& together = below[parent_of(name)];
    for (const auto& [resource, milli] : need)
      together[resource] = sum(together[resource], milli);
  }
  return below;
}

void check_shares_below(const std::map<std::string, role_config>& roles, problems& out) {
  auto below = guaranteed_below(roles);
  for (const auto& [name, role] : roles)
    for (const auto& [resource, text] : role.limit) {
      auto guaranteed = below[name][resource];
      if (guaranteed > parse_quantity(resource, text))
        place{out, "roles"}.at(name).at("limit").at(resource).expected(
          "at least " + in_quotes(format_quantity(resource, guaranteed)) +
            ", which the roles below it are guaranteed together",
          text);
    }
}

void check_reservations(const place& at, const agent_config& agent) {
  amounts reserved;
  for (const auto& [role, texts] : agent.reservations)
    for (const auto& [resource, text] : texts) {
      auto& total = reserved[resource];
      total = sum(total, parse_quantity(resource, text).value_or(0));
      auto found = agent.resources.find(resource);
      auto there = found == agent.resources.end() ? "0" : found->second;
      if (there != "auto" && total > parse_quantity(resource, there).value_or(0))
        at.at(role).at(resource).expected("at most the " + in_quotes(there) +
                                            " of \"resources\" for all roles together",
                                          format_quantity(resource, total));
    }
}

void check_tls(const tls_config& tls, problems& out) {
  if (tls.certificate.empty() && tls.key.empty() && tls.ca.empty())
    return;
  if (tls.certificate.empty())
    out.add("tls.certificate", "expected the file of this end's certificate, found nothing");
  else if (tls.key.empty())
    out.add("tls.key", "expected the file of the certificate's key, found nothing");
  else if (tls.ca.empty())
    out.add("tls.ca", "expected the file of the authority that signs certificates, found nothing");
}

void check_master(const std::string& key, const master_config& master, problems& out) {
  if (master.listen.port != 0 && master.listen == master.http)
    out.add(key + ".http", "expected another address than that of \"listen\", found " +
                             in_quotes(to_string(master.http)));
}

void check_agent(const std::string& key, const agent_config& agent, problems& out) {
  check_reservations(place{out, key + ".reservations"}, agent);
}

void check_host(const std::string& name, const host_config& host, const config& general,
                problems& out) {
  config merged;
  merged.master = general.master;
  merged.agent = general.agent;
  apply_overlay(host.master, "master.", merged);
  apply_overlay(host.agent, "agent.", merged);
  if (merged.master != general.master)
    check_master("hosts." + name + ".master", merged.master, out);
  if (merged.agent != general.agent)
    check_agent("hosts." + name + ".agent", merged.agent, out);
}

}  // namespace

void check(const config& value, problems& out) {
  check_master("master", value.master, out);
  check_agent("agent", value.agent, out);
  check_tls(value.tls, out);
  for (const auto& [name, role] : value.roles)
    check_role(name, role, out);
  check_shares_below(value.roles, out);
  for (const auto& [name, host] : value.hosts)
    check_host(name, host, value, out);
}

}  // namespace entente
