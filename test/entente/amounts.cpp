// Quantities on the command line.
#include "apps/entente/amounts.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

std::string read(std::string_view text) {
  auto parsed = parse_amounts("--limit", text);
  if (auto* wrong = std::get_if<usage_error>(&parsed))
    return wrong->message;
  return std::get<resources>(parsed).to_string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(amounts)

BOOST_AUTO_TEST_CASE(pairs_with_commas_between_are_read_in_the_units_of_the_configuration) {
  BOOST_CHECK_EQUAL(read("cpus=8"), "cpus:8");
  BOOST_CHECK_EQUAL(read("cpus=0.5,mem=16GB,licences=3"), "cpus:0.5;licences:3;mem:16384");
}

BOOST_AUTO_TEST_CASE(what_is_no_pair_is_told_what_one_looks_like) {
  for (const auto* text :
       {"", "cpus", "cpus:8", "=8", "cpus=8,", ",cpus=8", "9=1", "cpus=1, mem=1"})
    BOOST_CHECK_MESSAGE(read(text).starts_with("--limit: expected NAME=AMOUNT"), read(text));
}

BOOST_AUTO_TEST_CASE(an_amount_that_does_not_parse_is_told_with_its_name) {
  BOOST_CHECK_EQUAL(read("cpus=1,mem=2XB"),
                    R"(--limit: mem: expected a size such as "512MB" or "2GB", found "2XB")");
  for (const auto* text : {"cpus=", "cpus=4GB", "cpus=-1", "cpus=1e3", "cpus=0.0001", "cpus==1"})
    BOOST_CHECK_MESSAGE(read(text).starts_with("--limit: cpus: expected a number"), read(text));
}

BOOST_AUTO_TEST_CASE(ranges_are_no_amount) {
  BOOST_CHECK_EQUAL(read("ports=31000-32000"), "--limit: ports: expected no ports here: only "
                                               "scalar resources, found \"31000-32000\"");
}

BOOST_AUTO_TEST_CASE(more_than_resources_can_hold_is_refused) {
  BOOST_CHECK_EQUAL(read("cpus=1000000000000"), "cpus:1000000000000");
  BOOST_CHECK(read("cpus=1000000000000.001").starts_with("--limit: cpus: expected"));
  BOOST_CHECK(read("mem=999999999TB").starts_with("--limit: mem: expected"));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_resource_is_refused_for_it_would_be_no_limit) {
  BOOST_CHECK_EQUAL(read("cpus=0"), R"(--limit: cpus: expected more than zero, found "0")");
}

BOOST_AUTO_TEST_CASE(a_resource_given_twice_is_refused) {
  BOOST_CHECK_EQUAL(read("cpus=1,mem=1,cpus=1"), "--limit: cpus is given twice");
}

BOOST_AUTO_TEST_CASE(a_single_amount_may_be_nothing) {
  BOOST_CHECK_EQUAL(std::get<std::int64_t>(parse_amount("--cpus", "cpus", "0")), 0);
  BOOST_CHECK_EQUAL(std::get<std::int64_t>(parse_amount("--mem", "mem", "2GB")), 2'048'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
