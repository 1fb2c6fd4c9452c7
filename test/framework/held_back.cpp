// A master that agents come to faster than it takes them in. Time stands still unless a test
// advances it.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/master/master.hpp"
#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

/// A master that takes in two agents a second.
struct fixture {
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::vector<log_event> logged;
  std::map<std::string, caf::actor> agents;
  std::optional<agent_registered> answer;
  master_actor master;

  fixture() {
    cluster_options options;
    options.id_prefix = "m";
    options.registration_rate = 2;
    options.agent_timeout = 10s;
    auto from = std::make_shared<const std::atomic<log_level>>(log_level::info);
    master = spawn_master(system, options, event_log{"master", from, [this](const log_event& x) {
                                                       if (x.name.find("held_back") != x.name.npos)
                                                         logged.push_back(x);
                                                     }});
    scheduler.run();
  }

  ~fixture() {
    for (auto& [name, x] : agents)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    caf::anon_send_exit(master, caf::exit_reason::kill);
    scheduler.run();
  }

  caf::behavior behavior(caf::event_based_actor* self, std::string name) {
    self->set_default_handler(caf::drop);
    return {[this, self, name](caf::publish_atom, std::uint32_t newest) {
      register_agent call;
      call.info.id = agent_id{name};
      call.info.total = std::get<resources>(resources::parse("cpus:1"));
      call.life = 1;
      call.protocol = {1, newest};
      self->request(master, 10s, call, caf::actor_cast<agent_actor>(self))
        .then([this](const agent_registered& x) { answer = x; });
    }};
  }

  /// What the master answers to the agent of that name.
  agent_registered ask(const std::string& name, std::uint32_t newest = spoken_protocol.newest) {
    auto& agent = agents[name];
    if (!agent)
      agent =
        system.spawn([this, name](caf::event_based_actor* self) { return behavior(self, name); });
    answer.reset();
    caf::anon_send(agent, caf::publish_atom_v, newest);
    scheduler.run();
    BOOST_REQUIRE(answer);
    return *answer;
  }

  bool admits(const std::string& name) { return ask(name).admitted; }

  void lose(const std::string& name) {
    caf::anon_send_exit(agents.at(name), caf::exit_reason::kill);
    scheduler.run();
    agents.erase(name);
  }

  void pass(std::chrono::milliseconds time) {
    scheduler.advance_time(time);
    scheduler.run();
  }

  /// `NAME STATE, NAME STATE`, as the master lists them.
  std::string listed() {
    std::string text;
    auto asker = system.spawn([&](caf::event_based_actor* self) {
      self->request(master, 10s, query{listing::agents}).then([&](const cluster_view& view) {
        for (const auto& x : view.agents)
          text +=
            (text.empty() ? "" : ", ") + x.info.id.str() + ' ' + std::string{to_string(x.state)};
      });
    });
    scheduler.run();
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(held_back, fixture)

BOOST_AUTO_TEST_CASE(agents_beyond_the_rate_are_told_when_to_come_and_taken_in_then) {
  BOOST_CHECK(admits("a"));
  BOOST_CHECK(admits("b"));
  auto no = ask("c");
  BOOST_CHECK(!no.admitted);
  BOOST_CHECK(no.again_in == 500ms);
  BOOST_CHECK(no.protocol == spoken_protocol);
  BOOST_CHECK(ask("d").again_in == 1s);
  BOOST_CHECK_EQUAL(listed(), "a registered, b registered");
  pass(500ms);
  BOOST_CHECK(admits("c"));
  BOOST_CHECK(!admits("d"));
  pass(500ms);
  BOOST_CHECK(admits("d"));
  BOOST_CHECK_EQUAL(listed(), "a registered, b registered, c registered, d registered");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_registered_is_never_held_back) {
  BOOST_CHECK(admits("a"));
  BOOST_CHECK(admits("b"));
  BOOST_CHECK(!admits("c"));
  for (int i = 0; i < 10; ++i)
    BOOST_CHECK(admits("a"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_know_of_it_is_never_held_back) {
  for (const auto* name : {"a", "b", "c", "d"})
    BOOST_CHECK(ask(name, 1).admitted);
  BOOST_CHECK(!admits("e"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_waits_for_its_turn_is_not_taken_for_lost) {
  admits("a");
  pass(1h);
  admits("a");
  lose("a");
  admits("b");
  admits("c");
  pass(9500ms);
  admits("d");
  admits("e");
  BOOST_CHECK(!admits("a"));
  pass(500ms);
  BOOST_CHECK(listed().starts_with("a disconnected"));
  BOOST_CHECK(admits("a"));
  BOOST_CHECK(listed().starts_with("a registered"));
}

BOOST_AUTO_TEST_CASE(that_agents_are_held_back_is_logged_when_it_begins_and_when_it_ends) {
  for (const auto* name : {"a", "b", "c", "d"})
    ask(name);
  BOOST_REQUIRE_EQUAL(logged.size(), 1u);
  BOOST_CHECK(
    (logged[0] ==
     log_event{log_level::warn, "agents_held_back", {{"registration_rate", "2"}}, "master"}));
  pass(1s);
  ask("c");
  pass(10s);  // "d" never comes.
  BOOST_REQUIRE_EQUAL(logged.size(), 2u);
  BOOST_CHECK_EQUAL(logged[1].name, "agents_not_held_back");
  BOOST_CHECK(
    (logged[1].fields ==
     log_fields{{"held_back", "2"}, {"not_come", "1"}, {"longest_wait", "1s"}, {"lasted", "11s"}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
