// What was fetched once is there for the next.
#include "actors/runtime/fetch/file_cache.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <future>
#include <thread>

#include "fixture.hpp"

namespace entente::runtime::test {

namespace {

using namespace std::chrono_literals;

std::string sum_of(const std::string& content) {
  sha256 sum;
  sum.add(content);
  return sum.hex();
}

struct fixture {
  file_cache cache(std::uint64_t most_bytes = 1'000'000) const {
    return {dir.path(), most_bytes, [](const std::string&) {}};
  }

  /// The content of the file with the sum of `content`, or why there is none.
  std::string get(file_cache from, const std::string& content) {
    auto got = from.get(sum_of(content), 60s, [&](const unique_fd& to) {
      ++fetched;
      return write(to, content);
    });
    return text_of(got);
  }

  static std::optional<failure> write(const unique_fd& to, const std::string& content) {
    if (::write(to.value(), content.data(), content.size()) < 0)
      return make_failure(errno, "cannot write");
    return std::nullopt;
  }

  static std::string text_of(const std::variant<unique_fd, failure>& x) {
    if (const auto* why = std::get_if<failure>(&x))
      return why->message;
    std::string result(1000, '\0');
    auto count = ::pread(std::get<unique_fd>(x).value(), result.data(), result.size(), 0);
    return result.substr(0, static_cast<std::size_t>(count));
  }

  std::filesystem::path file_of(const std::string& content) const {
    return dir / "sha256" / sum_of(content);
  }

  scratch_directory dir;
  std::atomic<int> fetched{0};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file_cache, fixture)

BOOST_AUTO_TEST_CASE(a_checksum_is_that_of_the_standard) {
  BOOST_CHECK_EQUAL(sum_of("abc"),
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(a_file_is_fetched_once) {
  BOOST_CHECK_EQUAL(get(cache(), "a"), "a");
  BOOST_CHECK_EQUAL(get(cache(), "a"), "a");
  BOOST_CHECK_EQUAL(fetched, 1);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_fetched_again) {
  get(cache(), "a");
  write_file(file_of("a"), "b");
  BOOST_CHECK_EQUAL(get(cache(), "a"), "a");
  BOOST_CHECK_EQUAL(fetched, 2);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_fetched_is_not_kept) {
  auto failing = [](const unique_fd&) { return std::optional{failure{EIO, "no"}}; };
  BOOST_CHECK_EQUAL(text_of(cache().get(sum_of("a"), 1s, failing)), "no");
  BOOST_CHECK(!std::filesystem::exists(file_of("a")));
  BOOST_CHECK(!std::filesystem::exists(file_of("a").string() + ".part"));
  BOOST_CHECK_EQUAL(get(cache(), "a"), "a");
}

BOOST_AUTO_TEST_CASE(what_a_fetcher_that_was_killed_has_left_is_in_nobodys_way) {
  std::filesystem::create_directories(dir / "sha256");
  write_file(file_of("a").string() + ".part", "half of someth");
  write_file(file_of("a").string() + ".lock", "");
  BOOST_CHECK_EQUAL(get(cache(), "a"), "a");
}

BOOST_AUTO_TEST_CASE(two_that_want_the_same_at_once_fetch_it_once) {
  std::promise<void> begun;
  std::promise<void> go_on;
  std::thread first{[&] {
    cache().get(sum_of("a"), 60s, [&](const unique_fd& to) {
      ++fetched;
      begun.set_value();
      go_on.get_future().wait();
      return write(to, "a");
    });
  }};
  begun.get_future().wait();
  std::promise<void> waits;
  class file_cache second {
    dir.path(), 1'000'000, [&](const std::string&) { waits.set_value(); }
  };
  auto got = std::async(std::launch::async, [&] { return get(std::move(second), "a"); });
  waits.get_future().wait();
  go_on.set_value();
  first.join();
  BOOST_CHECK_EQUAL(got.get(), "a");
  BOOST_CHECK_EQUAL(fetched, 1);
}

BOOST_AUTO_TEST_CASE(who_waits_for_another_does_not_wait_for_ever) {
  auto inner = [&](const unique_fd& to) {
    auto never = [](const unique_fd&) { return std::optional<failure>{}; };
    BOOST_CHECK(text_of(cache().get(sum_of("a"), 1ms, never)).find("too long") !=
                std::string::npos);
    return write(to, "a");
  };
  BOOST_CHECK_EQUAL(text_of(cache().get(sum_of("a"), 1s, inner)), "a");
}

BOOST_AUTO_TEST_CASE(what_was_not_used_for_longest_goes_first) {
  auto age = [&](const std::string& content, std::chrono::hours by) {
    std::filesystem::last_write_time(file_of(content),
                                     std::filesystem::file_time_type::clock::now() - by);
  };
  get(cache(), "aaaa");
  get(cache(), "bbbb");
  age("aaaa", 2h);
  age("bbbb", 3h);
  get(cache(), "bbbb");  // It is used now.
  get(cache(8), "cccc");
  BOOST_CHECK(!std::filesystem::exists(file_of("aaaa")));
  BOOST_CHECK(std::filesystem::exists(file_of("bbbb")));
  BOOST_CHECK(std::filesystem::exists(file_of("cccc")));
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_the_cache_is_fetched_all_the_same) {
  BOOST_CHECK_EQUAL(get(cache(1), "aaaa"), "aaaa");
  BOOST_CHECK(!std::filesystem::exists(file_of("aaaa")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
