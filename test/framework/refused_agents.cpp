// Agents that their master refuses: for what they are, or for what they speak, which may pass.
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "actors/agent/agent.hpp"
#include "actors/master/master.hpp"
#include "messages/error_text.hpp"
#include "support/idle_runner.hpp"
#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

struct fixture {
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());

  /// What a master says to an agent that registers so.
  caf::error answer_to(register_agent call) {
    cluster_options options;
    options.id_prefix = "m";
    auto master = spawn_master(system, options);
    std::optional<caf::error> answer;
    auto agent = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(caf::drop);
      self->request(master, 10s, call, caf::actor_cast<agent_actor>(self))
        .then([](const agent_registered&) {}, [&](const caf::error& x) { answer = x; });
      return {[](caf::publish_atom) {}};
    });
    scheduler.run();
    end(agent);
    end(caf::actor_cast<caf::actor>(master));
    BOOST_REQUIRE(answer);
    return *answer;
  }

  /// What an agent ends with that is refused so.
  caf::error end_after(const caf::error& refusal) {
    auto master = system.spawn([&](caf::event_based_actor*) -> caf::behavior {
      return {[&](const register_agent&, const agent_actor&) -> caf::result<agent_registered> {
                return refusal;
              },
              [](const unregister_agent&) {}};
    });
    agent_options options;
    options.info.id = agent_id{"a"};
    options.outlives_master = true;
    options.runner = [](const auto&) { return std::make_unique<idle_runner>(); };
    auto agent =
      spawn_agent(system, caf::actor_cast<master_for_agents>(master), std::move(options));
    std::optional<caf::error> reason;
    auto watcher = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
      self->monitor(agent);
      self->set_down_handler([&](const caf::down_msg& x) { reason = x.reason; });
      return {[](caf::publish_atom) {}};
    });
    scheduler.run();
    end(watcher);
    end(caf::actor_cast<caf::actor>(agent));
    end(master);
    BOOST_REQUIRE(reason);
    return *reason;
  }

  void end(const caf::actor& x) {
    caf::anon_send_exit(x, caf::exit_reason::kill);
    scheduler.run();
  }
};

register_agent agent_that_speaks(protocol_range range) {
  register_agent call;
  call.info.id = agent_id{"a"};
  call.life = 1;
  call.protocol = range;
  return call;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(refused_agents, fixture)

BOOST_AUTO_TEST_CASE(one_that_speaks_another_protocol_is_told_that_this_is_the_reason) {
  auto newer = spoken_protocol.newest + 1;
  auto answer = answer_to(agent_that_speaks({newer, newer}));
  BOOST_CHECK(answer == caf::sec::incompatible_versions);
  BOOST_CHECK(error_text(answer).find("do not understand each other") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_is_wrong_itself_is_told_so) {
  auto nameless = agent_that_speaks(spoken_protocol);
  nameless.info.id = {};
  BOOST_CHECK(answer_to(nameless) == caf::sec::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_agent_ends_with_what_it_is_refused_for) {
  for (auto code : {caf::sec::invalid_argument, caf::sec::incompatible_versions}) {
    auto reason = end_after(caf::make_error(code, "you are wrong"));
    BOOST_CHECK(reason == code);
    BOOST_CHECK_EQUAL(error_text(reason), "the master refuses this agent: you are wrong");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
