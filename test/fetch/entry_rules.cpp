// What an archive may put into a sandbox.
#include "actors/runtime/fetch/entry_rules.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::runtime::test {

namespace {

bool may_be(const std::string& path, entry_kind kind = entry_kind::file,
            const std::string& target = {}, const std::string& below = {}) {
  return std::holds_alternative<clean_entry>(check_entry({path, kind, target}, below));
}

bool may_link(const std::string& path, const std::string& target, const std::string& below = {}) {
  return may_be(path, entry_kind::symbolic_link, target, below);
}

std::string cleaned(const std::string& path) {
  return std::get<clean_entry>(check_entry({path, entry_kind::file, {}}, {})).path.string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_rules)

BOOST_AUTO_TEST_CASE(paths_within_are_cleaned) {
  BOOST_CHECK_EQUAL(cleaned("a/b"), "a/b");
  BOOST_CHECK_EQUAL(cleaned("./a//b/."), "a/b");
  BOOST_CHECK_EQUAL(cleaned("./"), "");
  BOOST_CHECK_EQUAL(cleaned("..a/b.."), "..a/b..");
}

BOOST_AUTO_TEST_CASE(paths_that_lead_out_are_refused) {
  for (const auto* path : {"/etc/passwd", "..", "../a", "a/../b", "a/..", "./../a"})
    BOOST_CHECK_MESSAGE(!may_be(path), path);
  BOOST_CHECK(!may_be(std::string{"a\0b", 3}));
}

BOOST_AUTO_TEST_CASE(links_lead_up_only_as_far_as_the_sandbox) {
  BOOST_CHECK(may_link("a/b", "../c"));
  BOOST_CHECK(may_link("a", "b/c"));
  BOOST_CHECK(may_link("a", "."));
  BOOST_CHECK(!may_link("a", ".."));
  BOOST_CHECK(!may_link("a/b", "../../c"));
  BOOST_CHECK(!may_link("a", "/etc"));
  BOOST_CHECK(!may_link("a", ""));
  BOOST_CHECK(may_link("a", "../c", "sub"));
  BOOST_CHECK(!may_link("a", "../../c", "sub"));
}

BOOST_AUTO_TEST_CASE(links_that_lead_up_after_they_led_down_are_refused) {
  // Through a link that leads up: `up` -> `../..` in a/b, and then `x` -> `a/b/up/..`.
  BOOST_CHECK(may_link("a/b/up", "../.."));
  BOOST_CHECK(!may_link("x", "a/b/up/.."));
}

BOOST_AUTO_TEST_CASE(hard_links_are_to_paths_within) {
  BOOST_CHECK(may_be("a", entry_kind::hard_link, "b/c"));
  for (const auto* target : {"/etc/passwd", "../b", "", ".", "b/../../c", "stdout"})
    BOOST_CHECK_MESSAGE(!may_be("a", entry_kind::hard_link, target), target);
}

BOOST_AUTO_TEST_CASE(what_is_neither_file_nor_directory_nor_link_is_refused) {
  BOOST_CHECK(!may_be("a", entry_kind::other));
}

BOOST_AUTO_TEST_CASE(the_tasks_output_is_not_replaced) {
  BOOST_CHECK(!may_be("stdout"));
  BOOST_CHECK(!may_be("./stderr.100"));
  BOOST_CHECK(may_be("stdout2"));
  BOOST_CHECK(may_be("a/stdout"));
  BOOST_CHECK(may_be("stdout", entry_kind::file, "", "a"));
}

BOOST_AUTO_TEST_CASE(what_is_nested_without_end_is_refused) {
  std::string path = "a";
  for (auto i = 0; i < 1000; ++i)
    path += "/a";
  BOOST_CHECK(!may_be(path));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
