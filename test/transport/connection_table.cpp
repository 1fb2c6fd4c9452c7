// Who may have a connection, and for how long.
#include "actors/transport/connection_table.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

struct fixture {
  std::vector<int> closed;
  connection_limits limits{.most = 4,
                           .most_strangers = 2,
                           .introduction = 10s,
                           .silence = 10s,
                           .frame_bytes = 100,
                           .all_frames_bytes = 150,
                           .frame_grace = 20s,
                           .least_bytes_a_second = 10,
                           .all_waiting_bytes = 100};
  entente::connection_table table{limits, [this](int socket) { closed.push_back(socket); }};

  connection_table::id known(int socket, const std::string& node, time_point now = t0) {
    auto id = table.add(socket, now);
    BOOST_REQUIRE(table.introduce(id, node, now));
    return id;
  }
};

using sockets = std::vector<int>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connection_table, fixture)

BOOST_AUTO_TEST_CASE(one_stranger_too_many_costs_the_oldest_its_place) {
  table.add(1, t0);
  table.add(2, t0);
  BOOST_TEST(closed.empty());
  BOOST_TEST(table.add(3, t0) != 0);
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
  BOOST_TEST(table.strangers() == 2U);
}

BOOST_AUTO_TEST_CASE(who_has_introduced_itself_keeps_its_place) {
  known(1, "a");
  known(2, "b");
  table.add(3, t0);
  table.add(4, t0);
  BOOST_TEST(closed.empty());
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_of_all_nobody_is_entered) {
  for (auto socket : {1, 2, 3, 4})
    known(socket, std::to_string(socket));
  BOOST_TEST(table.add(5, t0) == 0);
  BOOST_TEST(table.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_stranger_that_says_nothing_is_closed_when_its_time_is_over) {
  table.add(1, t0);
  known(2, "a");
  table.expire(t0 + 9s);
  BOOST_TEST(closed.empty());
  table.expire(t0 + 10s);
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_removed_is_not_closed) {
  auto id = table.add(1, t0);
  table.remove(id);
  table.expire(t0 + 1h);
  table.drop(id);
  BOOST_TEST(closed.empty());
  BOOST_TEST(table.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_silent_connection_gives_way_to_a_new_one_of_the_same_node) {
  auto old = known(1, "a");
  auto first = table.add(2, t0 + 11s);
  BOOST_TEST(!table.introduce(first, "a", t0 + 11s));
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
  table.remove(first);
  table.remove(old);
  BOOST_TEST(table.introduce(table.add(3, t0 + 12s), "a", t0 + 12s));
}

BOOST_AUTO_TEST_CASE(while_the_silent_one_is_being_closed_the_new_one_waits) {
  known(1, "a");
  table.introduce(table.add(2, t0 + 11s), "a", t0 + 11s);
  BOOST_TEST(!table.introduce(table.add(3, t0 + 11s), "a", t0 + 11s));
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_heard_of_does_not_give_way) {
  auto old = known(1, "a");
  table.heard(old, t0 + 5s);
  BOOST_TEST(table.introduce(table.add(2, t0 + 11s), "a", t0 + 11s));
  BOOST_TEST(closed.empty());
}

BOOST_AUTO_TEST_CASE(memory_is_booked_up_to_the_limit_and_no_further) {
  BOOST_TEST(table.reserve(100));
  BOOST_TEST(!table.reserve(51));
  BOOST_TEST(table.reserve(50));
  table.give_back(100);
  BOOST_TEST(table.reserve(100));
}

BOOST_AUTO_TEST_CASE(a_long_message_has_more_time_than_a_short_one) {
  BOOST_TEST((limits.time_for(0) == 20s));
  BOOST_TEST((limits.time_for(5) == 20'500ms));
  BOOST_TEST((connection_limits{}.time_for(std::uint32_t{64} << 20) == 4116s));
}

BOOST_AUTO_TEST_CASE(when_too_much_waits_to_be_written_the_fullest_is_closed) {
  auto full = known(1, "a");
  auto other = known(2, "b");
  BOOST_TEST(table.waits(full, 60));
  BOOST_TEST(table.waits(other, 40));
  BOOST_TEST(closed.empty());
  BOOST_TEST(table.waits(other, 41));
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
  BOOST_TEST(table.waiting() == 41U);
  BOOST_TEST(!table.waits(full, 70));
  BOOST_TEST(table.waiting() == 41U);
  BOOST_TEST(table.remove(full));
  BOOST_TEST(!table.remove(other));
  BOOST_TEST(table.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(what_has_been_written_waits_no_more) {
  auto id = known(1, "a");
  for (auto bytes : {100, 10, 100})
    BOOST_TEST(table.waits(id, static_cast<std::size_t>(bytes)));
  BOOST_TEST(closed.empty());
  BOOST_TEST(!table.waits(id, 101));
  BOOST_TEST(closed == sockets{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refusals_are_told_together_and_once) {
  table.refused("x");
  table.refused("y");
  auto told = table.take_refusals();
  BOOST_TEST(told.count == 2U);
  BOOST_TEST(told.last == "y");
  BOOST_TEST(table.take_refusals().count == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
