// A process's log: levels, files, rotation, and what cannot be written.
#include "apps/common/process_log.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

struct fixture {
  log_config settings() const {
    log_config result;
    result.file = directory / "x.log";
    return result;
  }

  std::vector<std::string> lines(const std::string& name = "x.log") const {
    std::istringstream in{read_file(directory / name)};
    std::vector<std::string> result;
    for (std::string line; std::getline(in, line);)
      result.push_back(line);
    return result;
  }

  scratch_directory directory;
};

log_event event(const std::string& name, log_level severity = log_level::info) {
  return {severity, name};
}

bool ends_with(const std::string& line, std::string_view end) {
  return line.ends_with(end);
}

/// stderr, for as long as it lives.
class replaced_stderr {
public:
  explicit replaced_stderr(int by) : before_(::dup(STDERR_FILENO)) { ::dup2(by, STDERR_FILENO); }
  ~replaced_stderr() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  replaced_stderr(const replaced_stderr&) = delete;
  replaced_stderr& operator=(const replaced_stderr&) = delete;

private:
  int before_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process_log, fixture)

using entente::process_log;

BOOST_AUTO_TEST_CASE(all_that_was_told_is_written_at_the_end_in_order) {
  {
    process_log log{settings()};
    auto tell = log.part("master");
    for (int i = 0; i < 1000; ++i)
      tell(event("e" + std::to_string(i)));
  }
  auto written = lines();
  BOOST_REQUIRE_EQUAL(written.size(), 1000u);
  for (std::size_t i = 0; i < written.size(); ++i)
    BOOST_REQUIRE(ends_with(written[i], " info master event=e" + std::to_string(i)));
}

BOOST_AUTO_TEST_CASE(each_part_has_a_level_and_those_without_the_common_one) {
  auto x = settings();
  x.level = log_level::warn;
  x.levels = {{"agent", log_level::debug}, {"master", log_level::error}};
  {
    process_log log{x};
    for (const auto* part : {"agent", "master", "caf"})
      for (auto severity : {log_level::trace, log_level::debug, log_level::warn, log_level::error})
        log.part(part)(event("x", severity));
  }
  std::vector<std::string> told;
  for (const auto& line : lines())
    told.push_back(line.substr(line.find(' ') + 1));
  std::vector<std::string> expected{"debug agent event=x", "warn agent event=x",
                                    "error agent event=x", "error master event=x",
                                    "warn caf event=x",    "error caf event=x"};
  BOOST_CHECK_EQUAL_COLLECTIONS(told.begin(), told.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_CASE(levels_and_format_change_while_it_runs) {
  auto x = settings();
  {
    process_log log{x};
    auto tell = log.part("agent");
    BOOST_CHECK(!tell.takes(log_level::debug));
    tell(event("one", log_level::debug));
    x.levels["agent"] = log_level::debug;
    x.format = log_format::json;
    BOOST_CHECK(!log.change(x));
    BOOST_CHECK(tell.takes(log_level::debug));
    tell(event("two", log_level::debug));
  }
  auto written = lines();
  BOOST_REQUIRE_EQUAL(written.size(), 1u);
  BOOST_CHECK_EQUAL(nlohmann::json::parse(written[0]).at("event"), "two");
}

BOOST_AUTO_TEST_CASE(fields_that_all_events_have_come_first) {
  {
    process_log log{settings()};
    log.part("agent").with({{"agent", "a1"}})({log_level::info, "x", {{"task", "t1"}}});
  }
  BOOST_CHECK(ends_with(lines().at(0), " info agent event=x agent=a1 task=t1"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_full_is_set_aside_and_the_oldest_goes) {
  auto x = settings();
  x.max_size = "1KB";
  x.keep = 2;
  {
    process_log log{x};
    for (int i = 0; i < 100; ++i)
      log.part("master")(event("e" + std::to_string(i)));
  }
  std::vector<std::string> all;
  for (const auto* name : {"x.2.log", "x.1.log", "x.log"}) {
    auto some = lines(name);
    BOOST_CHECK(!some.empty());
    BOOST_CHECK_LE(std::filesystem::file_size(directory / name), 1048u);
    all.insert(all.end(), some.begin(), some.end());
  }
  BOOST_CHECK(!std::filesystem::exists(directory / "x.3.log"));
  BOOST_REQUIRE_LT(all.size(), 100u);
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_REQUIRE(ends_with(all[i], "=e" + std::to_string(100 - all.size() + i)));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_is_added_to_and_a_torn_line_is_ended) {
  write_file(directory / "x.log", "whole\ntorn");
  { process_log{settings()}.part("master")(event("x")); }
  auto written = lines();
  BOOST_REQUIRE_EQUAL(written.size(), 3u);
  BOOST_CHECK_EQUAL(written[1], "torn");
  BOOST_CHECK(ends_with(written[2], "event=x"));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_moved_away_is_opened_again_on_a_change) {
  {
    process_log log{settings()};
    std::filesystem::rename(directory / "x.log", directory / "y.log");
    BOOST_CHECK(!log.change(settings()));
    log.part("master")(event("x"));
  }
  BOOST_CHECK_EQUAL(lines("x.log").size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_named) {
  auto x = settings();
  x.file = directory / "x.log" / "y.log";
  write_file(directory / "x.log", "");
  BOOST_CHECK_EXCEPTION((process_log{x}), std::runtime_error, [&](const std::runtime_error& e) {
    return std::string{e.what()}.find(x.file) != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_change_to_a_file_that_cannot_be_opened_changes_nothing) {
  {
    process_log log{settings()};
    auto x = settings();
    x.file = directory / "x.log" / "y.log";
    x.level = log_level::error;
    auto failed = log.change(x);
    BOOST_REQUIRE(failed);
    BOOST_CHECK_NE(failed->find(x.file), std::string::npos);
    log.part("master")(event("on"));
  }
  BOOST_CHECK_EQUAL(lines().size(), 1u);
}

BOOST_AUTO_TEST_CASE(many_threads_write_whole_lines) {
  {
    process_log log{settings()};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k < 500; ++k)
          log.part("agent")({log_level::info, "x", {{"text", std::string(100, 'a')}}});
      });
  }
  auto written = lines();
  BOOST_CHECK_EQUAL(written.size(), 2000u);
  for (const auto& line : written)
    BOOST_REQUIRE(ends_with(line, "event=x text=" + std::string(100, 'a')));
}

BOOST_AUTO_TEST_CASE(children_do_not_inherit_the_file) {
  process_log log{settings()};
  log.part("master")(event("x"));
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone) == directory / "x.log")
      BOOST_CHECK(::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC);
  }
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_stderr_that_is_not_read_and_what_is_left_out_is_counted) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  constexpr std::size_t told = 2 * log_queue_length + 10'000;
  {
    replaced_stderr swap{ends[1]};
    process_log log{{}};
    for (std::size_t i = 0; i < told; ++i)
      log.part("master")({log_level::info, "x", {{"text", std::string(100, 'a')}}});
    std::string text;
    std::jthread reader{[&] {
      char chunk[4096];
      while (text.find("event=last") == std::string::npos)
        text.append(chunk, static_cast<std::size_t>(::read(ends[0], chunk, sizeof chunk)));
    }};
    log.part("master")(event("last"));
    reader.join();
    std::size_t written = 0;
    std::size_t dropped = 0;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
      if (auto at = line.find("event=lines_dropped count="); at != std::string::npos)
        dropped += std::stoul(line.substr(at + 26));
      else
        ++written;
    BOOST_CHECK_GT(dropped, 0u);
    BOOST_CHECK_EQUAL(written + dropped, told + 1);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_stderr_that_nobody_reads_does_not_hold_up_the_end) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  {
    replaced_stderr swap{ends[1]};
    process_log log{{}};
    for (int i = 0; i < 2000; ++i)
      log.part("master")({log_level::info, "x", {{"text", std::string(100, 'a')}}});
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_stderr_whose_reader_has_gone_does_no_harm) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::close(ends[0]);
  {
    replaced_stderr swap{ends[1]};
    process_log log{{}};
    log.part("master")(event("x"));
  }
  ::close(ends[1]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
