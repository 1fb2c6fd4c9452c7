// Files of other versions, of something else, and damaged ones.
#include "actors/registry/registry_schema.hpp"

#include "registry_values.hpp"

namespace entente::test {

namespace {

/// A registry as version 1 has written it.
constexpr auto version_1 = R"(
CREATE TABLE cluster(only_row INTEGER PRIMARY KEY CHECK(only_row = 1), name TEXT NOT NULL, lives INTEGER NOT NULL);
CREATE TABLE agents(id TEXT PRIMARY KEY NOT NULL, life INTEGER NOT NULL, process TEXT NOT NULL, mark TEXT NOT NULL, hostname TEXT NOT NULL, address TEXT NOT NULL, total TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE frameworks(id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, more_roles TEXT NOT NULL, failover_timeout INTEGER NOT NULL, detached INTEGER NOT NULL, wants_offers INTEGER NOT NULL, partition_aware INTEGER NOT NULL, removed_at INTEGER);
CREATE TABLE quota(role TEXT PRIMARY KEY NOT NULL, guarantee TEXT NOT NULL, "limit" TEXT NOT NULL);
CREATE TABLE weights(role TEXT PRIMARY KEY NOT NULL, weight REAL NOT NULL);
CREATE TABLE reservations(agent TEXT NOT NULL, role TEXT NOT NULL, amount TEXT NOT NULL, PRIMARY KEY(agent, role));
CREATE TABLE drains(agent TEXT PRIMARY KEY NOT NULL, deadline INTEGER, mark_gone INTEGER NOT NULL);
INSERT INTO cluster VALUES(1, 'lab', 3);
INSERT INTO agents VALUES('n1-0a1b2c', 7, 'p', 'gone', 'n1', 'n1:4000', 'cpus:4;mem:8192', '{"rack":"r1"}');
INSERT INTO frameworks VALUES('5e0b77-2-F1', 'etl', 'eng', '["eng/ads"]', 60000, 0, 1, 1, 1700000000000);
INSERT INTO quota VALUES('eng', 'cpus:8', 'cpus:32.5');
INSERT INTO weights VALUES('eng', 2.5);
INSERT INTO reservations VALUES('n1-0a1b2c', 'eng', 'cpus:1.5;mem:100');
INSERT INTO drains VALUES('n2', 1700000000001, 1), ('n3', NULL, 0);
PRAGMA application_id = 1164857959;
PRAGMA user_version = 1;
)";

registry_state content_of_version_1() {
  registry_state x;
  x.cluster = "lab";
  x.lives = 3;
  auto parse = [](const char* text) { return std::get<resources>(resources::parse(text)); };
  registered_agent agent;
  agent.info = {agent_id{"n1-0a1b2c"}, "n1", "n1:4000", parse("cpus:4;mem:8192"), {{"rack", "r1"}}};
  agent.life = 7;
  agent.process = "p";
  agent.mark = agent_mark::gone;
  x.agents[agent.key()] = agent;
  registered_framework framework;
  framework.info.id = framework_id{"5e0b77-2-F1"};
  framework.info.name = "etl";
  framework.info.role = "eng";
  framework.info.more_roles = {"eng/ads"};
  framework.info.failover_timeout = std::chrono::minutes{1};
  framework.info.partition_aware = true;
  framework.removed_at = wall_time{std::chrono::milliseconds{1'700'000'000'000}};
  x.frameworks[framework.key()] = framework;
  x.quota["eng"] = {"eng", parse("cpus:8"), parse("cpus:32.5")};
  x.weights["eng"] = {"eng", 2.5};
  registered_reservation kept{agent_id{"n1-0a1b2c"}, "eng", parse("cpus:1.5;mem:100")};
  x.reservations[kept.key()] = kept;
  x.drains[agent_id{"n2"}] = {agent_id{"n2"},
                              wall_time{std::chrono::milliseconds{1'700'000'000'001}}, true};
  x.drains[agent_id{"n3"}] = {agent_id{"n3"}, std::nullopt, false};
  return x;
}

struct fixture : registry_fixture {
  /// Makes the file, or changes it, as sqlite3 would.
  void run(const std::string& sql) const {
    if (!std::filesystem::exists(file()))
      write_file(file(), "");
    database opened{file(), access::write};
    opened.run(sql.c_str());
  }

  /// Why it is refused; it must be as before then.
  std::string refused_untouched() const {
    auto before = read_file(file());
    auto why = refusal();
    BOOST_CHECK(read_file(file()) == before);
    BOOST_CHECK_MESSAGE(mentions(why, file()), why);
    return why;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(registry_schema, fixture)

// -- versions -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_file_of_version_1_is_read_brought_to_this_one_and_kept_as_it_was) {
  run(version_1);
  auto expected = content_of_version_1();
  ++expected.lives;
  {
    auto one = open();
    BOOST_CHECK_EQUAL(one.state(), expected);
    commit(one, {entry_set<registered_deactivation>{{agent_id{"n1"}}}});
  }
  database now{file(), access::read};
  BOOST_CHECK_EQUAL(entente::registry_schema::check(now), entente::registry_schema::newest);
  database kept{file().string() + ".version-1", access::read};
  BOOST_CHECK_EQUAL(entente::registry_schema::check(kept), 1);
  BOOST_CHECK_EQUAL(kept.number("SELECT lives FROM cluster"), 3);
}

BOOST_AUTO_TEST_CASE(a_file_of_a_newer_version_is_refused_with_what_to_do) {
  { auto one = open(); }
  run("PRAGMA user_version = 4711; ALTER TABLE agents ADD COLUMN news TEXT");
  auto why = refused_untouched();
  BOOST_CHECK_MESSAGE(mentions(why, "it is of version 4711"), why);
  BOOST_CHECK(mentions(why, "start the version that wrote it, or restore a back-up"));
}

BOOST_AUTO_TEST_CASE(a_database_of_something_else_is_refused) {
  run("CREATE TABLE bookmarks(url TEXT)");
  auto why = refused_untouched();
  BOOST_CHECK_MESSAGE(mentions(why, "it is a database of something else"), why);
}

// -- damage -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused_with_what_to_do) {
  write_file(file(), std::string(5000, 'x'));
  auto why = refused_untouched();
  BOOST_CHECK_MESSAGE(mentions(why, "file is not a database"), why);
  BOOST_CHECK(mentions(why, "restore a back-up with entente registry restore"));
  BOOST_CHECK(mentions(why, "tasks of run --detach are ended after master.agent_timeout"));
}

BOOST_AUTO_TEST_CASE(a_damaged_page_is_found_or_does_no_harm) {
  {
    auto one = open();
    entry_generator made{1};
    for (int i = 0; i < 40; ++i)
      commit(one, made.changes(5));
  }
  auto whole = read_file(file());
  auto refusals = 0;
  for (std::size_t page = 4096; page < whole.size(); page += 4096) {
    auto damaged = whole;
    damaged.replace(page, 4096, 4096, '\xee');
    write_file(file(), damaged);
    refusals += mentions(refusal(), "cannot be used: ") ? 1 : 0;
    std::filesystem::remove(registry_file::ahead_of(file()));
  }
  BOOST_CHECK_EQUAL(refusals, whole.size() / 4096 - 1);
}

BOOST_AUTO_TEST_CASE(a_file_of_random_bytes_is_never_more_than_refused) {
  { auto one = open(); }
  auto whole = read_file(file());
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      entry_generator made{seed};
      auto damaged = whole.substr(0, seed % 3 == 0 ? made.below(whole.size()) : whole.size());
      for (auto left = made.below(30); left > 0 && !damaged.empty(); --left)
        damaged[made.below(damaged.size())] = static_cast<char>(made.below(256));
      write_file(file(), damaged);
      auto found = try_open();
      if (auto* failed = std::get_if<runtime::failure>(&found))
        BOOST_CHECK(mentions(failed->message, file()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_that_says_nothing_is_named) {
  { auto one = open(); }
  run("INSERT INTO quota VALUES('eng', 'a lot', '')");
  auto why = refusal();
  BOOST_CHECK_MESSAGE(mentions(why, "a row has \"a lot\""), why);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
