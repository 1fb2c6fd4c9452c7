// Back-up and restore.
#include "actors/registry/registry_copy.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "actors/registry/registry_schema.hpp"
#include "registry_values.hpp"
#include "support/full_disk.hpp"

namespace entente::test {

namespace {

struct fixture : registry_fixture {
  std::filesystem::path back_up() const { return directory / "saved"; }
  std::filesystem::path mark() const { return registry_file::restore_mark(directory.path()); }
  std::filesystem::path replaced() const { return file().string() + ".replaced"; }

  static registry_state read(const std::filesystem::path& file) {
    auto found = read_registry(file);
    auto* failed = std::get_if<runtime::failure>(&found);
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
    return std::get<registry_state>(found);
  }

  static void must(const std::optional<runtime::failure>& failed) {
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
  }

  static void must_say(const std::optional<runtime::failure>& failed, const std::string& part) {
    BOOST_REQUIRE(failed);
    BOOST_CHECK_MESSAGE(mentions(failed->message, part), failed->message);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(registry_copy, fixture)

BOOST_AUTO_TEST_CASE(a_back_up_of_an_open_registry_has_all_that_is_safe) {
  auto one = open();
  entry_generator made{3};
  commit(one, made.changes(30));
  auto then = one.state();
  one.append({weight("not yet", 2)});
  must(back_up_registry(file(), back_up()));
  BOOST_CHECK_EQUAL(read(back_up()), then);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_is_not_written_over) {
  { auto one = open(); }
  write_file(back_up(), "precious");
  must_say(back_up_registry(file(), back_up()), "is there already");
  BOOST_CHECK_EQUAL(read_file(back_up()), "precious");
}

BOOST_AUTO_TEST_CASE(a_registry_that_is_not_there_is_not_made_by_reading_it) {
  must_say(back_up_registry(file(), back_up()), "there is no registry");
  BOOST_CHECK(!std::filesystem::exists(file()));
  BOOST_CHECK(!std::filesystem::exists(back_up()));
}

BOOST_AUTO_TEST_CASE(without_room_there_is_no_half_a_back_up) {
  {
    auto one = open();
    entry_generator made{3};
    commit(one, made.changes(30));
  }
  full_disk none{8 * 1024};
  BOOST_CHECK(back_up_registry(file(), back_up()));
  BOOST_CHECK(!std::filesystem::exists(back_up()));
}

BOOST_AUTO_TEST_CASE(what_was_restored_is_there_and_what_was_there_lies_aside) {
  registry_state saved;
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    saved = one.state();
    must(back_up_registry(file(), back_up()));
    commit(one, {weight("a", 3)});
  }
  must(restore_registry(back_up(), directory.path()));
  ++saved.lives;
  BOOST_CHECK_EQUAL(open().state(), saved);
  BOOST_CHECK_EQUAL(read(replaced()).weights.at("a").weight, 3);
}

BOOST_AUTO_TEST_CASE(what_earlier_restores_have_put_aside_stays) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    must(back_up_registry(file(), back_up()));
  }
  for (auto value : {3, 4, 5}) {
    {
      auto one = open();
      commit(one, {weight("a", value)});
    }
    must(restore_registry(back_up(), directory.path()));
  }
  BOOST_CHECK_EQUAL(read(replaced().string() + ".1").weights.at("a").weight, 3);
  BOOST_CHECK_EQUAL(read(replaced().string() + ".2").weights.at("a").weight, 4);
  BOOST_CHECK_EQUAL(read(replaced()).weights.at("a").weight, 5);
  BOOST_CHECK_EQUAL(open().state().weights.at("a").weight, 2);
}

BOOST_AUTO_TEST_CASE(a_new_machine_is_begun_with_a_back_up) {
  { auto one = open(); }
  must(back_up_registry(file(), back_up()));
  must(restore_registry(back_up(), directory / "other"));
  auto made = entente::registry::open(directory / "other", "lab");
  BOOST_REQUIRE(std::holds_alternative<entente::registry>(made));
  BOOST_CHECK_EQUAL(std::get<entente::registry>(made).state().lives, 2);
}

BOOST_AUTO_TEST_CASE(what_root_restores_belongs_to_the_masters_user) {
  if (::geteuid() != 0) {
    BOOST_TEST_MESSAGE("skipped: only root can give files away");
    return;
  }
  { auto one = open(); }
  must(back_up_registry(file(), back_up()));
  constexpr uid_t nobody = 65534;
  std::filesystem::create_directory(directory / "other");
  BOOST_REQUIRE(::chown((directory / "other").c_str(), nobody, nobody) == 0);
  must(restore_registry(back_up(), directory / "other"));
  for (const auto& entry : std::filesystem::directory_iterator{directory / "other"}) {
    struct stat status {};
    BOOST_REQUIRE(::stat(entry.path().c_str(), &status) == 0);
    BOOST_CHECK_MESSAGE(status.st_uid == nobody, entry.path());
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_restored_while_a_master_has_the_registry) {
  auto one = open();
  must(back_up_registry(file(), back_up()));
  must_say(restore_registry(back_up(), directory.path()), "is in use by another master (process ");
  commit(one, {weight("a", 2)});
}

BOOST_AUTO_TEST_CASE(a_damaged_registry_gives_way_to_a_back_up) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
  }
  must(back_up_registry(file(), back_up()));
  write_file(file(), "damaged");
  must(restore_registry(back_up(), directory.path()));
  BOOST_CHECK_EQUAL(open().state().weights.at("a").weight, 2);
}

BOOST_AUTO_TEST_CASE(what_was_written_ahead_of_the_old_one_is_not_read_into_the_new_one) {
  registry_fixture killed;
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    must(back_up_registry(file(), back_up()));
    for (int i = 0; i < 50; ++i)
      commit(one, {weight("b" + std::to_string(i), 2)});
    // As if it was killed now: nothing is in the database yet.
    write_file(killed.file(), read_file(file()));
    write_file(registry_file::ahead_of(killed.file()), read_file(registry_file::ahead_of(file())));
  }
  must(restore_registry(back_up(), killed.directory.path()));
  BOOST_CHECK_EQUAL(killed.open().state().weights.size(), 1);
  BOOST_CHECK_EQUAL(read(killed.file().string() + ".replaced").weights.size(), 51);
}

BOOST_AUTO_TEST_CASE(a_damaged_back_up_changes_nothing) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
  }
  write_file(back_up(), std::string(5000, 'x'));
  must_say(restore_registry(back_up(), directory.path()), back_up());
  BOOST_CHECK_EQUAL(open().state().weights.at("a").weight, 2);
}

BOOST_AUTO_TEST_CASE(a_restore_that_was_killed_keeps_masters_away_until_it_is_done) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    must(back_up_registry(file(), back_up()));
    commit(one, {weight("a", 3)});
  }
  // Killed when the old one lay aside, and the new one was not there yet.
  write_file(mark(), "");
  std::filesystem::rename(file(), replaced());
  BOOST_CHECK(mentions(refusal(), "call entente registry restore again"));
  BOOST_CHECK(!std::filesystem::exists(file()));
  must(restore_registry(back_up(), directory.path()));
  BOOST_CHECK_EQUAL(open().state().weights.at("a").weight, 2);
  BOOST_CHECK_EQUAL(read(replaced()).weights.at("a").weight, 3);
  BOOST_CHECK(!std::filesystem::exists(mark()));
}

BOOST_AUTO_TEST_CASE(a_restore_that_was_killed_at_its_beginning_loses_nothing) {
  {
    auto one = open();
    commit(one, {weight("a", 2)});
    must(back_up_registry(file(), back_up()));
    commit(one, {weight("a", 3)});
  }
  write_file(mark(), "");
  must(restore_registry(back_up(), directory.path()));
  BOOST_CHECK_EQUAL(open().state().weights.at("a").weight, 2);
  BOOST_CHECK_EQUAL(read(replaced()).weights.at("a").weight, 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
