#include "config/keys.hpp"

#include "config/names.hpp"
#include "config/quantities.hpp"

#include <utility>

namespace entente {

namespace {

using nlohmann::json;

/// Calls `read_entry(place, name, value)` for every entry of an object whose name passes `is_name`.
template <class ReadEntry>
void for_each_entry(const place& at, const json& value, bool (*is_name)(std::string_view),
                    std::string_view expected_name, ReadEntry read_entry) {
  if (!value.is_object())
    return at.expected("an object", value);
  for (const auto& [name, child] : value.items())
    if (is_name(name))
      read_entry(at.at(name), name, child);
    else
      at.at(name).report("expected " + std::string{expected_name});
}

/// What a map's entries are as JSON, each given by `show`.
template <class Map, class Show>
json show_entries(const Map& value, Show show) {
  json result;
  for (const auto& [name, entry] : value)
    result[name] = show(entry);
  return result;
}

bool is_above_zero(const resource_texts::value_type& x) {
  return parse_quantity(x.first, x.second).value_or(0) > 0;
}

struct slots_kind : compound {
  using value_type = std::map<std::string, resource_texts>;

  static void read(const place& at, const json& value, value_type& out) {
    for_each_entry(at, value, is_resource_name,
                   "a slot class of letters, digits, '_', '-' and '.', such as \"small\"",
                   [&out](const place& here, const std::string& name, const json& x) {
                     read_slot(here, x, out[name]);
                   });
  }

  static json show(const value_type& value) { return value.empty() ? json{} : json(value); }

  static void read_slot(const place& at, const json& value, resource_texts& out) {
    quantities_kind::read(at, value, out);
    if (value.is_object() && out.size() == value.size() && std::ranges::none_of(out, is_above_zero))
      at.report("expected at least one resource above zero");
  }
};

struct roles_kind : compound {
  using value_type = std::map<std::string, role_config>;

  static void read(const place& at, const json& value, value_type& out) {
    for_each_entry(at, value, is_role_name, expected_role_name(),
                   [&out](const place& here, const std::string& name, const json& x) {
                     read_object(here, x, "", out[name]);
                   });
  }

  static json show(const value_type& value) {
    return show_entries(value, [](const role_config& x) { return show_object(x); });
  }
};

struct reservations_kind : compound {
  using value_type = std::map<std::string, resource_texts>;

  static void read(const place& at, const json& value, value_type& out) {
    for_each_entry(at, value, is_role_name, expected_role_name(),
                   [&out](const place& here, const std::string& name, const json& x) {
                     quantities_kind::read(here, x, out[name]);
                   });
  }

  static json show(const value_type& value) { return value.empty() ? json{} : json(value); }
};

struct hosts_kind : compound {
  using value_type = std::map<std::string, host_config>;

  static void read(const place& at, const json& value, value_type& out) {
    for_each_entry(at, value, is_host_name,
                   "a host such as \"node1\": letters, digits, '_', '-' and '.', no \"..\", "
                   "no '-' or '.' in front",
                   [&out](const place& here, const std::string& name, const json& x) {
                     read_object(here, x, "", out[name]);
                   });
  }

  static json show(const value_type& value) {
    return show_entries(value, [](const host_config& x) { return show_object(x); });
  }
};

/// A part of the configuration that is checked now and applied later.
struct overlay_kind : compound {
  static void read(const place& at, const json& value, std::string_view prefix, std::string& out) {
    config checked;
    read_object(at, value, std::string{prefix}, checked);
    out = value.dump();
  }

  static json show(const std::string& value) { return value.empty() ? json{} : json::parse(value); }
};

struct master_overlay : overlay_kind {
  static void read(const place& at, const json& value, std::string& out) {
    overlay_kind::read(at, value, "master.", out);
  }
};

struct agent_overlay : overlay_kind {
  static void read(const place& at, const json& value, std::string& out) {
    overlay_kind::read(at, value, "agent.", out);
  }
};

/// The class that a member belongs to.
template <class Root, class Member>
Root root_of(Member Root::*);

/// Describes the key whose value is of kind Kind and lives at root.*First.*Rest...
template <class Kind, auto First, auto... Rest>
constexpr auto key_of(std::string_view path) {
  using root = decltype(root_of(First));
  return key<root>{path, Kind::text, Kind::names,
                   [](const place& at, const json& value, root& out) {
                     Kind::read(at, value, ((out.*First).*....*Rest));
                   },
                   [](const root& value) { return json(Kind::show(((value.*First).*....*Rest))); }};
}

constexpr key<config> config_keys[] = {
  key_of<line_kind, &config::cluster>("cluster"),

  key_of<address_kind, &config::master, &master_config::listen>("master.listen"),
  key_of<address_kind, &config::master, &master_config::http>("master.http"),
  key_of<line_kind, &config::master, &master_config::work_dir>("master.work_dir"),
  key_of<duration_kind, &config::master, &master_config::agent_timeout>("master.agent_timeout"),
  key_of<duration_kind, &config::master, &master_config::offer_timeout>("master.offer_timeout"),
  key_of<duration_kind, &config::master, &master_config::offer_interval>("master.offer_interval"),
  key_of<quantities_kind, &config::master, &master_config::min_offer>("master.min_offer"),
  key_of<attribute_name_kind, &config::master, &master_config::fault_domain>("master.fault_domain"),
  key_of<duration_kind, &config::master, &master_config::preemption_notice>(
    "master.preemption_notice"),
  key_of<duration_kind, &config::master, &master_config::agreement, &agreement_config::hold_lease>(
    "master.agreement.hold_lease"),
  key_of<duration_kind, &config::master, &master_config::agreement,
         &agreement_config::unused_grant_timeout>("master.agreement.unused_grant_timeout"),
  key_of<duration_kind, &config::master, &master_config::agreement,
         &agreement_config::set_aside_after>("master.agreement.set_aside_after"),
  key_of<choice_kind<fan_out_mode>, &config::master, &master_config::agreement,
         &agreement_config::fan_out>("master.agreement.fan_out"),

  key_of<addresses_kind, &config::agent, &agent_config::masters>("agent.masters"),
  key_of<address_kind, &config::agent, &agent_config::http>("agent.http"),
  key_of<line_kind, &config::agent, &agent_config::work_dir>("agent.work_dir"),
  key_of<capacities_kind, &config::agent, &agent_config::resources>("agent.resources"),
  key_of<attributes_kind, &config::agent, &agent_config::attributes>("agent.attributes"),
  key_of<reservations_kind, &config::agent, &agent_config::reservations>("agent.reservations"),
  key_of<choice_kind<limits_mode>, &config::agent, &agent_config::limits>("agent.limits"),
  key_of<count_kind, &config::agent, &agent_config::task_pids>("agent.task_pids"),
  key_of<size_kind, &config::agent, &agent_config::output_size>("agent.output_size"),

  key_of<slots_kind, &config::slots>("slots"),
  key_of<roles_kind, &config::roles>("roles"),
  key_of<hosts_kind, &config::hosts>("hosts"),

  key_of<line_kind, &config::tls, &tls_config::certificate>("tls.certificate"),
  key_of<line_kind, &config::tls, &tls_config::key>("tls.key"),
  key_of<line_kind, &config::tls, &tls_config::ca>("tls.ca"),

  key_of<choice_kind<log_level>, &config::log, &log_config::level>("log.level"),
  key_of<choice_kind<log_format>, &config::log, &log_config::format>("log.format"),
};

constexpr key<role_config> role_keys[] = {
  key_of<weight_kind, &role_config::weight>("weight"),
  key_of<quantities_kind, &role_config::guarantee>("guarantee"),
  key_of<quantities_kind, &role_config::limit>("limit"),
  key_of<truth_kind, &role_config::preempts>("preempts"),
};

constexpr key<host_config> host_keys[] = {
  key_of<parts_kind, &host_config::runs>("runs"),
  key_of<master_overlay, &host_config::master>("master"),
  key_of<agent_overlay, &host_config::agent>("agent"),
};

}  // namespace

template <>
std::span<const key<config>> keys() {
  return config_keys;
}

template <>
std::span<const key<role_config>> keys() {
  return role_keys;
}

template <>
std::span<const key<host_config>> keys() {
  return host_keys;
}

void apply_overlay(const std::string& text, const std::string& prefix, config& out) {
  if (text.empty())
    return;
  problems none{""};
  read_object(place{none}, json::parse(text), prefix, out);
}

}  // namespace entente
