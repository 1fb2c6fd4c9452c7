// The newest part of a stream is kept, and every byte has one offset for good.
#include "actors/runtime/output_file.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>
#include <random>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  output_file create(std::uint64_t limit) {
    auto made = output_file::create(dir.path(), "out", limit);
    BOOST_REQUIRE(std::holds_alternative<output_file>(made));
    return std::move(std::get<output_file>(made));
  }

  output_piece read(std::uint64_t offset, std::size_t most = 1000) {
    auto piece = read_output(dir.path(), "out", offset, most);
    BOOST_REQUIRE(std::holds_alternative<output_piece>(piece));
    return std::get<output_piece>(piece);
  }

  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{dir.path()})
      ++count;
    return count;
  }

  /// Checks what a process finds that can open files in the directory, but cannot list it.
  void in_unlistable_directory(const std::function<bool()>& is_right) const {
    using std::filesystem::perms;
    std::filesystem::permissions(dir.path(),
                                 perms::owner_exec | perms::group_exec | perms::others_exec);
    auto child = ::fork();
    if (child == 0) {
      if (::getuid() == 0 && ::setuid(nobody) != 0)  // It could list anything.
        ::_exit(2);
      ::_exit(std::filesystem::directory_iterator{} == listing() && is_right() ? 0 : 1);
    }
    auto status = -1;
    BOOST_CHECK_EQUAL(::waitpid(child, &status, 0), child);
    BOOST_CHECK_EQUAL(status, 0);
    std::filesystem::permissions(dir.path(), perms::owner_all);
  }

  std::filesystem::directory_iterator listing() const {
    std::error_code ignored;
    return std::filesystem::directory_iterator{dir.path(), ignored};
  }

  /// What a stream has at an offset, different from what it has nearby.
  static std::string pattern(std::uint64_t offset, std::size_t size) {
    std::string result;
    for (auto i = offset; i < offset + size; ++i)
      result += static_cast<char>('!' + (i + i / 90) % 90);
    return result;
  }

  static constexpr uid_t nobody = 65534;

  scratch dir;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(output_file, fixture)

BOOST_AUTO_TEST_CASE(what_fits_is_in_one_file) {
  auto file = create(10);
  file.write("0123");
  file.write("456789");
  BOOST_CHECK_EQUAL(dir.read("out"), "0123456789");
  BOOST_CHECK_EQUAL(files(), 1u);
  BOOST_CHECK_EQUAL(read(3, 4).data, "3456");
  BOOST_CHECK_EQUAL(read(3).size, 10u);
  BOOST_CHECK_EQUAL(read(99).data, "");
}

BOOST_AUTO_TEST_CASE(a_full_file_is_named_by_the_offset_of_its_first_byte) {
  auto file = create(10);
  file.write("0123456789abc");
  BOOST_CHECK_EQUAL(dir.read("out.0"), "0123456789");
  BOOST_CHECK_EQUAL(dir.read("out"), "abc");
  file.write("defghijklm");
  BOOST_CHECK_EQUAL(dir.read("out.10"), "abcdefghij");
  BOOST_CHECK_EQUAL(dir.read("out"), "klm");
  BOOST_CHECK_EQUAL(std::filesystem::read_symlink(dir / "out.full"), "out.10");
  BOOST_CHECK_EQUAL(files(), 3u);
}

BOOST_AUTO_TEST_CASE(offsets_are_those_of_the_stream) {
  auto file = create(10);
  file.write("0123456789abcdefghijklm");
  BOOST_CHECK_EQUAL(read(12, 4).data, "cdef");
  BOOST_CHECK_EQUAL(read(18).data, "ij");
  BOOST_CHECK_EQUAL(read(20).data, "klm");
  BOOST_CHECK_EQUAL(read(20).size, 23u);
  BOOST_CHECK_EQUAL(read(12).size, 23u);
}

BOOST_AUTO_TEST_CASE(what_is_not_kept_is_skipped) {
  auto file = create(10);
  file.write("0123456789abcdefghijklm");
  auto piece = read(5);
  BOOST_CHECK_EQUAL(piece.offset, 10u);
  BOOST_CHECK_EQUAL(piece.data, "abcdefghij");
}

BOOST_AUTO_TEST_CASE(any_stream_is_read_as_it_was_written) {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    std::mt19937 random{seed};
    auto limit = 1 + random() % 40;
    auto file = create(limit);
    std::string all;
    for (auto n = random() % 30; n > 0; --n) {
      auto bytes = std::string(random() % 100, static_cast<char>('a' + random() % 26));
      all += bytes;
      file.write(bytes);
    }
    std::string kept;
    auto piece = read(0, 7);
    auto first = piece.offset;
    for (; !piece.data.empty(); piece = read(first + kept.size(), 7))
      kept += piece.data;
    BOOST_CHECK_MESSAGE(kept == all.substr(first), "seed " << seed);
    BOOST_CHECK_MESSAGE(kept.size() >= std::min<std::size_t>(limit, all.size()), "seed " << seed);
    BOOST_CHECK_MESSAGE(kept.size() <= 2 * limit, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(an_earlier_runs_output_is_gone) {
  create(4).write("0123456");
  create(4).write("ab");
  BOOST_CHECK_EQUAL(read(0).data, "ab");
  BOOST_CHECK_EQUAL(files(), 1u);
}

BOOST_AUTO_TEST_CASE(what_comes_after_its_file_was_removed_is_kept) {
  auto file = create(4);
  file.write("0123");
  std::filesystem::remove(dir / "out");
  file.write("45");
  BOOST_CHECK_EQUAL(dir.read("out"), "45");
  BOOST_CHECK_EQUAL(file.lost(), 0u);
  BOOST_CHECK_EQUAL(read(0).offset, 4u);
  file.write("6789");
  BOOST_CHECK_EQUAL(read(4).data, "4567");
  BOOST_CHECK_EQUAL(read(9).data, "9");
}

BOOST_AUTO_TEST_CASE(other_files_of_the_sandbox_are_not_looked_at) {
  create(10).write("0123456789abc");
  in_unlistable_directory([this] {
    auto piece = read_output(dir.path(), "out", 8, 1000);
    auto* got = std::get_if<output_piece>(&piece);
    return got && got->data == "89" && got->size == 13;
  });
}

BOOST_AUTO_TEST_CASE(a_link_leads_to_files_of_the_stream_only) {
  dir.write("victim", "precious");
  auto file = create(10);
  file.write("ab");
  for (const auto* target : {"victim", "out.x", "../out.0", "/etc/passwd", ""}) {
    std::filesystem::remove(dir / "out.full");
    dir.write("out.full", "");
    if (*target) {
      std::filesystem::remove(dir / "out.full");
      std::filesystem::create_symlink(target, dir / "out.full");
    }
    BOOST_CHECK_EQUAL(read(0).data, "ab");
  }
  std::filesystem::remove(dir / "out.full");
  std::filesystem::create_symlink("out.0", dir / "out.full");
  std::filesystem::create_symlink("victim", dir / "out.0");
  BOOST_CHECK_EQUAL(read(0).data, "ab");
}

BOOST_AUTO_TEST_CASE(what_is_read_while_more_is_written_is_right_at_its_offset) {
  constexpr std::uint64_t size = 200'000;
  auto file = create(97);
  std::atomic<bool> done = false;
  std::thread writer{[&] {
    for (std::uint64_t at = 0; at < size; at += 50)
      file.write(pattern(at, 50));
    done = true;
  }};
  std::mt19937 random{7};
  for (std::uint64_t known = 0; !done;) {
    auto offset = known - std::min<std::uint64_t>(known, random() % 300);
    auto result = read_output(dir.path(), "out", offset, 1000);
    if (auto* why = std::get_if<failure>(&result)) {
      BOOST_CHECK_EQUAL(why->code, EAGAIN);
      continue;
    }
    auto& piece = std::get<output_piece>(result);
    BOOST_CHECK_EQUAL(piece.data, pattern(piece.offset, piece.data.size()));
    known = piece.size;
  }
  writer.join();
  BOOST_CHECK_EQUAL(read(size - 40).data, pattern(size - 40, 40));
}

BOOST_AUTO_TEST_CASE(a_link_that_lies_there_is_not_followed) {
  dir.write("victim", "precious");
  std::filesystem::create_symlink(dir / "victim", dir / "out");
  create(10).write("x");
  BOOST_CHECK_EQUAL(dir.read("victim"), "precious");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_counted_and_later_output_is_kept) {
  auto file = create(1'000'000);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small{4, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  file.write("012345");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  BOOST_CHECK_EQUAL(file.lost(), 2u);
  file.write("abc");
  BOOST_CHECK_EQUAL(dir.read("out"), "0123abc");
  BOOST_CHECK_EQUAL(file.lost(), 2u);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_made_is_named) {
  auto made = runtime::output_file::create("/no/such/place", "out", 10);
  BOOST_REQUIRE(std::holds_alternative<failure>(made));
  BOOST_CHECK_EQUAL(std::get<failure>(made).code, ENOENT);
  BOOST_CHECK(std::get<failure>(made).message.find("/no/such/place/out") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
