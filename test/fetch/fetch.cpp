// Whole jobs: from files, and from a server that does not always do what it should.
#include "actors/runtime/fetch/fetch.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/runtime/file_tree.hpp"
#include "fixture.hpp"
#include "web_server.hpp"

namespace entente::runtime::test {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint64_t megabyte = 1024 * 1024;

bool mentions(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

std::string sum_of(const std::string& content) {
  sha256 sum;
  sum.add(content);
  return sum.hex();
}

struct fixture {
  fixture() { fs::create_directory(box()); }

  fs::path box() const { return dir / "box"; }

  /// Why an item cannot be fetched; empty if it can.
  std::string fetch_it(const fetch_item& item) {
    auto why = try_to_fetch(item);
    return why ? why->message : "";
  }

  std::optional<fetch_failure> try_to_fetch(const fetch_item& item) {
    fetch_job job{box(), dir / "cache", limits, {item}};
    return runtime::fetch(job, [](const std::string&) {});
  }

  /// It is too much, and the sandbox has not got more than a piece of it; it is empty again then.
  void check_over_disk(const fetch_item& item, const std::string& told) {
    auto why = try_to_fetch(item);
    BOOST_REQUIRE(why);
    BOOST_CHECK(why->is_over_disk);
    BOOST_CHECK_MESSAGE(mentions(why->message, told) && mentions(why->message, item.uri),
                        why->message);
    BOOST_CHECK_LE(tree_bytes(box()), limits.sandbox_bytes + 2 * megabyte);
    fs::remove_all(box());
    fs::create_directory(box());
  }

  std::string fetch_from_server(const std::string& path, const std::string& wanted) {
    return fetch_it({server.uri(path), sum_of(wanted), "x"});
  }

  scratch_directory dir;
  web_server server;
  fetch_limits limits{1'000'000, 10'000'000, 60s, 60s};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fetch, fixture)

BOOST_AUTO_TEST_CASE(files_of_this_machine_are_copied) {
  write_file(dir / "a b", "hello");
  BOOST_CHECK_EQUAL(fetch_it({dir / "a b", "", "sub/x"}), "");
  BOOST_CHECK_EQUAL(read_file(box() / "sub/x"), "hello");
  BOOST_CHECK_EQUAL(fetch_it({"file://" + dir.path().string() + "/a%20b"}), "");
  BOOST_CHECK_EQUAL(read_file(box() / "a b"), "hello");
  BOOST_CHECK_EQUAL(fs::hard_link_count(dir / "a b"), 1u);
}

BOOST_AUTO_TEST_CASE(a_program_can_be_executed) {
  write_file(dir / "run", "#!/bin/sh");
  BOOST_CHECK_EQUAL(fetch_it({dir / "run", "", "", true, true}), "");
  BOOST_CHECK((fs::status(box() / "run").permissions() & fs::perms::owner_exec) != fs::perms::none);
}

BOOST_AUTO_TEST_CASE(archives_are_unpacked_beside_themselves_unless_they_are_not_to_be) {
  archive_maker{dir / "x.tgz", archive_maker::tar_gz}.file("a", "hello");
  BOOST_CHECK_EQUAL(fetch_it({dir / "x.tgz", "", "plain/x.tgz", false}), "");
  BOOST_CHECK(!fs::exists(box() / "plain/a"));
  BOOST_CHECK_EQUAL(fetch_it({dir / "x.tgz", "", "sub/x.tgz"}), "");
  BOOST_CHECK_EQUAL(read_file(box() / "sub/a"), "hello");
  BOOST_CHECK(fs::exists(box() / "sub/x.tgz"));
}

BOOST_AUTO_TEST_CASE(a_checksum_is_looked_at_wherever_the_file_comes_from) {
  write_file(dir / "x", "hello");
  BOOST_CHECK_EQUAL(fetch_it({dir / "x", sum_of("hello")}), "");
  BOOST_CHECK(mentions(fetch_it({dir / "x", sum_of("other")}), sum_of("hello")));
  server.answer("/x", "hello");
  auto why = fetch_from_server("/x", "other");
  BOOST_CHECK_MESSAGE(mentions(why, "SHA-256") && mentions(why, server.uri("/x")), why);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_no_file_is_told) {
  BOOST_CHECK(mentions(fetch_it({dir / "nosuch"}), "No such file"));
  BOOST_CHECK(mentions(fetch_it({dir.path(), "", "x"}), "not a regular file"));
  BOOST_CHECK(mentions(fetch_it({"/dev/zero"}), "not a regular file"));
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_told) {
  limits.file_bytes = 4;
  write_file(dir / "x", "hello");
  BOOST_CHECK(mentions(fetch_it({dir / "x"}), "larger than"));
  server.answer("/x", "hello");
  BOOST_CHECK(mentions(fetch_from_server("/x", "hello"), "larger than"));
}

BOOST_AUTO_TEST_CASE(what_is_more_than_the_sandbox_may_have_is_noticed_while_it_comes) {
  limits = {100 * megabyte, 100 * megabyte, 60s, 60s, 4 * megabyte};
  const std::string large(20 * megabyte, 'x');
  const auto told = "MB, 4 MB were asked for";
  write_file(dir / "x", large);
  check_over_disk({dir / "x"}, told);
  server.answer("/x", large);
  check_over_disk({server.uri("/x"), sum_of(large), "x"}, told);
  archive_maker{dir / "x.tgz", archive_maker::tar_gz}.file("a", large);
  check_over_disk({dir / "x.tgz"}, told);
}

BOOST_AUTO_TEST_CASE(what_replaces_a_file_counts_once) {
  limits = {100 * megabyte, 100 * megabyte, 60s, 60s, 4 * megabyte};
  write_file(dir / "x", std::string(3 * megabyte, 'x'));
  for (auto i = 0; i < 3; ++i)
    BOOST_CHECK_EQUAL(fetch_it({dir / "x"}), "");
  write_file(dir / "y", std::string(2 * megabyte, 'x'));
  check_over_disk({dir / "y"}, "its sandbox has 5 MB, 4 MB");
}

BOOST_AUTO_TEST_CASE(what_fails_otherwise_is_not_over_the_disk) {
  limits.sandbox_bytes = 4 * megabyte;
  auto why = try_to_fetch({dir / "nosuch"});
  BOOST_REQUIRE(why);
  BOOST_CHECK(!why->is_over_disk);
}

BOOST_AUTO_TEST_CASE(a_server_is_asked_once) {
  server.answer("/x", "hello");
  BOOST_CHECK_EQUAL(fetch_from_server("/x", "hello"), "");
  BOOST_CHECK_EQUAL(fetch_from_server("/x", "hello"), "");
  BOOST_CHECK_EQUAL(read_file(box() / "x"), "hello");
  BOOST_CHECK_EQUAL(server.requests(), 1);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_cut_is_told) {
  server.reply("/x", "HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nhello");
  BOOST_CHECK_NE(fetch_from_server("/x", "hello"), "");
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_an_error_is_told) {
  server.reply("/x", "HTTP/1.0 404 Not Found\r\nContent-Length: 5\r\n\r\nhello");
  BOOST_CHECK(mentions(fetch_from_server("/x", "hello"), "answered 404"));
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_given_up) {
  limits.silence = 1s;
  BOOST_CHECK_NE(fetch_from_server("/silent", "hello"), "");
  limits.silence = 60s;
  limits.time = 100ms;
  BOOST_CHECK_NE(fetch_from_server("/silent", "hello"), "");
}

BOOST_AUTO_TEST_CASE(redirects_are_followed_but_only_by_the_web_and_not_for_ever) {
  server.answer("/x", "hello");
  server.redirect("/to-x", server.uri("/x"));
  BOOST_CHECK_EQUAL(fetch_from_server("/to-x", "hello"), "");
  write_file(dir / "secret", "secret");
  server.redirect("/to-file", "file://" + (dir / "secret").string());
  BOOST_CHECK(mentions(fetch_from_server("/to-file", "secret"), "rotocol"));
  server.redirect("/round", server.uri("/round"));
  BOOST_CHECK(mentions(fetch_from_server("/round", "secret"), "redirects"));
}

BOOST_AUTO_TEST_CASE(what_comes_by_the_web_needs_a_checksum) {
  BOOST_CHECK(mentions(fetch_it({server.uri("/x")}), "needs its SHA-256"));
}

BOOST_AUTO_TEST_CASE(a_password_is_not_told) {
  auto why = fetch_it({"http://me:secret@127.0.0.1:1/x", sum_of("x")});
  BOOST_CHECK_MESSAGE(mentions(why, "http://127.0.0.1:1/x") && !mentions(why, "secret"), why);
}

BOOST_AUTO_TEST_CASE(nothing_is_put_through_a_link_of_an_archive_before) {
  archive_maker{dir / "x.tar"}.link("l", "deep");
  fetch_it({dir / "x.tar"});
  write_file(dir / "a", "hello");
  BOOST_CHECK_NE(fetch_it({dir / "a", "", "l/a"}), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
