// What other hosts notice when actors end and hosts crash.
#include <boost/test/unit_test.hpp>
#include <memory>

#include "toys.hpp"

namespace entente::test {

using namespace simulation;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(crashes, two_hosts)

// -- ends of actors -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_actors_last_words_come_before_the_news_of_its_end) {
  w.net.set_faults({.delay = 1000});
  std::vector<std::string> order;
  auto dying = start(w, b, [](caf::event_based_actor* self) -> caf::behavior {
    return {[self](const caf::actor& heir) {
      self->send(heir, 1);
      self->quit();
    }};
  });
  auto heir = start(w, a, [&, there = near_a(dying)](caf::event_based_actor* self) {
    self->monitor(there);
    self->set_down_handler([&](const caf::down_msg&) { order.push_back("end"); });
    return caf::behavior{[&](int) { order.push_back("words"); }};
  });
  w.run.run_for(1s);
  caf::anon_send(near_a(dying), heir);
  w.run.run_for(1s);
  BOOST_TEST(order == (std::vector<std::string>{"words", "end"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_news_of_an_end_waits_for_a_cut_to_heal) {
  auto x = listen();
  start_monitor(w, a, near_a(x), ends);
  w.run.run_for(1s);
  w.net.cut(a, b);
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  w.run.run_for(60s);
  BOOST_CHECK(ends.empty());
  w.net.heal_all();
  w.run.run_for(0s);
  BOOST_REQUIRE_EQUAL(ends.size(), 1u);
  BOOST_CHECK(ends[0].reason == caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(an_exit_message_goes_through_to_the_actor) {
  auto x = listen();
  start_monitor(w, b, x, ends);
  w.net.set_faults({.drop = 1000});
  w.run.run_for(1s);
  caf::anon_send_exit(near_a(x), caf::exit_reason::user_shutdown);
  w.run.run_for(1s);
  BOOST_CHECK_EQUAL(ends.size(), 1u);
}

BOOST_AUTO_TEST_CASE(linked_actors_on_two_hosts_end_together) {
  auto x = listen();
  auto linked = start(w, a, [there = near_a(x)](caf::event_based_actor* self) -> caf::behavior {
    self->link_to(there);
    return {[](int) {}};
  });
  start_monitor(w, a, linked, ends);
  w.run.run_for(1s);
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  w.run.run_for(1s);
  BOOST_CHECK_EQUAL(ends.size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_exit_message_comes_from_the_proxy_of_who_has_sent_it) {
  std::vector<caf::exit_msg> exits;
  auto x = start(w, b, [&](caf::event_based_actor* self) -> caf::behavior {
    self->set_exit_handler([&](const caf::exit_msg& y) { exits.push_back(y); });
    return {[](int) {}};
  });
  auto sender = start(w, a, [there = near_a(x)](caf::event_based_actor* self) -> caf::behavior {
    self->send_exit(there, caf::exit_reason::user_shutdown);
    return {[](int) {}};
  });
  w.run.run_for(1s);
  BOOST_REQUIRE_EQUAL(exits.size(), 1u);
  BOOST_CHECK(exits[0].source == w.net.stand_in(b, sender, a));
}

// -- crashes ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_crash_is_noticed_by_those_who_watch) {
  auto there = near_a(listen());
  start_monitor(w, a, there, ends);
  w.run.run_for(1s);
  w.net.crash(b);
  w.run.run_for(0s);
  BOOST_REQUIRE_EQUAL(ends.size(), 1u);
  BOOST_CHECK(ends[0].source == there);
}

BOOST_AUTO_TEST_CASE(a_crash_behind_a_silent_cut_is_noticed_when_it_heals) {
  start_monitor(w, a, near_a(listen()), ends);
  w.run.run_for(1s);
  w.net.cut(a, b);
  w.net.crash(b);
  w.net.restart(b);
  w.run.run_for(1s);
  BOOST_CHECK(ends.empty());
  w.net.heal(a, b);
  w.run.run_for(0s);
  BOOST_CHECK_EQUAL(ends.size(), 1u);
}

BOOST_AUTO_TEST_CASE(in_a_crash_nothing_gets_out) {
  auto there = w.net.stand_in(b, start_listener(w, a, heard), a);
  struct will {
    caf::actor heir;
    ~will() { caf::anon_send(heir, 1); }
  };
  auto x = start(w, b, [=](caf::event_based_actor* self) -> caf::behavior {
    self->attach_functor([=] { caf::anon_send(there, 2); });
    return {[last = std::make_shared<will>(there)](int) {}};
  });
  w.run.run_for(1s);
  tell(x, {3});
  w.net.crash(b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_crashed_host_loses_what_its_actors_had_still_to_read) {
  auto x = listen();
  tell(x, {1, 2});
  w.net.crash(b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(what_a_crashed_host_had_on_its_way_is_lost) {
  w.net.set_faults({.delay = 1000});
  tell(w.net.stand_in(b, start_listener(w, a, heard), a), {1});
  w.net.crash(b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(an_actor_that_did_not_run_before_a_crash_never_does) {
  auto x = start(w, b, [this](caf::event_based_actor*) -> caf::behavior {
    heard.push_back(1);
    return {[](int) {}};
  });
  w.net.crash(b);
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_crash_takes_every_actor) {
  std::vector<caf::actor> xs;
  for (int i = 0; i < 300; ++i)
    xs.push_back(listen());
  w.net.crash(b);
  for (const auto& x : xs)
    tell(x, {1});
  w.run.run_for(1s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_crash_takes_the_actors_that_its_actors_have_started) {
  auto parent = start(w, b, [this](caf::event_based_actor* self) -> caf::behavior {
    self->spawn([this](caf::event_based_actor* child) -> caf::behavior {
      child->delayed_send(child, 10s, 1);
      return {[this](int x) { heard.push_back(x); }};
    });
    return {[](int) {}};
  });
  w.run.run_for(1s);
  w.net.crash(b);
  w.run.run_for(60s);
  BOOST_CHECK(heard.empty());
}

BOOST_AUTO_TEST_CASE(a_restarted_host_is_reached_by_new_handles_only) {
  auto old = near_a(listen());
  w.net.crash(b);
  w.net.restart(b);
  BOOST_CHECK_EQUAL(w.net.life(b), 1u);
  tell(old, {1});
  tell(near_a(listen()), {2});
  w.run.run_for(1s);
  BOOST_TEST(heard == (std::vector{2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_handle_from_before_a_crash_is_dead_from_the_start) {
  auto x = listen();
  w.net.settle(caf::actor_cast<caf::strong_actor_ptr>(x), b);
  w.net.crash(b);
  w.net.restart(b);
  start_monitor(w, a, near_a(x), ends);
  w.run.run_for(0s);
  BOOST_CHECK_EQUAL(ends.size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_question_to_a_crashed_host_times_out) {
  auto there = near_a(listen());
  w.net.crash(b);
  ask(w, a, there, 1, answers);
  w.run.run_for(2s);
  BOOST_CHECK(answers.at(0).problem == caf::sec::request_timeout);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
