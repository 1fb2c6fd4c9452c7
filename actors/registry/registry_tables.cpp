#include "actors/registry/registry_tables.hpp"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

namespace entente::registry_tables {

namespace {

using nlohmann::json;

// -- columns ----------------------------------------------------------------------------

[[noreturn]] void unreadable(const std::string& text) {
  throw database_error{SQLITE_CORRUPT, 0, "a row has \"" + text.substr(0, 100) + '"'};
}

constexpr std::pair<agent_mark, std::string_view> mark_names[] = {
  {agent_mark::admitted, "admitted"},
  {agent_mark::ended, "ended"},
  {agent_mark::unreachable, "unreachable"},
  {agent_mark::gone, "gone"},
};

std::string_view column_of(agent_mark x) {
  return mark_names[static_cast<std::size_t>(x)].second;
}

agent_mark mark_in(const std::string& text) {
  for (const auto& [mark, name] : mark_names)
    if (name == text)
      return mark;
  unreadable(text);
}

std::string column_of(const resources& x) {
  return x.to_string();
}

resources resources_in(const std::string& text) {
  auto read = resources::parse(text);
  if (auto* found = std::get_if<resources>(&read))
    return std::move(*found);
  unreadable(text);
}

std::int64_t column_of(std::uint64_t x) {
  return static_cast<std::int64_t>(x);
}

std::int64_t column_of(wall_time x) {
  return x.time_since_epoch().count();
}

std::optional<std::int64_t> column_of(const std::optional<wall_time>& x) {
  return x ? std::optional{column_of(*x)} : std::nullopt;
}

wall_time time_in(std::int64_t x) {
  return wall_time{std::chrono::milliseconds{x}};
}

std::optional<wall_time> time_in(const statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional{time_in(row.number(column))};
}

/// Attributes or roles. What is not UTF-8 in them is replaced.
template <class T>
std::string json_column_of(const T& x) {
  return json(x).dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class T>
T json_in(const std::string& text) {
  try {
    return json::parse(text).get<T>();
  } catch (const json::exception&) {
    unreadable(text);
  }
}

// -- tables -------------------------------------------------------------------------------

/// How entries of a kind are kept.
template <class Entry>
struct table;

template <>
struct table<registered_agent> {
  static constexpr auto select =
    "SELECT id, life, process, mark, hostname, address, total, attributes FROM agents";
  static constexpr auto replace =
    "INSERT OR REPLACE INTO agents(id, life, process, mark, hostname, address, total, attributes) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr auto remove = "DELETE FROM agents WHERE id = ?";

  static void put(statement& into, const registered_agent& x) {
    into.run(x.info.id.str(), column_of(x.life), x.process, column_of(x.mark), x.info.hostname,
             x.info.address, column_of(x.info.total), json_column_of(x.info.attributes));
  }
  static registered_agent get(const statement& row) {
    registered_agent x;
    x.info.id = agent_id{row.text(0)};
    x.life = static_cast<std::uint64_t>(row.number(1));
    x.process = row.text(2);
    x.mark = mark_in(row.text(3));
    x.info.hostname = row.text(4);
    x.info.address = row.text(5);
    x.info.total = resources_in(row.text(6));
    x.info.attributes = json_in<attribute_map>(row.text(7));
    return x;
  }
};

template <>
struct table<registered_framework> {
  static constexpr auto select =
    "SELECT id, name, role, more_roles, failover_timeout, detached, wants_offers, partition_aware, "
    "removed_at FROM frameworks";
  static constexpr auto replace =
    "INSERT OR REPLACE INTO frameworks(id, name, role, more_roles, failover_timeout, detached, "
    "wants_offers, partition_aware, removed_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr auto remove = "DELETE FROM frameworks WHERE id = ?";

  static void put(statement& into, const registered_framework& x) {
    into.run(x.info.id.str(), x.info.name, x.info.role, json_column_of(x.info.more_roles),
             std::int64_t{x.info.failover_timeout.count()}, x.info.detached, x.info.wants_offers,
             x.info.partition_aware, column_of(x.removed_at));
  }
  static registered_framework get(const statement& row) {
    registered_framework x;
    x.info.id = framework_id{row.text(0)};
    x.info.name = row.text(1);
    x.info.role = row.text(2);
    x.info.more_roles = json_in<std::vector<std::string>>(row.text(3));
    x.info.failover_timeout = std::chrono::milliseconds{row.number(4)};
    x.info.detached = row.number(5) != 0;
    x.info.wants_offers = row.number(6) != 0;
    x.info.partition_aware = row.number(7) != 0;
    x.removed_at = time_in(row, 8);
    return x;
  }
};

template <>
struct table<registered_quota> {
  static constexpr auto select = R"(SELECT role, guarantee, "limit" FROM quota)";
  static constexpr auto replace =
    R"(INSERT OR REPLACE INTO quota(role, guarantee, "limit") VALUES(?, ?, ?))";
  static constexpr auto remove = "DELETE FROM quota WHERE role = ?";

  static void put(statement& into, const registered_quota& x) {
    into.run(x.role, column_of(x.guarantee), column_of(x.limit));
  }
  static registered_quota get(const statement& row) {
    return {row.text(0), resources_in(row.text(1)), resources_in(row.text(2))};
  }
};

template <>
struct table<registered_weight> {
  static constexpr auto select = "SELECT role, weight FROM weights";
  static constexpr auto replace = "INSERT OR REPLACE INTO weights(role, weight) VALUES(?, ?)";
  static constexpr auto remove = "DELETE FROM weights WHERE role = ?";

  static void put(statement& into, const registered_weight& x) { into.run(x.role, x.weight); }
  static registered_weight get(const statement& row) { return {row.text(0), row.real(1)}; }
};

template <>
struct table<registered_reservation> {
  static constexpr auto select = "SELECT agent, role, amount FROM reservations";
  static constexpr auto replace =
    "INSERT OR REPLACE INTO reservations(agent, role, amount) VALUES(?, ?, ?)";
  static constexpr auto remove = "DELETE FROM reservations WHERE agent = ? AND role = ?";

  static void put(statement& into, const registered_reservation& x) {
    into.run(x.agent.str(), x.role, column_of(x.amount));
  }
  static registered_reservation get(const statement& row) {
    return {agent_id{row.text(0)}, row.text(1), resources_in(row.text(2))};
  }
};

template <>
struct table<registered_drain> {
  static constexpr auto select = "SELECT agent, deadline, mark_gone FROM drains";
  static constexpr auto replace =
    "INSERT OR REPLACE INTO drains(agent, deadline, mark_gone) VALUES(?, ?, ?)";
  static constexpr auto remove = "DELETE FROM drains WHERE agent = ?";

  static void put(statement& into, const registered_drain& x) {
    into.run(x.agent.str(), column_of(x.deadline), x.mark_gone);
  }
  static registered_drain get(const statement& row) {
    return {agent_id{row.text(0)}, time_in(row, 1), row.number(2) != 0};
  }
};

template <>
struct table<registered_deactivation> {
  static constexpr auto select = "SELECT agent FROM deactivated";
  static constexpr auto replace = "INSERT OR REPLACE INTO deactivated(agent) VALUES(?)";
  static constexpr auto remove = "DELETE FROM deactivated WHERE agent = ?";

  static void put(statement& into, const registered_deactivation& x) { into.run(x.agent.str()); }
  static registered_deactivation get(const statement& row) { return {agent_id{row.text(0)}}; }
};

template <>
struct table<registered_window> {
  static constexpr auto select = "SELECT name, starts_at, ends_at, drains_ahead FROM maintenance";
  /// Takes the agents of an earlier window of the name with it.
  static constexpr auto replace =
    "INSERT OR REPLACE INTO maintenance(name, starts_at, ends_at, drains_ahead) "
    "VALUES(?, ?, ?, ?)";
  static constexpr auto remove = "DELETE FROM maintenance WHERE name = ?";

  static void put(statement& into, const registered_window& x) {
    into.run(x.name, column_of(x.starts_at), column_of(x.ends_at),
             std::int64_t{x.drains_ahead.count()});
  }
  static registered_window get(const statement& row) {
    return {row.text(0),
            {},
            time_in(row.number(1)),
            time_in(row.number(2)),
            std::chrono::milliseconds{row.number(3)}};
  }
};

// -- the agents of windows ------------------------------------------------------------------

template <class Entry>
void put_parts(database&, const Entry&) {}

void put_parts(database& file, const registered_window& x) {
  statement into{file, "INSERT INTO maintenance_agents(name, agent) VALUES(?, ?)"};
  for (const auto& agent : x.agents)
    into.run(x.name, agent.str());
}

void get_parts(database& file, registry_state& state) {
  statement rows{file, "SELECT name, agent FROM maintenance_agents ORDER BY agent"};
  while (rows.next())
    if (auto i = state.maintenance.find(rows.text(0)); i != state.maintenance.end())
      i->second.agents.emplace_back(rows.text(1));
}

// -- all kinds --------------------------------------------------------------------------------

void remove_row(statement& from, const std::string& key) {
  from.run(key);
}

template <class Tag>
void remove_row(statement& from, const strong_id<Tag>& key) {
  from.run(key.str());
}

void remove_row(statement& from, const registered_reservation::key_type& key) {
  from.run(key.first.str(), key.second);
}

template <class Entry>
void read_entries(database& file, registry_state& state) {
  auto& entries = state.*entries_of<Entry>;
  statement rows{file, table<Entry>::select};
  while (rows.next()) {
    auto entry = table<Entry>::get(rows);
    auto key = typename Entry::key_type{entry.key()};
    entries.insert_or_assign(std::move(key), std::move(entry));
  }
}

template <class Entry>
void write_entries(database& file, const registry_state& state,
                   const touched_keys<Entry>& touched) {
  if (touched.empty())
    return;
  const auto& entries = state.*entries_of<Entry>;
  statement replace{file, table<Entry>::replace};
  statement remove{file, table<Entry>::remove};
  for (const auto& key : touched) {
    if (auto i = entries.find(key); i == entries.end()) {
      remove_row(remove, key);
    } else {
      table<Entry>::put(replace, i->second);
      put_parts(file, i->second);
    }
  }
}

template <class... Entries>
struct all_tables {
  static void read(database& file, registry_state& state) {
    (read_entries<Entries>(file, state), ...);
  }
  static void write(database& file, const registry_state& state, const touched_entries& touched) {
    (write_entries<Entries>(file, state, touched.of<Entries>()), ...);
  }
};

using tables = over_registry_entries<all_tables>;

}  // namespace

registry_state read(database& file) {
  registry_state state;
  statement rows{file, "SELECT name, lives FROM cluster"};
  if (rows.next()) {
    state.cluster = rows.text(0);
    state.lives = static_cast<std::uint64_t>(rows.number(1));
  }
  tables::read(file, state);
  get_parts(file, state);
  return state;
}

void write_cluster(database& file, const registry_state& state) {
  statement{file, "INSERT OR REPLACE INTO cluster(only_row, name, lives) VALUES(1, ?, ?)"}.run(
    state.cluster, column_of(state.lives));
}

void write(database& file, const registry_state& state, const touched_entries& touched) {
  tables::write(file, state, touched);
}

}  // namespace entente::registry_tables
