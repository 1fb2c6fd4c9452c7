#include "actors/master/pool.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

const agent_id a1{"a1"};
const agent_id a2{"a2"};

/// `large 1/2 small 3/4`: free and total slots.
std::string text_of(const std::vector<pool_entry>& xs) {
  std::string text;
  for (const auto& x : xs)
    text += (text.empty() ? "" : " ") + x.slot_class + ' ' + std::to_string(x.free) + '/' +
            std::to_string(x.total);
  return text;
}

struct fixture {
  std::string counts() const { return text_of(book.entries()); }

  entente::pool book{{{"small", parse("cpus:1;mem:100")}, {"large", parse("cpus:2")}}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pool, fixture)

BOOST_AUTO_TEST_CASE(a_pool_without_agents_has_all_classes_and_no_slots) {
  BOOST_CHECK_EQUAL(counts(), "large 0/0 small 0/0");
  BOOST_CHECK_EQUAL(book.entries()[0].limits, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(the_scarcest_resource_decides_how_many_slots_there_are) {
  book.update_agent(a1, parse("cpus:8;mem:350"), parse("cpus:5;mem:350"));
  BOOST_CHECK_EQUAL(counts(), "large 2/4 small 3/3");
}

BOOST_AUTO_TEST_CASE(what_two_agents_have_left_over_makes_no_slot_together) {
  book.update_agent(a1, parse("cpus:3"), parse("cpus:3"));
  book.update_agent(a2, parse("cpus:3"), parse("cpus:1"));
  BOOST_CHECK_EQUAL(counts(), "large 1/2 small 0/0");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_counted_anew_is_counted_once) {
  book.update_agent(a1, parse("cpus:4"), parse("cpus:4"));
  book.update_agent(a1, parse("cpus:6"), parse("cpus:2"));
  BOOST_CHECK_EQUAL(counts(), "large 1/3 small 0/0");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_removed_leaves_nothing_behind) {
  book.update_agent(a1, parse("cpus:4;mem:400"), parse("cpus:2;mem:400"));
  book.remove_agent(a1);
  book.remove_agent(a1);
  BOOST_CHECK_EQUAL(counts(), "large 0/0 small 0/0");
}

BOOST_AUTO_TEST_CASE(only_classes_that_have_changed_are_told_and_once) {
  book.update_agent(a1, parse("cpus:4"), parse("cpus:4"));
  BOOST_CHECK(book.has_changes());
  BOOST_CHECK_EQUAL(text_of(book.take_changes()), "large 2/2");
  BOOST_CHECK(!book.has_changes());
  BOOST_CHECK_EQUAL(text_of(book.take_changes()), "");
}

BOOST_AUTO_TEST_CASE(a_change_that_was_undone_is_not_told) {
  book.update_agent(a1, parse("cpus:4"), parse("cpus:4"));
  book.remove_agent(a1);
  BOOST_CHECK(!book.has_changes());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
