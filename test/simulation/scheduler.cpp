// The order and the time in which a simulation runs.
#include "lib/scheduler.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

#include "toys.hpp"

namespace entente::test {

using namespace simulation;

namespace {

using namespace std::chrono_literals;

/// Forwards a number to the others in turn, less one, and asks for it too.
caf::behavior rumour(caf::event_based_actor* self,
                     std::shared_ptr<std::vector<caf::actor>> others) {
  return {[=](int x) -> int {
    if (x > 0)
      for (const auto& y : *others)
        self->request(y, 50ms, x - 1).then([](int) {}, [](const caf::error&) {});
    return x;
  }};
}

/// Everybody is told what everybody hears, while hosts crash and links are cut.
std::uint64_t hash_of_run(std::uint64_t seed, std::ostream* out = nullptr) {
  world w{seed};
  w.log.write_to(out);
  w.net.set_faults({.drop = 100, .duplicate = 100, .delay = 300});
  w.net.use_wire_format();
  std::vector<std::shared_ptr<std::vector<caf::actor>>> others;
  std::vector<caf::actor> all;
  for (int i = 0; i < 4; ++i) {
    auto x = w.net.add_host("h" + std::to_string(i));
    others.push_back(std::make_shared<std::vector<caf::actor>>());
    all.push_back(start(w, x, rumour, others.back()));
  }
  for (host x = 0; x < 4; ++x)
    for (host y = 0; y < 4; ++y)
      if (x != y)
        others[x]->push_back(w.net.stand_in(x, all[y], y));
  caf::anon_send(all[0], 4);
  w.run.run_for(40ms);
  w.net.crash(w.chance.below(4));
  w.net.sever(w.chance.below(2), 2 + w.chance.below(2));
  w.run.run_for(1s);
  return w.log.hash();
}

struct one_host {
  world w{1};
  host a = w.net.add_host("a");
  std::vector<int> heard;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(scheduler, one_host)

// -- order --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_run) {
  std::vector<std::unique_ptr<char[]>> in_the_way;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto first = hash_of_run(seed);
    // Other addresses must not change anything.
    for (std::size_t size = 1; size < 4000; size *= 3)
      in_the_way.push_back(std::make_unique<char[]>(size + seed));
    BOOST_TEST_CONTEXT("seed " << seed)
    BOOST_CHECK_EQUAL(hash_of_run(seed), first);
  }
}

BOOST_AUTO_TEST_CASE(other_seeds_give_other_runs) {
  std::set<std::uint64_t> runs;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    runs.insert(hash_of_run(seed));
  BOOST_CHECK_EQUAL(runs.size(), 20u);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_written_out_is_the_same_run) {
  std::ostringstream lines;
  BOOST_CHECK_EQUAL(hash_of_run(3, &lines), hash_of_run(3));
  BOOST_CHECK(lines.str().find("arrives h0 h1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_order_of_two_senders_comes_about) {
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    world x{seed};
    auto here = x.net.add_host("here");
    std::vector<int> got;
    auto listener = start_listener(x, here, got);
    for (int i : {1, 2})
      start(x, here, [=](caf::event_based_actor* self) { self->send(listener, i); });
    x.run.run_for(1s);
    orders.insert(got);
  }
  BOOST_CHECK_EQUAL(orders.size(), 2u);
}

BOOST_AUTO_TEST_CASE(an_actor_reads_from_another_in_order) {
  tell(start_listener(w, a, heard), numbers(50));
  w.run.run_for(0s);
  BOOST_TEST(heard == numbers(50), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_is_one_message) {
  tell(start_listener(w, a, heard), numbers(3));
  for (std::size_t i = 1; i <= 3; ++i) {
    w.run.step(w.run.now());
    BOOST_CHECK_EQUAL(heard.size(), i);
  }
}

// -- time ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(timers_fire_at_their_time) {
  auto begin = w.run.now();
  std::vector<caf::actor_clock::duration_type> times;
  start(w, a, [&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 5s, 1);
    self->delayed_send(self, 2s, 2);
    return {[&, self](int) { times.push_back(self->clock().now() - begin); }};
  });
  w.run.run_for(60s);
  BOOST_REQUIRE_EQUAL(times.size(), 2u);
  BOOST_CHECK(times[0] == 2s);
  BOOST_CHECK(times[1] == 5s);
}

BOOST_AUTO_TEST_CASE(the_clock_stands_where_a_run_was_to_end) {
  auto begin = w.run.now();
  w.run.run_for(7s);
  BOOST_CHECK(w.run.now() == begin + 7s);
}

BOOST_AUTO_TEST_CASE(a_run_ends_with_its_condition) {
  auto begin = w.run.now();
  auto listener = start_listener(w, a, heard);
  start(w, a, [=](caf::event_based_actor* self) { self->delayed_send(listener, 3s, 1); });
  BOOST_CHECK(w.run.run_until([&] { return !heard.empty(); }, 60s));
  BOOST_CHECK(w.run.now() == begin + 3s);
}

BOOST_AUTO_TEST_CASE(a_condition_that_does_not_come_true_ends_at_the_limit) {
  BOOST_CHECK(!w.run.run_until([] { return false; }, 60s));
}

BOOST_AUTO_TEST_CASE(two_that_never_rest_are_a_livelock) {
  auto echo = [](caf::event_based_actor* self) -> caf::behavior {
    return {[self](int x) { self->send(self, x); }};
  };
  tell(start(w, a, echo), {1});
  BOOST_CHECK_THROW(w.run.run_for(1s), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(many_steps_are_no_livelock_when_time_passes) {
  auto left = simulation::scheduler::most_steps_at_once + 1000;
  auto x = start(w, a, [&](caf::event_based_actor* self) -> caf::behavior {
    return {[&left, self](int x) {
      if (--left > 0)
        self->delayed_send(self, 1ms, x);
    }};
  });
  tell(x, {1});
  w.run.run_for(1h);
  BOOST_CHECK_EQUAL(left, 0u);
}

BOOST_AUTO_TEST_CASE(a_timer_that_was_cancelled_takes_no_time) {
  std::vector<answer> answers;
  auto begin = w.run.now();
  ask(w, a, start_listener(w, a, heard), 1, answers);
  BOOST_CHECK(!w.run.run_until([] { return false; }, 60s));
  BOOST_CHECK_EQUAL(answers.size(), 1u);
  BOOST_CHECK(w.run.now() == begin);
}

// -- whose actors -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_actor_lives_where_it_was_started) {
  auto b = w.net.add_host("b");
  caf::actor child;
  auto parent = start(w, b, [&](caf::event_based_actor* self) {
    child = self->spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
    return caf::behavior{[](int) {}};
  });
  w.run.run_for(0s);
  BOOST_CHECK(w.net.find(parent.id()) == (residence{b, 0}));
  BOOST_CHECK(w.net.find(child.id()) == (residence{b, 0}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
