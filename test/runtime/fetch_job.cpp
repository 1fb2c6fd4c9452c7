// What may be asked of a fetcher, and how it is told.
#include "actors/runtime/fetch_job.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::runtime::test {

namespace {

const std::string sum(64, 'a');

std::string problem_of(const fetch_item& x) {
  auto plan = plan_of(x);
  const auto* why = std::get_if<failure>(&plan);
  return why ? why->message : "";
}

bool is_refused(const fetch_item& x) {
  return !problem_of(x).empty();
}

fetch_plan read(const fetch_item& x) {
  BOOST_REQUIRE_EQUAL(problem_of(x), "");
  return std::get<fetch_plan>(plan_of(x));
}

std::string name_of(const std::string& uri) {
  return read({uri, sum}).name.string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_job)

BOOST_AUTO_TEST_CASE(paths_and_file_uris_are_local) {
  BOOST_CHECK(read({"/a/b"}).is_local);
  BOOST_CHECK_EQUAL(read({"file:///a%20b/c"}).from, "/a b/c");
  BOOST_CHECK_EQUAL(read({"FILE://localhost/a"}).from, "/a");
  BOOST_CHECK(!read({"https://host/a", sum}).is_local);
}

BOOST_AUTO_TEST_CASE(what_is_neither_is_refused) {
  for (const auto* uri : {"", "a", "./a", "ftp://host/a", "file://host/a", "file://", "http://",
                          "https:///a", "scp://a", "data:,x", "/a\nb", "file:///a%zz"})
    BOOST_CHECK_MESSAGE(is_refused({uri, sum, "x"}), uri);
}

BOOST_AUTO_TEST_CASE(what_comes_by_the_web_needs_a_checksum) {
  BOOST_CHECK(problem_of({"http://host/a"}).ends_with("needs its SHA-256"));
  BOOST_CHECK(problem_of({"https://host/a"}).ends_with("needs its SHA-256"));
  BOOST_CHECK(!is_refused({"/a"}));
}

BOOST_AUTO_TEST_CASE(a_checksum_has_64_hexadecimal_digits) {
  BOOST_CHECK_EQUAL(read({"/a", std::string(64, 'A')}).sha256, sum);
  for (const auto& wrong : {std::string{"a"}, sum + "a", std::string(64, 'g'), ' ' + sum})
    BOOST_CHECK_MESSAGE(is_refused({"/a", wrong}), wrong);
}

BOOST_AUTO_TEST_CASE(a_name_is_the_last_part_unless_it_is_given) {
  BOOST_CHECK_EQUAL(name_of("/a/b"), "b");
  BOOST_CHECK_EQUAL(name_of("https://host/a/b%20c?x=/y#z"), "b c");
  BOOST_CHECK_EQUAL(read({"/a/b", "", "c/d"}).name, "c/d");
  for (const auto* uri : {"https://host", "https://host/", "https://host/a%2Fb", "/a/",
                          "https://host?a=/b", "https://host/..", "https://host/%2e%2e"})
    BOOST_CHECK_MESSAGE(is_refused({uri, sum}), uri);
}

BOOST_AUTO_TEST_CASE(a_name_stays_within_the_sandbox) {
  for (const auto* name : {"/a", "..", "../a", "a/../b", "a//b", "a/", ".", "./a", "a\nb"})
    BOOST_CHECK_MESSAGE(is_refused({"/x", "", name}), name);
  BOOST_CHECK(is_refused({"/x", "", std::string(2000, 'a')}));
}

BOOST_AUTO_TEST_CASE(the_tasks_output_is_not_replaced) {
  BOOST_CHECK(is_refused({"/x/stdout"}));
  BOOST_CHECK(is_refused({"/x", "", "stderr.100"}));
  BOOST_CHECK(!is_refused({"/x", "", "a/stdout"}));
  BOOST_CHECK(!is_refused({"/x", "", "stdouts"}));
}

BOOST_AUTO_TEST_CASE(archives_are_known_by_their_names) {
  for (const auto* uri :
       {"/a.tar", "/a.TAR.GZ", "/a.tgz", "/a.tar.xz", "/a.tar.bz2", "/a.tar.zst", "/a.zip"})
    BOOST_CHECK_MESSAGE(read({uri}).is_archive, uri);
  BOOST_CHECK(read({"/a", "", "a.zip"}).is_archive);
  BOOST_CHECK(read({"/a.zip", "", "a"}).is_archive);
  BOOST_CHECK(!read({"/a.zip", "", "", false}).is_archive);
  BOOST_CHECK(!read({"/a.jar"}).is_archive);
  BOOST_CHECK(!read({"/a.gz"}).is_archive);
}

BOOST_AUTO_TEST_CASE(a_password_is_not_shown) {
  BOOST_CHECK_EQUAL(read({"https://me:secret@host/a", sum}).shown, "https://host/a");
  BOOST_CHECK(problem_of({"https://me:secret@host/a"}).find("secret") == std::string::npos);
  BOOST_CHECK_EQUAL(read({"https://host/a@b", sum}).shown, "https://host/a@b");
}

BOOST_AUTO_TEST_CASE(a_job_is_read_as_it_was_written) {
  runtime::fetch_job x{"/s", "/c", {1, 2, std::chrono::hours{3}, std::chrono::seconds{4}, 5}, {}};
  x.items = {{"https://host/a\"b", sum, "n", false, true}, {"/b"}};
  auto read_back = parse_fetch_job(to_text(x));
  BOOST_REQUIRE(std::holds_alternative<runtime::fetch_job>(read_back));
  BOOST_CHECK(std::get<runtime::fetch_job>(read_back) == x);
}

BOOST_AUTO_TEST_CASE(what_is_no_job_is_an_error) {
  for (const auto* text : {"", "{}", "[]", "null", R"({"sandbox": 1})"})
    BOOST_CHECK_MESSAGE(std::holds_alternative<failure>(parse_fetch_job(text)), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
