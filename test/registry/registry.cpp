// The registry on a real disk: what it keeps, for whom, and what it refuses.
#include "actors/registry/registry.hpp"

#include "actors/registry/registry_copy.hpp"
#include "registry_values.hpp"
#include "support/full_disk.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(registry, registry_fixture)

// -- the first life -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_empty_file_is_no_new_registry_but_one_that_has_lost_what_it_had) {
  write_file(file(), "");
  auto why = refusal();
  BOOST_CHECK_MESSAGE(mentions(why, "it is empty"), why);
  BOOST_CHECK_MESSAGE(mentions(why, "restore a back-up with entente registry restore"), why);
  BOOST_CHECK_EQUAL(read_file(file()), "");
  BOOST_CHECK(std::holds_alternative<runtime::failure>(read_registry(file())));
}

BOOST_AUTO_TEST_CASE(a_master_that_has_died_before_its_registry_was_whole_is_in_nobodys_way) {
  write_file(directory / "registry.db.new", "half of i");
  write_file(directory / "registry.db.new-journal", "half of i");
  BOOST_CHECK_EQUAL(open().state().lives, 1);
  BOOST_CHECK(!std::filesystem::exists(directory / "registry.db.new"));
}

BOOST_AUTO_TEST_CASE(what_belonged_to_a_registry_that_was_moved_away_is_not_in_a_new_one) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    write_file(directory / "ahead", read_file(registry_file::ahead_of(file())));
  }
  std::filesystem::remove(file());
  std::filesystem::rename(directory / "ahead", registry_file::ahead_of(file()));
  auto now = open();
  BOOST_CHECK_EQUAL(now.state().lives, 1);
  BOOST_CHECK(now.state().weights.empty());
}

// -- the usual life -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_new_registry_knows_its_cluster_and_nothing_else) {
  registry_state expected;
  expected.cluster = "lab";
  expected.lives = 1;
  BOOST_CHECK_EQUAL(open().state(), expected);
}

BOOST_AUTO_TEST_CASE(each_master_counts_one_life_more) {
  for (std::uint64_t life = 1; life < 5; ++life)
    BOOST_CHECK_EQUAL(open().state().lives, life);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_is_made) {
  auto made = entente::registry::open(directory / "a/b", "lab");
  BOOST_REQUIRE(std::holds_alternative<entente::registry>(made));
  BOOST_CHECK(std::filesystem::exists(directory / "a/b/registry.db"));
}

BOOST_AUTO_TEST_CASE(nobody_else_may_read_the_files) {
  auto one = open();
  commit(one, {weight("a", 2)});
  using std::filesystem::perms;
  for (const auto& x : std::filesystem::directory_iterator(directory.path()))
    BOOST_CHECK_MESSAGE(
      (x.status().permissions() & (perms::group_all | perms::others_all)) == perms::none, x.path());
}

BOOST_AUTO_TEST_CASE(what_was_synced_is_there_again) {
  {
    auto one = open();
    commit(one, {weight("a", 2), weight("b", 0.001)});
    commit(one, {weight("a", 3), entry_removed<registered_weight>{"b"}});
  }
  auto now = open();
  BOOST_REQUIRE_EQUAL(now.state().weights.size(), 1);
  BOOST_CHECK_EQUAL(now.state().weights.at("a").weight, 3);
}

BOOST_AUTO_TEST_CASE(what_was_not_synced_is_not_there) {
  {
    auto one = open();
    one.append({weight("a", 2)});
    BOOST_CHECK(one.is_dirty());
    BOOST_CHECK_EQUAL(one.state().weights.size(), 1);
  }
  BOOST_CHECK(open().state().weights.empty());
}

BOOST_AUTO_TEST_CASE(a_window_of_the_same_name_has_its_own_agents_only) {
  registered_window x{"w", {agent_id{"a"}, agent_id{"b"}}, {}, {}, {}};
  {
    auto one = open();
    commit(one, {entry_set<registered_window>{x}});
    x.agents = {agent_id{"b"}, agent_id{"c"}};
    commit(one, {entry_set<registered_window>{x}});
  }
  {
    auto one = open();
    BOOST_CHECK(one.state().maintenance.at("w") == x);
    commit(one, {entry_removed<registered_window>{"w"}});
  }
  auto last = open();
  BOOST_CHECK(last.state().maintenance.empty());
  database seen{file(), access::read};
  BOOST_CHECK_EQUAL(seen.number("SELECT count(*) FROM maintenance_agents"), 0);
}

// -- two of them ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_second_master_is_refused_and_told_who_has_it) {
  auto first = open();
  auto why = refusal();
  BOOST_CHECK_MESSAGE(
    mentions(why, "is in use by another master (process " + std::to_string(::getpid()) + ")"), why);
  BOOST_CHECK(mentions(why, directory.path()));
  commit(first, {weight("a", 2)});
}

BOOST_AUTO_TEST_CASE(a_master_that_has_ended_leaves_the_registry_to_the_next) {
  { auto first = open(); }
  BOOST_CHECK_EQUAL(open().state().lives, 2);
}

BOOST_AUTO_TEST_CASE(a_master_of_another_cluster_is_refused) {
  { auto first = open(); }
  auto why = refusal("prod");
  BOOST_CHECK_MESSAGE(mentions(why, "is of cluster \"lab\", and this is a master of \"prod\""),
                      why);
  BOOST_CHECK_EQUAL(open().state().lives, 2);
}

BOOST_AUTO_TEST_CASE(a_program_that_reads_is_not_in_the_way_and_sees_what_is_safe) {
  auto one = open();
  commit(one, {weight("a", 2)});
  database other{file(), access::read};
  other.run("BEGIN");
  BOOST_CHECK_EQUAL(other.number("SELECT count(*) FROM weights"), 1);
  commit(one, {weight("b", 2)});
  BOOST_CHECK_EQUAL(other.number("SELECT count(*) FROM weights"), 1);
  other.run("COMMIT");
  BOOST_CHECK_EQUAL(other.number("SELECT count(*) FROM weights"), 2);
}

BOOST_AUTO_TEST_CASE(a_program_that_writes_is_named_as_the_reason_and_nothing_is_lost) {
  auto one = open();
  {
    database other{file(), access::write};
    transaction theirs{other};
    one.append({weight("a", 2)});
    auto failed = one.sync();
    BOOST_REQUIRE(failed);
    BOOST_CHECK_MESSAGE(mentions(failed->message, "end the other program"), failed->message);
    BOOST_CHECK(one.is_dirty());
  }
  commit(one, {});
  one = open_again(std::move(one));
  BOOST_CHECK_EQUAL(one.state().weights.size(), 1);
}

// -- no room ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_full_disk_is_said_and_what_was_appended_is_written_when_there_is_room) {
  auto one = open();
  commit(one, {weight("before", 2)});
  std::vector<registry_change> many;
  for (int i = 0; i < 2000; ++i)
    many.push_back(weight("role-" + std::to_string(i), 1 + i));
  {
    full_disk none{64 * 1024};
    one.append(many);
    auto failed = one.sync();
    BOOST_REQUIRE(failed);
    BOOST_CHECK_MESSAGE(mentions(failed->message, "make room"), failed->message);
    BOOST_CHECK(mentions(failed->message, file()));
    BOOST_CHECK(one.sync());
  }
  BOOST_CHECK(one.is_dirty());
  BOOST_CHECK(!one.sync());
  auto expected = one.state();
  one = open_again(std::move(one));
  ++expected.lives;
  BOOST_CHECK_EQUAL(one.state(), expected);
}

BOOST_AUTO_TEST_CASE(without_room_for_a_new_one_it_is_refused) {
  full_disk none{1024};
  auto why = refusal();
  BOOST_CHECK_MESSAGE(mentions(why, "make room"), why);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
