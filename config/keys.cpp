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

  static json schema() { return schema_of_entries(quantities_kind::schema()); }

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

  static json schema() { return schema_of_entries(schema_of_object<role_config>()); }
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

  static json schema() { return schema_of_entries(quantities_kind::schema()); }
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

  static json schema() { return schema_of_entries(schema_of_object<host_config>()); }
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

  static json schema() { return schema_of_object<config>("master."); }
};

struct agent_overlay : overlay_kind {
  static void read(const place& at, const json& value, std::string& out) {
    overlay_kind::read(at, value, "agent.", out);
  }

  static json schema() { return schema_of_object<config>("agent."); }
};

/// The class that a member belongs to.
template <class Root, class Member>
Root root_of(Member Root::*);

/// Describes the key whose value is of kind Kind and lives at root.*First.*Rest...
template <class Kind, auto First, auto... Rest>
constexpr auto key_of(std::string_view path, std::string_view effect) {
  using root = decltype(root_of(First));
  return key<root>{path,
                   effect,
                   Kind::text,
                   Kind::names,
                   &Kind::schema,
                   [](const place& at, const json& value, root& out) {
                     Kind::read(at, value, ((out.*First).*....*Rest));
                   },
                   [](const root& value) { return json(Kind::show(((value.*First).*....*Rest))); }};
}

constexpr key<config> config_keys[] = {
  key_of<line_kind, &config::cluster>("cluster", "the cluster's name"),

  key_of<address_kind, &config::master, &master_config::listen>(
    "master.listen",
    "where agents, frameworks and clients connect; not loopback only with `tls` or `insecure`"),
  key_of<address_kind, &config::master, &master_config::http>("master.http", "for parts to come"),
  key_of<line_kind, &config::master, &master_config::work_dir>(
    "master.work_dir", "where the registry is: what the master must not forget"),
  key_of<duration_kind, &config::master, &master_config::agent_timeout>(
    "master.agent_timeout", "an agent that says nothing for so long is unreachable, and its tasks "
                            "with it; it and frameworks report five times as often"),
  key_of<rate_kind, &config::master, &master_config::registration_rate>(
    "master.registration_rate",
    "so many agents may register in a second, and the others are told when to come again, as after "
    "a restart of the master; those that are registered are not held back; 0: no limit"),
  key_of<duration_kind, &config::master, &master_config::offer_timeout>(
    "master.offer_timeout", "how long a framework may think about an offer"),
  key_of<duration_kind, &config::master, &master_config::offer_interval>(
    "master.offer_interval", "offers are made at most this often"),
  key_of<quantities_kind, &config::master, &master_config::min_offer>(
    "master.min_offer", "an offer has at least one of these; 0 takes a default away"),
  key_of<attribute_name_kind, &config::master, &master_config::fault_domain>(
    "master.fault_domain",
    "the attribute, such as `rack`, over whose values a framework's offers are spread"),
  key_of<duration_kind, &config::master, &master_config::preemption_notice>(
    "master.preemption_notice",
    "how long before its end the framework of a grant that is taken back is told"),
  key_of<duration_kind, &config::master, &master_config::agreement, &agreement_config::hold_lease>(
    "master.agreement.hold_lease",
    "how long an agent holds slots for a round; bids have a quarter of it, confirms half"),
  key_of<duration_kind, &config::master, &master_config::agreement,
         &agreement_config::unused_grant_timeout>(
    "master.agreement.unused_grant_timeout", "a grant without a task for so long is taken back"),
  key_of<duration_kind, &config::master, &master_config::agreement,
         &agreement_config::set_aside_after>(
    "master.agreement.set_aside_after",
    "from then on room is kept free for the first claim that waits"),
  key_of<choice_kind<fan_out_mode>, &config::master, &master_config::agreement,
         &agreement_config::fan_out>("master.agreement.fan_out",
                                     "whom a round asks: `all` with room, or `candidates` that the "
                                     "pool says suffice, and half as many again"),

  key_of<addresses_kind, &config::agent, &agent_config::masters>(
    "agent.masters",
    "where a master may be, up to 16 addresses; tried one after the other; for clients, too"),
  key_of<host_kind, &config::agent, &agent_config::advertise>(
    "agent.advertise",
    "the host that others reach this machine by, as tasks are told it; none: the machine's name"),
  key_of<address_kind, &config::agent, &agent_config::http>("agent.http", "for parts to come"),
  key_of<line_kind, &config::agent, &agent_config::work_dir>(
    "agent.work_dir", "for checkpoints, sandboxes and the cache (`local` has `--work-dir`)"),
  key_of<capacities_kind, &config::agent, &agent_config::resources>(
    "agent.resources", "what each agent has; `auto` is what the machine has (not of `gpus`); "
                       "`local` divides `ports` among its agents"),
  key_of<attributes_kind, &config::agent, &agent_config::attributes>(
    "agent.attributes", "facts such as `{\"rack\": \"r1\"}`"),
  key_of<reservations_kind, &config::agent, &agent_config::reservations>(
    "agent.reservations",
    "role to what of each agent is kept for it: `{\"eng\": {\"cpus\": 4, \"mem\": \"8GB\"}}`"),
  key_of<choice_kind<limits_mode>, &config::agent, &agent_config::limits>(
    "agent.limits", "whether tasks are held to their resources by control groups: `auto`, as far "
                    "as that is possible, or `off` (`local` never does)"),
  key_of<count_kind, &config::agent, &agent_config::task_pids>(
    "agent.task_pids", "processes and threads of a task, where limits are enforced"),
  key_of<size_kind, &config::agent, &agent_config::output_size>(
    "agent.output_size", "of each output stream of a task so much is kept, at least"),
  key_of<size_kind, &config::agent, &agent_config::artifact_size>(
    "agent.artifact_size", "how large an artifact may be, and what is unpacked of one"),
  key_of<size_kind, &config::agent, &agent_config::cache_size>(
    "agent.cache_size", "how much of fetched artifacts is kept for other tasks"),
  key_of<duration_kind, &config::agent, &agent_config::fetch_timeout>(
    "agent.fetch_timeout", "how long the artifacts of a task may take to come"),
  key_of<truth_kind, &config::agent, &agent_config::enforce_disk>(
    "agent.enforce_disk", "whether a task whose sandbox is larger than its `disk` is killed"),
  key_of<duration_kind, &config::agent, &agent_config::sandbox_age>(
    "agent.sandbox_age", "how long the sandbox of a task that has ended is kept"),
  key_of<share_kind, &config::agent, &agent_config::disk_share>(
    "agent.disk_share",
    "sandboxes of ended tasks go earlier, oldest first, while more of the disk than this is used"),

  key_of<slots_kind, &config::slots>("slots",
                                     "slot class to limits, for claims, `run --slot` and `pool`"),
  key_of<roles_kind, &config::roles>(
    "roles", "`weight` (1), `guarantee`, `limit` (above zero) and `preempts` (false) of each"),
  key_of<hosts_kind, &config::hosts>("hosts",
                                     "`runs`, and what differs on that host from `master` and "
                                     "`agent`; the machine's name, or `--host`, says which holds"),

  key_of<line_kind, &config::tls, &tls_config::certificate>(
    "tls.certificate", "PEM file of this end's certificate; with it all connections are encrypted, "
                       "and both ends show one"),
  key_of<line_kind, &config::tls, &tls_config::key>("tls.key", "PEM file of its key"),
  key_of<line_kind, &config::tls, &tls_config::ca>(
    "tls.ca", "PEM file of the authority that has signed all certificates"),
  key_of<tls_verify_kind, &config::tls, &tls_config::verify>(
    "tls.verify", "`host`: whoever listens has a certificate for the host that was connected to; "
                  "`ca`: any that the authority has signed"),
  key_of<truth_kind, &config::insecure>(
    "insecure", "whether a part may listen without TLS where others than this machine reach it"),

  key_of<choice_kind<log_level>, &config::log, &log_config::level>(
    "log.level",
    "from what severity on a line is logged: `trace`, `debug`, `info`, `warn`, `error`"),
  key_of<choice_kind<log_format>, &config::log, &log_config::format>(
    "log.format", "`text` or `json`, a line per event"),
  key_of<levels_kind, &config::log, &log_config::levels>(
    "log.levels", "where it differs: level by part, `entente`, `master`, `agent`, `caf`"),
  key_of<line_kind, &config::log, &log_config::file>(
    "log.file", "where to; none: stderr. On a host that `runs` both parts each has its own: "
                "`x-master.log` and `x-agent.log` of `x.log`"),
  key_of<size_kind, &config::log, &log_config::max_size>(
    "log.max_size", "a file of that size is set aside and a new one begun"),
  key_of<count_kind, &config::log, &log_config::keep>("log.keep",
                                                      "how many that were set aside are kept"),
};

constexpr key<role_config> role_keys[] = {
  key_of<weight_kind, &role_config::weight>("weight", "its share among its siblings"),
  key_of<quantities_kind, &role_config::guarantee>("guarantee", "what it gets first"),
  key_of<quantities_kind, &role_config::limit>("limit", "what it gets at most"),
  key_of<truth_kind, &role_config::preempts>(
    "preempts",
    "whether it may take back preemptible grants of others while it is under its guarantee"),
};

constexpr key<host_config> host_keys[] = {
  key_of<parts_kind, &host_config::runs>("runs", "the parts that the host runs"),
  key_of<master_overlay, &host_config::master>("master", "what differs there from `master`"),
  key_of<agent_overlay, &host_config::agent>("agent", "what differs there from `agent`"),
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
