// Tasks are probed by real commands, from their begin to their end.
#include "actors/agent/health_watcher.hpp"

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <filesystem>

#include "actors/runtime/spawn_supervisor.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;

const task_key key{framework_id{"f"}, task_id{"t"}};

struct fixture {
  void expect(const task_key& which, const std::string& script) {
    health_check check{command_probe{{"sh", "-c", script}}, 60s, 10ms, 60s, 2};
    watcher.expect(which, check,
                   {runtime::find_supervisor().value(), dir.path(), {{"PATH", "/usr/bin:/bin"}}});
  }

  void found(const task_key& which, const task_health_found& x) {
    std::lock_guard guard{mutex};
    news.push_back(which.task.str() +
                   (x.is_fatal ? " fatal" : " " + std::string{to_string(x.health)}));
    changed.notify_all();
  }

  /// The first so many that are told.
  std::vector<std::string> await(std::size_t count) {
    std::unique_lock guard{mutex};
    changed.wait_for(guard, limit, [&] { return news.size() >= count; });
    return news;
  }

  scratch_directory dir;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> news;
  entente::health_watcher watcher{
    [this](const task_key& which, const task_health_found& x) { found(which, x); }};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(health_watcher, fixture)

BOOST_AUTO_TEST_CASE(what_becomes_of_a_task_is_told) {
  expect(key, "test -e up && test ! -e down");
  watcher.begin(key);
  write_file(dir / "up", "");
  BOOST_CHECK((await(1) == std::vector<std::string>{"t healthy"}));
  write_file(dir / "down", "");
  BOOST_CHECK((await(3) == std::vector<std::string>{"t healthy", "t unhealthy", "t fatal"}));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_told_to_end_before_its_begin_is_not_probed) {
  const task_key other{framework_id{"f"}, task_id{"other"}};
  expect(key, "echo > probed");
  watcher.end(key);
  watcher.begin(key);
  expect(other, "true");
  watcher.begin(other);
  BOOST_CHECK((await(1) == std::vector<std::string>{"other healthy"}));
  BOOST_CHECK(!std::filesystem::exists(dir / "probed"));
}

BOOST_AUTO_TEST_CASE(a_task_is_not_probed_before_its_begin) {
  const task_key other{framework_id{"f"}, task_id{"other"}};
  expect(key, "echo > probed");
  expect(other, "true");
  watcher.begin(other);
  await(1);
  BOOST_CHECK(!std::filesystem::exists(dir / "probed"));
}

BOOST_AUTO_TEST_CASE(many_tasks_are_watched_by_one_thread) {
  for (auto i = 0; i < 100; ++i) {
    task_key each{framework_id{"f"}, task_id{std::to_string(i)}};
    expect(each, "true");
    watcher.begin(each);
  }
  auto told = await(100);
  BOOST_CHECK_EQUAL(std::set<std::string>(told.begin(), told.end()).size(), 100u);
}

BOOST_AUTO_TEST_CASE(it_can_go_while_probes_run) {
  for (auto i = 0; i < 20; ++i) {
    task_key each{framework_id{"f"}, task_id{std::to_string(i)}};
    expect(each, "sleep 600");
    watcher.begin(each);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
