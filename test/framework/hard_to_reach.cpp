// Drivers and agents whose master is dead, slow or silent. Time stands still unless a test advances
// it, so what happens is the same in every run.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/agent/agent.hpp"
#include "actors/framework/driver.hpp"
#include "support/idle_runner.hpp"
#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// How a master answers reports, and when it was asked.
struct far_master {
  static constexpr milliseconds never = 1000h;

  caf::actor handle;
  milliseconds delay{0};  ///< from the question to the answer's arrival
  milliseconds again_in = 1h;
  bool admits = true;               ///< agents
  std::vector<milliseconds> asked;  ///< since the test began
  std::size_t launches = 0;

  caf::behavior behavior(caf::event_based_actor* self, caf::actor_clock::time_point begin) {
    return {[=, this](const subscribe&, const scheduler_actor&) {
              note(self->clock().now() - begin);
              return answer(self, subscribed{framework_id{"f"}, "test", again_in});
            },
            [=, this](const register_agent& x, const agent_actor&) {
              note(self->clock().now() - begin);
              return answer(self, agent_registered{x.info.id, {}, {}, again_in, admits});
            },
            [this](const launch_on_grant&) { ++launches; }, [](const unregister_agent&) {},
            [](const teardown&) {}};
  }

  void note(caf::actor_clock::duration_type time) {
    asked.push_back(std::chrono::duration_cast<milliseconds>(time));
  }

  template <class Answer>
  caf::result<Answer> answer(caf::event_based_actor* self, Answer x) const {
    auto promise = self->make_response_promise<Answer>();
    if (delay == 0ms)
      promise.deliver(std::move(x));
    else
      self->run_delayed(delay, [promise, x = std::move(x)]() mutable { promise.deliver(x); });
    return promise;
  }
};

struct fixture {
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  const caf::actor_clock::time_point begin = scheduler.clock().now();
  std::size_t subscriptions = 0;  ///< that the scheduler was told of
  std::vector<std::string> errors;
  far_master first;
  far_master second;
  std::vector<std::string> logged;  ///< by the agent, without its start
  std::vector<caf::actor> started;

  fixture() {
    for (auto* x : {&first, &second})
      x->handle = keep(
        system.spawn([this, x](caf::event_based_actor* self) { return x->behavior(self, begin); }));
  }

  /// Of actors that are still there, too: they would keep the system from its end.
  ~fixture() {
    for (const auto& x : started)
      end(x);
    scheduler.advance_time(2 * far_master::never);
    scheduler.run();
  }

  caf::actor keep(caf::actor x) { return started.emplace_back(std::move(x)); }

  void end(const caf::actor& x) {
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    scheduler.run();
  }

  void pass(milliseconds time) {
    constexpr auto step = 50ms;
    for (scheduler.run(); time > 0ms; time -= step) {
      scheduler.advance_time(step);
      scheduler.run();
    }
  }

  driver_actor start_driver(milliseconds patience = 1h) {
    auto listener = keep(system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const subscribed&) { ++subscriptions; },
              [this](const framework_error& x) { errors.push_back(x.message); }};
    }));
    driver_options options;
    options.info.name = "test";
    options.patience = patience;
    auto result = spawn_driver(system, caf::actor_cast<scheduler_actor>(listener),
                               caf::actor_cast<master_for_frameworks>(first.handle), options);
    scheduler.run();
    return result;
  }

  void start_agent() {
    agent_options options;
    options.info.id = agent_id{"a1"};
    options.runner = [](const auto&) { return std::make_unique<idle_runner>(); };
    auto from = std::make_shared<const std::atomic<log_level>>(log_level::info);
    options.log = event_log{"agent", from, [this](const log_event& x) {
                              if (x.name != "agent_started" && x.name != "agent_stopping")
                                logged.push_back(x.name);
                            }};
    auto master = caf::actor_cast<master_for_agents>(first.handle);
    keep(caf::actor_cast<caf::actor>(spawn_agent(system, master, options)));
    scheduler.run();
  }

  void tell_of_second(const driver_actor& driver) {
    caf::anon_send(driver, caf::connect_atom_v,
                   caf::actor_cast<master_for_frameworks>(second.handle));
    scheduler.run();
  }
};

using times = std::vector<milliseconds>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hard_to_reach, fixture)

// -- a long way ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_driver_hears_an_answer_that_its_first_time_outs_are_too_short_for) {
  first.delay = 3s;
  start_driver();
  pass(1min);
  BOOST_CHECK((first.asked == times{0s, 1s, 3s}));
  BOOST_CHECK_EQUAL(subscriptions, 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_hears_an_answer_that_its_first_time_outs_are_too_short_for) {
  first.delay = 3s;
  start_agent();
  pass(1min);
  BOOST_CHECK((first.asked == times{0s, 1s, 3s}));
}

BOOST_AUTO_TEST_CASE(the_time_out_of_a_driver_doubles_up_to_half_a_minute) {
  first.again_in = 20s;
  start_driver();
  first.delay = far_master::never;
  pass(130s);
  BOOST_CHECK((first.asked == times{0s, 20s, 40s, 70s, 100s, 130s}));
  BOOST_CHECK(errors.empty());
}

BOOST_AUTO_TEST_CASE(a_launch_is_not_said_again_while_the_way_is_long) {
  first.again_in = 20s;
  auto driver = start_driver();
  launch_on_grant launch;
  launch.grant = grant_id{"g"};
  launch.tasks.emplace_back().task.id = task_id{"t"};
  caf::anon_send(driver, launch);
  pass(10s);
  BOOST_CHECK_EQUAL(first.launches, 1u);
  first.delay = far_master::never;
  pass(120s);  // of which the first report says it again, as nothing has been heard of it
  BOOST_CHECK_EQUAL(first.asked.size(), 6u);
  BOOST_CHECK_EQUAL(first.launches, 2u);
  first.delay = 0ms;
  pass(60s);
  BOOST_CHECK_GT(first.launches, 2u);
}

BOOST_AUTO_TEST_CASE(the_time_out_of_an_agent_doubles_up_to_half_a_minute) {
  first.delay = far_master::never;
  start_agent();
  pass(91s);
  BOOST_CHECK((first.asked == times{0s, 1s, 3s, 7s, 15s, 31s, 61s, 91s}));
}

// -- a master that has too much to do ---------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_is_held_back_asks_again_when_it_was_told_and_is_not_registered) {
  first.admits = false;
  first.again_in = 7s;
  start_agent();
  pass(10s);
  BOOST_CHECK((first.asked == times{0s, 7s}));
  BOOST_CHECK(logged.empty());
  first.admits = true;
  first.again_in = 1h;
  pass(1min);
  BOOST_CHECK((first.asked == times{0s, 7s, 14s}));
  BOOST_CHECK((logged == std::vector<std::string>{"registered"}));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_to_come_again_soon_waits_for_the_answer_no_less_long) {
  first.admits = false;
  first.again_in = 50ms;
  first.delay = 500ms;
  start_agent();
  pass(1200ms);
  BOOST_CHECK((first.asked == times{0s, 550ms, 1100ms}));
}

// -- a master that was dead when the driver began ---------------------------------------

BOOST_AUTO_TEST_CASE(a_driver_stays_with_the_master_that_it_was_told_of_between_two_attempts) {
  end(first.handle);
  auto driver = start_driver();
  BOOST_CHECK_EQUAL(subscriptions, 0u);
  tell_of_second(driver);
  BOOST_CHECK_EQUAL(subscriptions, 1u);
  pass(1min);
  BOOST_CHECK((second.asked == times{0s}));
}

BOOST_AUTO_TEST_CASE(a_driver_returns_to_the_master_that_it_was_told_of_and_not_to_a_dead_one) {
  end(first.handle);
  auto driver = start_driver();
  second.delay = far_master::never;
  tell_of_second(driver);
  pass(1min);
  BOOST_CHECK((second.asked == times{0s, 1s, 3s, 7s, 15s, 31s}));
  second.delay = 0ms;
  pass(1min);
  BOOST_CHECK_EQUAL(second.asked.size(), 7u);
  BOOST_CHECK_EQUAL(subscriptions, 1u);
  BOOST_CHECK(errors.empty());
}

BOOST_AUTO_TEST_CASE(what_a_driver_has_borne_of_a_dead_master_does_not_count_against_the_next) {
  end(first.handle);
  auto driver = start_driver(30s);
  second.delay = far_master::never;
  tell_of_second(driver);
  pass(65s);
  BOOST_CHECK(errors.empty());
  second.delay = 0ms;
  pass(1min);
  BOOST_CHECK_EQUAL(subscriptions, 1u);
  BOOST_CHECK(errors.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
