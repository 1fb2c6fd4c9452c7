// What waits until it may be said.
#include "actors/master/waiting_line.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace entente::test {

namespace {

struct fixture {
  void add(const std::string& x) {
    line.add([this, x] { done += x; });
  }
  void replace(int peer, const std::string& x) {
    line.replace(peer, [this, x] { done += x; });
  }
  std::string run() {
    for (auto& action : line.take())
      action();
    return std::exchange(done, {});
  }

  entente::waiting_line<int> line;
  std::string done;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(waiting_line, fixture)

BOOST_AUTO_TEST_CASE(all_that_waits_is_done_once_in_its_order) {
  add("a");
  replace(1, "b");
  add("c");
  BOOST_CHECK_EQUAL(run(), "abc");
  BOOST_CHECK_EQUAL(run(), "");
}

BOOST_AUTO_TEST_CASE(the_newest_of_a_peer_waits_alone_and_behind_what_came_before_it) {
  replace(1, "a");
  replace(2, "b");
  add("c");
  replace(1, "d");
  BOOST_CHECK_EQUAL(run(), "bcd");
}

BOOST_AUTO_TEST_CASE(peers_that_ask_again_and_again_do_not_make_it_longer) {
  for (auto i = 0; i < 1'000; ++i)
    replace(i % 3, "x");
  BOOST_CHECK_EQUAL(line.size(), 3u);
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_not_replaced_later) {
  replace(1, "a");
  auto taken = line.take();
  replace(1, "b");
  BOOST_CHECK_EQUAL(taken.size(), 1u);
  BOOST_CHECK_EQUAL(run(), "b");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
