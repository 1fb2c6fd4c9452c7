// Sandboxes come, are held, and go.
#include "actors/agent/sandbox_keeper.hpp"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <thread>

#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;

struct fixture {
  fs::path make(const task_key& key, std::chrono::hours ended_ago = 100h) {
    BOOST_REQUIRE(!keeper->create(key));
    auto path = keeper->path_of(key);
    write_file(path / "stdout", "hello");
    fs::last_write_time(path, fs::file_time_type::clock::now() - ended_ago);
    return path;
  }

  static bool goes(const fs::path& path) {
    auto give_up = std::chrono::steady_clock::now() + limit;
    while (fs::exists(path) && std::chrono::steady_clock::now() < give_up)
      std::this_thread::yield();
    return !fs::exists(path);
  }

  /// Waits until the keeper has looked: what was made to be removed has gone.
  void let_it_look() {
    auto path = make(probe);
    keeper->release(probe);
    keeper->begin();
    BOOST_REQUIRE(goes(path));
  }

  void restart(sandbox_rules rules) { keeper.emplace(dir.path(), rules); }

  scratch_directory dir;
  const task_key a{framework_id{"f1"}, task_id{"a"}};
  const task_key b{framework_id{"f1"}, task_id{"b"}};
  const task_key probe{framework_id{"f2"}, task_id{"probe"}};
  // Looked at every 100 ms: the age is too short for anything else.
  std::optional<entente::sandbox_keeper> keeper{std::in_place, dir.path(),
                                                sandbox_rules{1s, 1.0, 0s}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_keeper, fixture)

BOOST_AUTO_TEST_CASE(what_is_held_stays_however_old_it_is) {
  auto path = make(a);
  let_it_look();
  BOOST_CHECK(fs::exists(path));
  BOOST_CHECK(!keeper->why_gone(a));
}

BOOST_AUTO_TEST_CASE(what_was_released_goes_when_it_is_old_and_it_can_be_told_why) {
  auto path = make(a);
  let_it_look();
  keeper->release(a);
  BOOST_CHECK(goes(path));
  auto why = keeper->why_gone(a).value();
  BOOST_CHECK_MESSAGE(why.starts_with("its sandbox was removed at 20"), why);
  BOOST_CHECK_MESSAGE(why.find("kept for 1s (agent.sandbox_age)") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(nothing_is_removed_before_all_that_is_needed_is_known) {
  auto path = make(a);
  restart({1s, 1.0, 0s});
  keeper->hold(a);
  let_it_look();
  BOOST_CHECK(fs::exists(path));
}

BOOST_AUTO_TEST_CASE(the_age_survives_a_restart) {
  auto path = make(a);
  restart({1s, 1.0, 0s});
  keeper->begin();
  BOOST_CHECK(goes(path));
}

BOOST_AUTO_TEST_CASE(an_end_is_the_begin_of_its_age) {
  restart({50h, 1.0, 0s});
  auto path = make(a);
  keeper->ended(a);
  BOOST_CHECK(fs::last_write_time(path) > fs::file_time_type::clock::now() - 1h);
}

BOOST_AUTO_TEST_CASE(young_ones_go_when_the_disk_is_wanted) {
  // More than that is in use of every disk.
  restart({20s, 0.001, 0s});
  auto path = make(a, 0h);
  auto kept = make(b, 0h);
  keeper->release(a);
  keeper->begin();
  BOOST_CHECK(goes(path));
  BOOST_CHECK(fs::exists(kept));
}

BOOST_AUTO_TEST_CASE(directories_above_go_when_they_are_empty) {
  auto path = make(a);
  keeper->release(a);
  keeper->begin();
  BOOST_CHECK(goes(path.parent_path().parent_path()));
  BOOST_CHECK(!keeper->create(a));
}

BOOST_AUTO_TEST_CASE(what_an_earlier_life_could_not_remove_to_its_end_is_removed) {
  fs::create_directories(dir / "removed/17/deep");
  keeper->begin();
  BOOST_CHECK(goes(dir / "removed/17"));
}

BOOST_AUTO_TEST_CASE(removing_follows_no_link) {
  write_file(dir / "outside", "");
  auto path = make(a);
  fs::create_symlink(dir / "outside", path / "link");
  fs::create_directory_symlink(dir.path(), path / "up");
  fs::last_write_time(path, fs::file_time_type::clock::now() - 100h);
  keeper->release(a);
  keeper->begin();
  BOOST_CHECK(goes(path));
  BOOST_CHECK(goes(dir / "removed/1"));
  BOOST_CHECK(fs::exists(dir / "outside"));
}

BOOST_AUTO_TEST_CASE(of_what_never_was_is_told_so) {
  BOOST_CHECK(keeper->why_gone(a).value().starts_with("it has no sandbox, or none any more"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
