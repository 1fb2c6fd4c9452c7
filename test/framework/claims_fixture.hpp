#pragma once

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <string>
#include <utility>
#include <vector>

#include "process_fixture.hpp"

/// A framework that claims, beside the real actors.
namespace entente::test {

/// Writes down what it hears; the test says what is to be done.
struct listener_state {
  scheduler_actor::pointer self;
  journal* heard;

  listener_state(scheduler_actor::pointer self_ptr, journal* book) : self(self_ptr), heard(book) {}

  scheduler_actor::behavior_type make_behavior() {
    return {
      [this](const subscribed& x) { heard->add(x); },
      [](const resource_offers&) { /* it wants none */ },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { heard->add(x); },
      [this](const agent_lost& x) { heard->add(x); },
      [this](const claim_granted& x) { heard->add(x); },
      [this](const claim_refused& x) { heard->add(x); },
      [this](const grant_ended& x) { heard->add(x); },
      [this](const grant_recalled& x) { heard->add(x); },
      [this](const pool_changed& x) { heard->add(x); },
      [this](const framework_error& x) { heard->add(x); },
    };
  }
};

using listener_impl = scheduler_actor::stateful_impl<listener_state>;

/// Claims `count` slots of one cpu each.
inline claim slots(const std::string& id, std::uint32_t count) {
  claim result;
  result.id = claim_id{id};
  result.count = count;
  result.limits = parse("cpus:1");
  return result;
}

/// A cluster of two agents with two cpus each, and a framework that has subscribed.
struct claims_fixture : process_fixture {
  explicit claims_fixture(cluster_options options = default_options())
      : process_fixture(std::move(options)) {
    first = start_agent("a1");
    start_agent("a2");
    driver = join(heard);
  }

  static driver_options framework() {
    driver_options options;
    options.info.name = "test";
    options.info.wants_offers = false;
    return options;
  }

  /// Starts a scheduler, and waits until it has subscribed. @returns its driver
  driver_actor join(journal& book, const driver_options& options = framework()) {
    auto result = start(book, options);
    book.framework();
    return result;
  }

  driver_actor start(journal& book, const driver_options& options) {
    scheduler_actor scheduler = system.spawn<listener_impl>(&book);
    started.push_back(caf::actor_cast<caf::actor>(scheduler));
    return spawn_driver(system, scheduler, master_for_frameworks{master}, options);
  }

  void ask_for(const claim& x) { me->send(driver, claim_slots{{}, x, 0}); }

  /// Claims slots, and waits until they are granted.
  grant granted(const claim& x) {
    auto number = heard.count<claim_granted>();
    ask_for(x);
    return heard.heard<claim_granted>(number).grant;
  }

  void launch(const grant& x, std::vector<slot_task> tasks) {
    me->send(driver, launch_on_grant{{}, x.id, std::move(tasks)});
  }

  void release(const grant& x, std::vector<std::uint32_t> ranks = {}) {
    me->send(driver, release_grant{{}, x.id, std::move(ranks), 0});
  }

  agent_actor first;
  driver_actor driver;
};

}  // namespace entente::test
