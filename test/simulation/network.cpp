// Messages from host to host, the handles in them, and cuts between hosts.
#include "lib/network.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <caf/action.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <optional>
#include <stdexcept>

#include "messages/protocol.hpp"
#include "toys.hpp"

namespace entente::test {

using namespace simulation;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(network, two_hosts)

// -- messages -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_quiet_network_delivers_in_order_and_at_once) {
  auto start = w.run.now();
  tell(near_a(listen()), numbers(100));
  w.run.run_until([&] { return heard.size() == 100; }, 1s);
  BOOST_TEST(heard == numbers(100), boost::test_tools::per_element());
  BOOST_CHECK(w.run.now() == start);
}

BOOST_AUTO_TEST_CASE(an_answer_finds_its_way_back) {
  ask(w, a, near_a(listen()), 21, answers);
  w.run.run_for(2s);
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_CHECK_EQUAL(answers[0].value.value_or(0), 42);
}

BOOST_AUTO_TEST_CASE(an_answer_can_be_lost_too) {
  ask(w, a, near_a(listen()), 21, answers);
  BOOST_REQUIRE(w.run.run_until([&] { return !heard.empty(); }, 1s));
  w.net.cut(a, b);
  w.run.run_for(2s);
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_CHECK(answers[0].problem == caf::sec::request_timeout);
}

BOOST_AUTO_TEST_CASE(what_a_message_without_request_returns_goes_to_its_sender) {
  auto there = near_a(listen());
  std::vector<int> returned;
  start(w, a, [&](caf::event_based_actor* self) -> caf::behavior {
    self->send(there, 4);
    return {[&](int x) { returned.push_back(x); }};
  });
  w.run.run_for(1s);
  BOOST_TEST(returned == (std::vector{8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_delegated_question_is_answered_by_the_delegate) {
  auto c = w.net.add_host("c");
  auto last = w.net.stand_in(b, start_listener(w, c, heard), c);
  auto first = start(w, b, [=](caf::event_based_actor* self) -> caf::behavior {
    return {[=](int x) { return self->delegate(last, x); }};
  });
  w.net.cut(b, a);  // the answer does not come that way
  auto asked = w.net.stand_in(c, first, b);
  ask(w, c, asked, 3, answers);
  w.run.run_for(2s);
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_CHECK_EQUAL(answers[0].value.value_or(0), 6);
}

BOOST_AUTO_TEST_CASE(a_request_over_a_link_that_loses_everything_times_out) {
  w.net.set_faults({.drop = 1000});
  ask(w, a, near_a(listen()), 21, answers);
  w.run.run_for(2s);
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_CHECK(answers[0].problem == caf::sec::request_timeout);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_lossy_link_loses_some) {
  w.net.set_faults({.drop = 300});
  tell(near_a(listen()), numbers(1000));
  w.run.run_for(1s);
  BOOST_CHECK_GT(heard.size(), 600u);
  BOOST_CHECK_LT(heard.size(), 800u);
}

BOOST_AUTO_TEST_CASE(a_duplicate_arrives_twice) {
  w.net.set_faults({.duplicate = 1000});
  ask(w, a, near_a(listen()), 21, answers);
  w.run.run_for(2s);
  BOOST_TEST(heard == (std::vector{21, 21}), boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(answers.size(), 1u);
}

BOOST_AUTO_TEST_CASE(delayed_messages_overtake_each_other_but_arrive) {
  w.net.set_faults({.delay = 500, .shortest = 1ms, .longest = 50ms});
  tell(near_a(listen()), numbers(100));
  w.run.run_for(50ms);
  BOOST_CHECK(!std::ranges::is_sorted(heard));
  std::ranges::sort(heard);
  BOOST_TEST(heard == numbers(100), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_link_that_keeps_order_delays_without_reordering) {
  w.net.set_faults({.delay = 500, .in_order = true});
  tell(near_a(listen()), numbers(100));
  w.run.run_for(1s);
  BOOST_TEST(heard == numbers(100), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_delayed_message_takes_its_time) {
  w.net.set_faults({.delay = 1000, .shortest = 30ms, .longest = 30ms});
  tell(near_a(listen()), {1});
  w.run.run_for(29ms);
  BOOST_CHECK(heard.empty());
  w.run.run_for(1ms);
  BOOST_CHECK_EQUAL(heard.size(), 1u);
}

BOOST_AUTO_TEST_CASE(actors_of_one_host_talk_past_the_network) {
  w.net.set_faults({.drop = 1000});
  auto neighbour = listen();
  BOOST_CHECK(w.net.stand_in(b, neighbour, b) == neighbour);
  ask(w, b, neighbour, 21, answers);
  w.run.run_for(2s);
  BOOST_CHECK_EQUAL(answers.at(0).value.value_or(0), 42);
}

BOOST_AUTO_TEST_CASE(messages_survive_being_written_to_bytes) {
  w.net.use_wire_format();
  std::vector<std::string> texts;
  auto reader = start(w, b, [&](caf::event_based_actor*) -> caf::behavior {
    return {[&](const std::string& x, int) { texts.push_back(x); }};
  });
  caf::anon_send(near_a(reader), std::string{"über den Draht"}, 7);
  w.run.run_for(1s);
  BOOST_TEST(texts == (std::vector<std::string>{"über den Draht"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_to_bytes_is_a_bug) {
  w.net.use_wire_format();
  caf::anon_send(near_a(listen()), caf::make_action([] {}));
  BOOST_CHECK_THROW(w.run.run_for(1s), std::logic_error);
}

// -- handles ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_actor_has_one_proxy_per_host) {
  auto x = listen();
  BOOST_CHECK(near_a(x) == near_a(x));
  BOOST_CHECK(near_a(x) != x);
}

BOOST_AUTO_TEST_CASE(a_handle_in_a_message_stands_for_the_actor_where_it_arrives) {
  caf::actor got;
  auto directory = start(w, b, [&](caf::event_based_actor* self) -> caf::behavior {
    return {[&got, self](const caf::actor& x, int y) {
              got = x;
              self->send(x, y);
            },
            [](int) {}};
  });
  auto subscriber = start_listener(w, a, heard);
  caf::anon_send(near_a(directory), subscriber, 5);
  w.run.run_for(1s);
  BOOST_TEST(heard == (std::vector{5}), boost::test_tools::per_element());
  BOOST_CHECK(got != subscriber);
  BOOST_CHECK(got == w.net.stand_in(b, subscriber, a));
}

BOOST_AUTO_TEST_CASE(a_handle_that_comes_home_is_the_actor_itself) {
  caf::actor got;
  auto keeper = start(w, b, [&](caf::event_based_actor*) -> caf::behavior {
    return {[&](const caf::actor& x) { got = x; }};
  });
  auto x = listen();
  caf::anon_send(near_a(keeper), near_a(x));
  w.run.run_for(1s);
  BOOST_CHECK(got == x);
}

BOOST_AUTO_TEST_CASE(a_registration_brings_a_handle_that_can_be_watched) {
  w.net.use_wire_format();
  agent_actor registered;
  auto master = w.run.on(a, [&] {
    return w.system.spawn([&](master_for_agents::pointer self) -> master_for_agents::behavior_type {
      self->set_down_handler([&](const caf::down_msg& x) { ends.push_back(x); });
      return {[&, self](const register_agent& x, const agent_actor& agent) {
                registered = agent;
                self->monitor(agent);
                return agent_registered{.id = x.info.id};
              },
              [](const released&) {}, [](const unregister_agent&) {}, [](const status_update&) {}};
    });
  });
  std::optional<agent_registered> answer;
  start(w, b, [&, there = w.net.stand_in(b, master, a)](caf::event_based_actor* self) {
    register_agent x;
    x.info.id = agent_id{"a1"};
    self->request(there, 1s, x, caf::actor_cast<agent_actor>(self->ctrl()))
      .then([&](const agent_registered& y) { answer = y; });
    return caf::behavior{[self_held = caf::actor{self}](int) {}};
  });
  w.run.run_for(2s);
  BOOST_REQUIRE(answer);
  BOOST_CHECK_EQUAL(answer->id, agent_id{"a1"});
  w.net.crash(b);
  w.run.run_for(0s);
  BOOST_REQUIRE_EQUAL(ends.size(), 1u);
  BOOST_CHECK(ends[0].source == registered);
}

// -- cuts ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cut_loses_messages_until_it_heals) {
  auto there = near_a(listen());
  w.net.cut(a, b);
  tell(there, {1});
  w.run.run_for(1s);
  w.net.heal(a, b);
  tell(there, {2});
  w.run.run_for(1s);
  BOOST_TEST(heard == (std::vector{2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cut_loses_what_is_on_its_way) {
  w.net.set_faults({.delay = 1000});
  tell(near_a(listen()), {1});
  w.net.cut(a, b);
  w.run.run_for(1s);
  w.net.heal(a, b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_silent_cut_is_not_noticed) {
  start_monitor(w, a, near_a(listen()), ends);
  w.run.run_for(1s);
  w.net.cut(a, b);
  w.run.run_for(60s);
  BOOST_CHECK(ends.empty());
}

BOOST_AUTO_TEST_CASE(a_broken_connection_is_noticed_on_both_sides) {
  auto there = near_a(listen());
  auto here = w.net.stand_in(b, start_listener(w, a, heard), a);
  start_monitor(w, a, there, ends);
  start_monitor(w, b, here, ends);
  w.run.run_for(1s);
  w.net.sever(a, b);
  w.run.run_for(0s);
  BOOST_REQUIRE_EQUAL(ends.size(), 2u);
  BOOST_CHECK((ends[0].source == there || ends[1].source == there));
  BOOST_CHECK((ends[0].source == here || ends[1].source == here));
}

BOOST_AUTO_TEST_CASE(a_broken_connection_loses_what_is_on_its_way) {
  w.net.set_faults({.delay = 1000});
  tell(near_a(listen()), {1});
  w.net.sever(a, b);
  w.net.heal(a, b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(after_a_broken_connection_only_new_handles_work) {
  auto x = listen();
  auto old = near_a(x);
  w.net.sever(a, b);
  w.net.heal(a, b);
  BOOST_CHECK(near_a(x) != old);
  tell(old, {1});
  tell(near_a(x), {2});
  w.run.run_for(1s);
  BOOST_TEST(heard == (std::vector{2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_links_do_not_notice) {
  auto c = w.net.add_host("c");
  auto x = listen();
  start_monitor(w, c, w.net.stand_in(c, x, b), ends);
  w.run.run_for(1s);
  w.net.sever(a, b);
  w.run.run_for(1s);
  BOOST_CHECK(ends.empty());
  BOOST_CHECK(w.net.connected(c, b));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
