// What tasks use is measured again and again.
#include "actors/agent/usage_watch.hpp"

#include <boost/test/unit_test.hpp>
#include <future>

#include "actors/runtime/file_tree.hpp"
#include "actors/runtime/run_directory.hpp"
#include "actors/runtime/size_unit.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;
constexpr std::uint64_t megabyte = 1024 * 1024;

struct fixture {
  fixture() {
    std::filesystem::create_directory(dir / "box");
    std::filesystem::create_directory(dir / "run");
  }

  void add(std::optional<std::uint64_t> disk_limit) {
    watch.add(key, {dir / "box", dir / "run", disk_limit});
  }

  bool becomes(const std::function<bool(const task_usage&)>& wanted) const {
    auto give_up = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < give_up)
      if (auto usage = watch.usage(key); usage && wanted(*usage))
        return true;
    return false;
  }

  void write(std::uint64_t bytes) const { write_file(dir / "box/file", std::string(bytes, 'x')); }

  scratch_directory dir;
  const task_key key{framework_id{"f"}, task_id{"t"}};
  std::promise<task_key> over;
  int overs = 0;
  entente::usage_watch watch{1ms, [](const task_key&) { return std::nullopt; },
                             [this](const task_key& x) {
                               if (++overs == 1)
                                 over.set_value(x);
                             }};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(usage_watch, fixture)

BOOST_AUTO_TEST_CASE(a_sandbox_that_grows_is_seen_to_grow) {
  add(std::nullopt);
  write(megabyte);
  BOOST_CHECK(becomes([](const task_usage& x) { return x.disk_bytes >= megabyte; }));
  write(3 * megabyte);
  BOOST_CHECK(becomes([](const task_usage& x) { return x.disk_bytes >= 3 * megabyte; }));
  BOOST_CHECK_EQUAL(overs, 0);
}

BOOST_AUTO_TEST_CASE(one_that_grows_too_large_is_told_once_and_written_down_before) {
  add(megabyte);
  write(3 * megabyte);
  auto told = over.get_future();
  BOOST_REQUIRE(told.wait_for(limit) == std::future_status::ready);
  BOOST_CHECK(told.get() == key);
  auto why = runtime::run_directory{dir / "run"}.over_limit().value_or("");
  BOOST_CHECK_MESSAGE(why.ends_with(" MB, 1 MB were asked for"), why);
  write(5 * megabyte);
  BOOST_CHECK(becomes([](const task_usage& x) { return x.disk_bytes >= 5 * megabyte; }));
  BOOST_CHECK_EQUAL(overs, 1);
}

BOOST_AUTO_TEST_CASE(one_with_very_many_files_does_not_keep_others_from_being_measured) {
  const task_key huge{framework_id{"f"}, task_id{"huge"}};  // before the other
  std::filesystem::create_directory(dir / "many");
  for (auto i = 0; i < 45'000; ++i)
    write_file(dir / ("many/" + std::to_string(i)), "x");
  auto all = runtime::tree_bytes(dir / "many");
  write(3 * megabyte);
  std::promise<void> both_are_there;
  std::promise<std::uint64_t> seen_of_huge;
  entente::usage_watch gated{1ms,
                             [gate = both_are_there.get_future().share()](const task_key&) {
                               gate.wait();
                               return std::nullopt;
                             },
                             [&](const task_key&) {
                               auto usage = gated.usage(huge);
                               seen_of_huge.set_value(usage ? usage->disk_bytes : 0);
                             }};
  gated.add(huge, {dir / "many", dir / "run", std::nullopt});
  gated.add(key, {dir / "box", dir / "run", megabyte});
  both_are_there.set_value();
  // Two rounds at most: in each of them, it is gone through less than half of the many.
  auto seen = seen_of_huge.get_future();
  BOOST_REQUIRE(seen.wait_for(limit) == std::future_status::ready);
  BOOST_CHECK_LT(seen.get(), all);
}

BOOST_AUTO_TEST_CASE(other_limits_hold_from_then_on) {
  add(megabyte * 100);
  write(3 * megabyte);
  BOOST_CHECK(becomes([](const task_usage& x) { return x.disk_bytes >= 3 * megabyte; }));
  watch.limit(key, megabyte);
  BOOST_CHECK(over.get_future().wait_for(limit) == std::future_status::ready);
}

BOOST_AUTO_TEST_CASE(who_is_not_watched_has_no_usage) {
  BOOST_CHECK(!watch.usage(key));
  add(std::nullopt);
  BOOST_CHECK(becomes([](const task_usage&) { return true; }));
  watch.remove(key);
  BOOST_CHECK(!watch.usage(key));
}

BOOST_AUTO_TEST_CASE(figures_are_in_megabytes_and_what_is_too_much_looks_like_more) {
  BOOST_CHECK_EQUAL(runtime::over_disk_text(120 * megabyte, 100 * megabyte),
                    "its sandbox has 120 MB, 100 MB were asked for");
  BOOST_CHECK_EQUAL(runtime::over_disk_text(100 * megabyte + 1, 100 * megabyte),
                    "its sandbox has 101 MB, 100 MB were asked for");
}

BOOST_AUTO_TEST_CASE(what_may_be_less_than_a_megabyte_is_in_kilobytes) {
  BOOST_CHECK_EQUAL(runtime::over_disk_text(megabyte, 1024),
                    "its sandbox has 1024 KB, 1 KB were asked for");
  BOOST_CHECK_EQUAL(runtime::unit_for(megabyte).name, "MB");
  BOOST_CHECK_EQUAL(runtime::unit_for(megabyte - 1).name, "KB");
  BOOST_CHECK_EQUAL(runtime::unit_for(0).name, "KB");
}

BOOST_AUTO_TEST_CASE(only_who_asks_for_a_disk_is_limited_in_it) {
  resources limits;
  limits.set_milli("cpus", 1000);
  BOOST_CHECK(!disk_limit_of(limits));
  limits.set_milli("disk", 1500);
  BOOST_CHECK_EQUAL(disk_limit_of(limits).value_or(0), megabyte * 3 / 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
