// Archives, and what they may not do.
#include "actors/runtime/fetch/unpack.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <sys/stat.h>

#include "fixture.hpp"

namespace entente::runtime::test {

namespace {

namespace fs = std::filesystem;

struct fixture {
  fixture() { fs::create_directory(box()); }

  fs::path box() const { return dir / "box"; }
  fs::path file() const { return dir / "archive"; }

  /// Why it cannot be unpacked; empty if it can.
  std::string unpack_it(const unpack_limits& limits = {1'000'000, 1'000},
                        const std::string& below = {}) const {
    auto why = unpack(open_file(file()), open_directory(box()), below, limits);
    return why ? why->message : "";
  }

  /// Whether nothing was put anywhere but into the box.
  bool is_clean() const {
    auto entries = fs::directory_iterator{dir.path()};
    return std::distance(begin(entries), end(entries)) == 2;
  }

  scratch_directory dir;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(unpack, fixture)

BOOST_AUTO_TEST_CASE(files_directories_and_links_are_there_with_what_they_had) {
  for (const auto& format : {archive_maker::tar, archive_maker::tar_gz}) {
    archive_maker{file(), format}
      .directory("d")
      .file("d/a", "hello")
      .file("deep/er/run", "#!", 0755)
      .link("d/l", "../deep/er/run")
      .hard_link("h", "d/a");
    BOOST_CHECK_EQUAL(unpack_it(), "");
    BOOST_CHECK_EQUAL(read_file(box() / "d/a"), "hello");
    BOOST_CHECK_EQUAL(read_file(box() / "d/l"), "#!");
    BOOST_CHECK_EQUAL(fs::hard_link_count(box() / "h"), 2u);
    BOOST_CHECK((fs::status(box() / "d/l").permissions() & fs::perms::owner_exec) !=
                fs::perms::none);
  }
}

BOOST_AUTO_TEST_CASE(zip_files_are_archives_too) {
  archive_maker{file(), archive_maker::zip}.file("d/a", "hello").file("b", "");
  BOOST_CHECK_EQUAL(unpack_it(), "");
  BOOST_CHECK_EQUAL(read_file(box() / "d/a"), "hello");
}

BOOST_AUTO_TEST_CASE(it_is_unpacked_below_the_sandbox) {
  archive_maker{file()}.file("a", "hello").link("up", "../x");
  BOOST_CHECK_EQUAL(unpack_it({1'000'000, 1'000}, "sub/dir"), "");
  BOOST_CHECK_EQUAL(read_file(box() / "sub/dir/a"), "hello");
}

BOOST_AUTO_TEST_CASE(an_empty_archive_is_one) {
  archive_maker{file()};
  BOOST_CHECK_EQUAL(unpack_it(), "");
}

BOOST_AUTO_TEST_CASE(paths_cannot_leave_the_sandbox) {
  for (const auto* path : {"../evil", "a/../../evil", "/tmp/evil-of-entente"}) {
    archive_maker{file()}.file(path, "evil");
    BOOST_CHECK_MESSAGE(unpack_it().find("leads out of the sandbox") != std::string::npos, path);
    BOOST_CHECK(is_clean());
  }
  BOOST_CHECK(!fs::exists("/tmp/evil-of-entente"));
}

BOOST_AUTO_TEST_CASE(links_cannot_leave_the_sandbox) {
  for (const auto* target : {"..", "/etc", "../..", "a/../../.."}) {
    archive_maker{file()}.link("l", target).file("l/evil", "evil");
    BOOST_CHECK_MESSAGE(unpack_it().find("link out of the sandbox") != std::string::npos, target);
    BOOST_CHECK(is_clean());
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_put_through_a_link) {
  archive_maker{file()}.directory("d").link("l", "d").file("l/x", "");
  BOOST_CHECK(unpack_it().find("in the way") != std::string::npos);
  BOOST_CHECK(!fs::exists(box() / "d/x"));
}

BOOST_AUTO_TEST_CASE(nothing_is_put_through_a_link_that_was_there_before) {
  fs::create_directory_symlink(dir.path(), box() / "l");
  archive_maker{file()}.file("l/evil", "");
  BOOST_CHECK_NE(unpack_it(), "");
  BOOST_CHECK(is_clean());
}

BOOST_AUTO_TEST_CASE(a_file_replaces_a_link_and_not_what_it_leads_to) {
  write_file(dir / "archive", "");
  archive_maker{file()}.file("target", "good").link("l", "target").file("l", "new");
  BOOST_CHECK_EQUAL(unpack_it(), "");
  BOOST_CHECK_EQUAL(read_file(box() / "target"), "good");
  BOOST_CHECK_EQUAL(read_file(box() / "l"), "new");
}

BOOST_AUTO_TEST_CASE(hard_links_are_to_files_of_the_sandbox_only) {
  // A second name for a link would be a link to something else, seen from there.
  archive_maker{file()}.link("a/b/l", "../../x").hard_link("l", "a/b/l");
  BOOST_CHECK(unpack_it().find("hard link") != std::string::npos);
  archive_maker{file()}.hard_link("l", "../archive");
  BOOST_CHECK(unpack_it().find("link out of the sandbox") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(devices_are_refused) {
  archive_maker{file()}.device("null");
  BOOST_CHECK(unpack_it().find("neither a file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_set_user_id) {
  archive_maker{file()}.file("su", "#!", 06755);
  BOOST_CHECK_EQUAL(unpack_it(), "");
  struct stat info {};
  ::stat((box() / "su").c_str(), &info);
  BOOST_CHECK_EQUAL(info.st_mode & 07000, 0u);
}

BOOST_AUTO_TEST_CASE(more_bytes_than_allowed_are_refused) {
  archive_maker{file(), archive_maker::tar_gz}
    .file("a", std::string(600, 'x'))
    .file("b", std::string(600, 'x'));
  BOOST_CHECK(unpack_it({1'000, 10}).find("unpacks to more than") != std::string::npos);
  BOOST_CHECK_EQUAL(unpack_it({1'200, 10}), "");
}

BOOST_AUTO_TEST_CASE(holes_count_as_what_they_look_like) {
  archive_maker{file()}.hole("h", la_int64_t{1} << 40);
  BOOST_CHECK(unpack_it().find("unpacks to more than") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(more_entries_than_allowed_are_refused) {
  archive_maker{file()}.file("a", "").file("b", "").file("c", "");
  BOOST_CHECK(unpack_it({1'000, 2}).find("more than 2 entries") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_archive_or_was_cut_is_told) {
  write_file(file(), "this is no archive");
  BOOST_CHECK(unpack_it().starts_with("it cannot be unpacked: "));
  archive_maker{file(), archive_maker::tar_gz}.file("a", std::string(100'000, 'x'));
  fs::resize_file(file(), fs::file_size(file()) / 2);
  BOOST_CHECK(unpack_it().starts_with("it cannot be unpacked: "));
}

BOOST_AUTO_TEST_CASE(damaged_archives_do_no_harm) {
  for (const auto& format : {archive_maker::tar, archive_maker::tar_gz, archive_maker::zip}) {
    archive_maker{file(), format}.file("d/a", "hello").link("l", "d/a").hard_link("h", "d/a");
    const auto whole = read_file(file());
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
      BOOST_TEST_INFO("seed " << seed);
      std::mt19937 random{seed};
      auto damaged = whole;
      for (auto i = 0; i < 4; ++i)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      write_file(file(), damaged);
      unpack_it();
      BOOST_CHECK(is_clean());
      fs::remove_all(box());
      fs::create_directory(box());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
