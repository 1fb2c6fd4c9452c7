#include "config/checks.hpp"

#include "config/keys.hpp"
#include "config/quantities.hpp"

namespace entente {

namespace {

void check_role(const std::string& name, const role_config& role, problems& out) {
  const place at{out, "roles." + name + ".guarantee"};
  for (const auto& [resource, text] : role.guarantee) {
    auto limit = role.limit.find(resource);
    if (limit == role.limit.end())
      continue;
    if (parse_quantity(resource, text) > parse_quantity(resource, limit->second))
      at.at(resource).expected("at most the limit " + in_quotes(limit->second), text);
  }
}

void check_tls(const tls_config& tls, problems& out) {
  if (!tls.certificate.empty() && tls.key.empty())
    out.add("tls.key", "expected the file of the certificate's key, found nothing");
  if (tls.certificate.empty() && !tls.key.empty())
    out.add("tls.certificate", "expected the file of the key's certificate, found nothing");
}

void check_master(const std::string& key, const master_config& master, problems& out) {
  if (master.listen.port != 0 && master.listen == master.http)
    out.add(key + ".http", "expected another address than that of \"listen\", found " +
                             in_quotes(to_string(master.http)));
}

void check_host(const std::string& name, const host_config& host, const master_config& master,
                problems& out) {
  config merged;
  merged.master = master;
  apply_overlay(host.master, "master.", merged);
  if (merged.master != master)
    check_master("hosts." + name + ".master", merged.master, out);
}

}  // namespace

void check(const config& value, problems& out) {
  check_master("master", value.master, out);
  check_tls(value.tls, out);
  for (const auto& [name, role] : value.roles)
    check_role(name, role, out);
  for (const auto& [name, host] : value.hosts)
    check_host(name, host, value.master, out);
}

}  // namespace entente
