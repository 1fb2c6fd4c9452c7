// Names, sandboxes, and reading what tasks wrote.
#include "actors/runtime/sandbox.hpp"

#include <cerrno>

#include <boost/test/unit_test.hpp>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  failure why_not(const std::filesystem::path& path) {
    auto result = read_chunk(path, 0, 100);
    BOOST_REQUIRE(std::holds_alternative<failure>(result));
    return std::get<failure>(result);
  }

  scratch dir;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox, fixture)

BOOST_AUTO_TEST_CASE(harmless_names_stay) {
  BOOST_CHECK_EQUAL(safe_file_name("map-12_b.v2"), "map-12_b.v2");
}

BOOST_AUTO_TEST_CASE(names_cannot_leave_their_directory) {
  BOOST_CHECK_EQUAL(safe_file_name(".."), "%2E.");
  BOOST_CHECK_EQUAL(safe_file_name("."), "%2E");
  BOOST_CHECK_EQUAL(safe_file_name(""), "%");
  BOOST_CHECK_EQUAL(safe_file_name("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd");
  BOOST_CHECK_EQUAL(safe_file_name(std::string_view{"a\0\n\xff%", 5}), "a%00%0A%FF%25");
}

BOOST_AUTO_TEST_CASE(long_names_are_cut_and_stay_different) {
  auto a = safe_file_name(std::string(500, 'x') + "a");
  auto b = safe_file_name(std::string(500, 'x') + "b");
  BOOST_CHECK_EQUAL(a.size(), 200u);
  BOOST_CHECK_NE(a, b);
  BOOST_CHECK_EQUAL(safe_file_name(std::string(200, 'x')), std::string(200, 'x'));
}

BOOST_AUTO_TEST_CASE(a_sandbox_is_below_the_work_directory) {
  BOOST_CHECK_EQUAL(sandbox_path("/w", "f/1", "t 1").string(), "/w/frameworks/f%2F1/tasks/t%201");
}

BOOST_AUTO_TEST_CASE(a_sandbox_is_created_once_and_private) {
  auto path = sandbox_path(dir.path(), "f", "t");
  BOOST_CHECK(!create_sandbox(path));
  BOOST_CHECK(!create_sandbox(path));
  BOOST_CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
}

BOOST_AUTO_TEST_CASE(a_sandbox_in_the_way_of_a_file_or_link_is_an_error) {
  dir.write("file", "");
  auto error = create_sandbox(dir / "file");
  BOOST_REQUIRE(error);
  BOOST_CHECK_EQUAL(error->message,
                    "cannot create sandbox \"" + (dir / "file").string() + "\": File exists");
  std::filesystem::create_directory_symlink(dir.path(), dir / "link");
  BOOST_CHECK(create_sandbox(dir / "link"));
  error = create_sandbox(sandbox_path(dir / "file", "f", "t"));
  BOOST_REQUIRE(error);
  BOOST_CHECK_EQUAL(error->code, ENOTDIR);
}

BOOST_AUTO_TEST_CASE(chunks_make_the_file) {
  dir.write("file", "0123456789");
  auto chunk = std::get<file_chunk>(read_chunk(dir / "file", 4, 3));
  BOOST_CHECK_EQUAL(chunk.data, "456");
  BOOST_CHECK_EQUAL(chunk.size, 10u);
  BOOST_CHECK_EQUAL(std::get<file_chunk>(read_chunk(dir / "file", 8, 100)).data, "89");
}

BOOST_AUTO_TEST_CASE(behind_the_end_is_nothing) {
  dir.write("file", "0123456789");
  for (auto offset : {std::uint64_t{10}, ~std::uint64_t{0}}) {
    auto chunk = std::get<file_chunk>(read_chunk(dir / "file", offset, 100));
    BOOST_CHECK_EQUAL(chunk.data, "");
    BOOST_CHECK_EQUAL(chunk.size, 10u);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_plain_file_is_not_read) {
  std::filesystem::create_symlink("/etc/hostname", dir / "link");
  BOOST_CHECK_EQUAL(why_not(dir / "link").code, ELOOP);
  BOOST_CHECK_EQUAL(why_not(dir.path()).code, EINVAL);
  BOOST_CHECK_EQUAL(why_not(make_fifo(dir, "fifo")).code, EINVAL);
  BOOST_CHECK_EQUAL(why_not(dir / "missing").code, ENOENT);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
