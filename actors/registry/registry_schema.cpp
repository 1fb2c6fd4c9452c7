#include "actors/registry/registry_schema.hpp"

#include <iterator>
#include <sqlite3.h>

namespace entente::registry_schema {

namespace {

/// What makes version 1 of nothing, version 2 of version 1, and so on. Times are milliseconds since
/// 1970, durations milliseconds, resources text such as "cpus:4;mem:8192".
constexpr const char* steps[] = {
  R"(
CREATE TABLE cluster(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  name TEXT NOT NULL,
  lives INTEGER NOT NULL);
CREATE TABLE agents(
  id TEXT PRIMARY KEY NOT NULL,
  life INTEGER NOT NULL,
  process TEXT NOT NULL,
  mark TEXT NOT NULL,
  hostname TEXT NOT NULL,
  address TEXT NOT NULL,
  total TEXT NOT NULL,
  attributes TEXT NOT NULL);
CREATE TABLE frameworks(
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  more_roles TEXT NOT NULL,
  failover_timeout INTEGER NOT NULL,
  detached INTEGER NOT NULL,
  wants_offers INTEGER NOT NULL,
  partition_aware INTEGER NOT NULL,
  removed_at INTEGER);
CREATE TABLE quota(
  role TEXT PRIMARY KEY NOT NULL,
  guarantee TEXT NOT NULL,
  "limit" TEXT NOT NULL);
CREATE TABLE weights(
  role TEXT PRIMARY KEY NOT NULL,
  weight REAL NOT NULL);
CREATE TABLE reservations(
  agent TEXT NOT NULL,
  role TEXT NOT NULL,
  amount TEXT NOT NULL,
  PRIMARY KEY(agent, role));
CREATE TABLE drains(
  agent TEXT PRIMARY KEY NOT NULL,
  deadline INTEGER,
  mark_gone INTEGER NOT NULL);
)",
  R"(
CREATE TABLE deactivated(
  agent TEXT PRIMARY KEY NOT NULL);
CREATE TABLE maintenance(
  name TEXT PRIMARY KEY NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  drains_ahead INTEGER NOT NULL);
CREATE TABLE maintenance_agents(
  name TEXT NOT NULL REFERENCES maintenance(name) ON DELETE CASCADE,
  agent TEXT NOT NULL,
  PRIMARY KEY(name, agent));
)"};
static_assert(std::size(steps) == newest);

void check_pages(database& file) {
  if (auto found = file.text("PRAGMA quick_check(1)"); found != "ok")
    throw database_error{SQLITE_CORRUPT, 0, found};
}

}  // namespace

int check(database& file) {
  auto mark = file.number("PRAGMA application_id");
  auto version = file.number("PRAGMA user_version");
  if (mark == 0 && version == 0 && file.number("SELECT count(*) FROM sqlite_master") == 0)
    return 0;
  if (mark != application_id || version < 1)
    throw database_error{SQLITE_NOTADB, 0, "it is a database of something else"};
  if (version > newest)
    throw database_error{SQLITE_SCHEMA, 0,
                         "it is of version " + std::to_string(version) +
                           ", and this program knows those up to " + std::to_string(newest)};
  check_pages(file);
  return static_cast<int>(version);
}

void migrate(database& file, int from) {
  if (from == newest)
    return;
  transaction whole{file};
  for (auto step = from; step < newest; ++step)
    file.run(steps[step]);
  file.run(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
  file.run(("PRAGMA user_version=" + std::to_string(newest)).c_str());
  whole.commit();
}

}  // namespace entente::registry_schema
