// A driver that looks for its master at several addresses. Time stands still unless a test advances
// it.
#include <boost/test/unit_test.hpp>
#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/framework/driver.hpp"
#include "actors/transport/connector_impl.hpp"
#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

struct fixture {
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::map<std::string, caf::actor> listening;  ///< masters, by host
  std::string stranger;                         ///< the host where something else listens
  std::string tried;                            ///< hosts, in their order
  std::size_t subscriptions = 0;
  std::vector<std::string> errors;
  caf::actor listener;
  caf::actor connector;

  fixture() {
    connector = system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](caf::connect_atom, const std::string& host, std::uint16_t) {
        return connect(host);
      }};
    });
    system.registry().put(std::string{connector_name}, connector);
    listener = system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const subscribed&) { ++subscriptions; },
              [this](const framework_error& x) { errors.push_back(x.message); }};
    });
  }

  ~fixture() {
    for (auto& [host, x] : listening)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    caf::anon_send_exit(listener, caf::exit_reason::kill);
    caf::anon_send_exit(connector, caf::exit_reason::kill);
    system.registry().erase(std::string{connector_name});
    pass(2h);
  }

  caf::result<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>
  connect(const std::string& host) {
    tried += host;
    auto i = listening.find(host);
    if (i == listening.end())
      return caf::make_error(caf::sec::runtime_error, "refused");
    using interface = std::set<std::string>;
    return {system.node(), caf::actor_cast<caf::strong_actor_ptr>(i->second),
            host == stranger ? interface{} : system.message_types<master_for_frameworks>()};
  }

  void listen_at(const std::string& host) {
    listening[host] = system.spawn([](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(caf::drop);
      return {[](const subscribe&, const scheduler_actor&) {
        return subscribed{framework_id{"f"}, "test", 1h};
      }};
    });
  }

  void end_at(const std::string& host) {
    caf::anon_send_exit(listening.at(host), caf::exit_reason::kill);
    listening.erase(host);
    scheduler.run();
  }

  void pass(std::chrono::milliseconds time) {
    scheduler.run();
    scheduler.advance_time(time);
    scheduler.run();
  }

  void start(std::chrono::milliseconds patience) {
    driver_options options;
    options.info.name = "test";
    options.patience = patience;
    options.patience_with_known = 1h;
    spawn_driver(system, caf::actor_cast<scheduler_actor>(listener),
                 std::vector<endpoint>{{"a", 1}, {"b", 2}, {"c", 3}}, options);
    scheduler.run();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(several_addresses, fixture)

BOOST_AUTO_TEST_CASE(a_master_at_any_of_the_addresses_is_found_at_once) {
  listen_at("c");
  start(0s);
  BOOST_CHECK_EQUAL(tried, "abc");
  BOOST_CHECK_EQUAL(subscriptions, 1u);
}

BOOST_AUTO_TEST_CASE(when_none_does_there_is_a_pause_before_all_are_tried_again) {
  start(1h);
  BOOST_CHECK_EQUAL(tried, "abc");
  pass(40ms);
  BOOST_CHECK_EQUAL(tried, "abc");
  pass(60ms);
  BOOST_CHECK_EQUAL(tried, "abcabc");
}

BOOST_AUTO_TEST_CASE(a_driver_without_patience_gives_up_naming_each_address_and_why) {
  start(0s);
  BOOST_CHECK_EQUAL(tried, "abc");
  BOOST_REQUIRE_EQUAL(errors.size(), 1u);
  BOOST_CHECK_EQUAL(errors[0], "cannot reach the master at a:1: refused, nor at b:2: refused, nor "
                               "at c:3: refused");
}

BOOST_AUTO_TEST_CASE(a_driver_goes_on_with_a_master_that_has_moved_to_another_address) {
  listen_at("b");
  start(0s);
  BOOST_CHECK_EQUAL(tried, "ab");
  end_at("b");
  listen_at("a");
  pass(100ms);
  BOOST_CHECK_EQUAL(tried, "abbca");
  end_at("a");
  listen_at("a");
  pass(100ms);
  BOOST_CHECK_EQUAL(tried, "abbcaa");
  BOOST_CHECK(errors.empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_a_master_is_passed_over) {
  listen_at("a");
  stranger = "a";
  listen_at("b");
  start(0s);
  BOOST_CHECK_EQUAL(tried, "ab");
  BOOST_CHECK_EQUAL(subscriptions, 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
