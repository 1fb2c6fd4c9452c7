// Artifacts on the command line.
#include "apps/entente/artifact_option.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

const std::string sum(64, 'a');

artifact read(const std::string& text) {
  auto parsed = parse_artifact(text, "/here");
  if (auto* wrong = std::get_if<usage_error>(&parsed))
    BOOST_FAIL(wrong->message);
  return std::get<artifact>(parsed);
}

std::string problem_of(const std::string& text) {
  auto parsed = parse_artifact(text, "/here");
  auto* wrong = std::get_if<usage_error>(&parsed);
  return wrong ? wrong->message : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(artifact_option)

BOOST_AUTO_TEST_CASE(a_path_is_made_absolute) {
  BOOST_CHECK(read("a/b") == artifact{"/here/a/b"});
  BOOST_CHECK(read("../b") == artifact{"/b"});
  BOOST_CHECK(read("/a/b") == artifact{"/a/b"});
}

BOOST_AUTO_TEST_CASE(words_after_commas_say_more) {
  artifact wanted{"https://host/a.tgz", sum, "x/y.tgz", false, true};
  BOOST_CHECK(read("https://host/a.tgz,sha256=" + sum + ",name=x/y.tgz,no-extract,executable") ==
              wanted);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_what_was_expected) {
  for (const auto* text : {"", ",name=a", "/a,", "/a,nmae=b", "/a,name=", "/a,sha256=", "/a, b"})
    BOOST_CHECK_MESSAGE(problem_of(text).starts_with("--artifact: expected URI"), text);
}

BOOST_AUTO_TEST_CASE(what_an_agent_would_refuse_is_refused_at_once) {
  BOOST_CHECK(problem_of("https://host/a").ends_with("needs its SHA-256"));
  for (const auto* text :
       {"ftp://host/a", "/a,sha256=1", "/a,name=../b", "/a,name=stdout", "/a/.."})
    BOOST_CHECK_MESSAGE(problem_of(text).starts_with("--artifact: "), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
