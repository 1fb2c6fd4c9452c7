// What the driver passes on, between a scheduler and a master that only answers.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "claims_fixture.hpp"

namespace entente::test {

namespace {

/// Writes down who asks for what.
struct master_state {
  master_for_frameworks::pointer self;
  bool subscribes;
  std::vector<reserve_resources>* reserved;
  std::vector<unreserve_resources>* unreserved;
  std::vector<acknowledge>* acknowledged;

  master_state(master_for_frameworks::pointer self_ptr, bool answers,
               std::vector<reserve_resources>* reserve, std::vector<unreserve_resources>* unreserve,
               std::vector<acknowledge>* acknowledges)
      : self(self_ptr),
        subscribes(answers),
        reserved(reserve),
        unreserved(unreserve),
        acknowledged(acknowledges) {}

  master_for_frameworks::behavior_type make_behavior() {
    return {
      [](const accept_offers&) {},
      [](const decline_offers&) {},
      [](const revive_offers&) {},
      [](const suppress_offers&) {},
      [](const claim_slots&) {},
      [](const withdraw_claim&) {},
      [](const launch_on_grant&) {},
      [](const release_grant&) {},
      [](const kill_task&) {},
      [](const reconcile_tasks&) {},
      [this](const reserve_resources& x) { return on_reserve(x); },
      [this](const unreserve_resources& x) { unreserved->push_back(x); },
      [](const teardown&) {},
      [](const read_output&) { return output_chunk{}; },
      [this](const subscribe&, const scheduler_actor&) { return on_subscribe(); },
      [this](const acknowledge& x) { acknowledged->push_back(x); },
    };
  }

  caf::result<void> on_reserve(const reserve_resources& x) {
    reserved->push_back(x);
    if (x.role == "ops")
      return caf::make_error(caf::sec::invalid_argument, "not a role of the framework");
    return caf::unit;
  }

  caf::result<subscribed> on_subscribe() {
    if (subscribes)
      return subscribed{framework_id{"f"}, "test"};
    return self->make_response_promise<subscribed>();  // It is never kept.
  }
};

using master_impl = master_for_frameworks::stateful_impl<master_state>;

struct fixture {
  ~fixture() {
    for (const auto& x : started) {
      me->send_exit(x, caf::exit_reason::user_shutdown);
      me->wait_for(x);
    }
  }

  /// Starts a scheduler and a master. @returns the scheduler's driver
  driver_actor start(bool subscribes = true) {
    master_for_frameworks master =
      system.spawn<master_impl>(subscribes, &reserved, &unreserved, &acknowledged);
    scheduler_actor scheduler = system.spawn<listener_impl>(&heard);
    started = {caf::actor_cast<caf::actor>(scheduler), caf::actor_cast<caf::actor>(master)};
    auto driver = spawn_driver(system, scheduler, master, {});
    if (subscribes)
      heard.framework();
    return driver;
  }

  /// What the call is answered; empty if it is done.
  template <class Call>
  std::string ask(const driver_actor& driver, Call call) {
    std::string problem;
    me->request(driver, limit, std::move(call))
      .receive([] {}, [&](const caf::error& x) { problem = caf::to_string(x); });
    return problem;
  }

  void update(const driver_actor& driver, const std::string& task, std::uint64_t sequence,
              task_state state) {
    status_update x;
    x.agent = agent_id{"a"};
    x.task = task_id{task};
    x.sequence = sequence;
    x.state = state;
    me->send(driver, std::move(x));
  }

  /// Claims, and is granted, a slot.
  void hold(const driver_actor& driver, const std::string& id) {
    me->send(driver, claim_slots{{}, slots("c-" + id, 1), 0});
    grant x{grant_id{id}, claim_id{"c-" + id}, "", {}, {{agent_id{"a"}, "here", 0, {}}}};
    me->send(driver, claim_granted{x});
  }

  std::vector<reserve_resources> reserved;
  std::vector<unreserve_resources> unreserved;
  std::vector<acknowledge> acknowledged;
  journal heard;
  system_config cfg;
  caf::actor_system system{cfg};
  caf::scoped_actor me{system};
  std::vector<caf::actor> started;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(driver, fixture)

BOOST_AUTO_TEST_CASE(reservations_are_passed_on_in_the_name_of_the_framework) {
  auto x = start();
  BOOST_CHECK_EQUAL(ask(x, reserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:2")}), "");
  BOOST_CHECK_EQUAL(ask(x, unreserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:1")}), "");
  const framework_id f{"f"};
  const reserve_resources kept{f, agent_id{"a"}, "eng", parse("cpus:2")};
  const unreserve_resources given_back{f, agent_id{"a"}, "eng", parse("cpus:1")};
  BOOST_CHECK(reserved == std::vector{kept});
  BOOST_CHECK(unreserved == std::vector{given_back});
}

BOOST_AUTO_TEST_CASE(the_scheduler_is_told_why_a_reservation_is_refused) {
  auto problem = ask(start(), reserve_resources{{}, agent_id{"a"}, "ops", parse("cpus:2")});
  BOOST_CHECK(problem.find("not a role of the framework") != problem.npos);
}

BOOST_AUTO_TEST_CASE(a_framework_that_has_not_subscribed_is_not_taken_for_an_operator) {
  auto x = start(false);
  auto problem = ask(x, reserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:2")});
  BOOST_CHECK_NE(problem, "");
  BOOST_CHECK(reserved.empty());
}

BOOST_AUTO_TEST_CASE(tasks_that_are_launched_before_the_framework_has_subscribed_are_dropped) {
  auto x = start(false);
  task_info task;
  task.id = task_id{"t"};
  me->send(x, accept_offers{{}, {}, {task}, 0ms});
  heard.end_of("t");
  BOOST_CHECK_EQUAL(heard.states_of("t"), "DROPPED");
}

BOOST_AUTO_TEST_CASE(a_recall_is_told_once_and_only_of_a_grant_that_is_held) {
  auto x = start();
  hold(x, "g");
  for (auto i = 0; i < 2; ++i)
    me->send(x, grant_recalled{grant_id{"g"}, "eng is short", 30s});
  me->send(x, grant_recalled{grant_id{"elsewhere"}, "eng is short", 30s});
  hold(x, "h");
  me->send(x, grant_recalled{grant_id{"h"}, "ops is short", 10s});
  BOOST_CHECK(
    (heard.heard<grant_recalled>(0) == grant_recalled{grant_id{"g"}, "eng is short", 30s}));
  BOOST_CHECK(
    (heard.heard<grant_recalled>(1) == grant_recalled{grant_id{"h"}, "ops is short", 10s}));
  BOOST_CHECK_EQUAL(heard.count<grant_recalled>(), 2u);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_task_that_was_told_lost_is_acknowledged_and_not_told) {
  auto x = start();
  update(x, "t", 0, task_state::lost);
  update(x, "t", 2, task_state::finished);
  update(x, "u", 0, task_state::lost);
  BOOST_CHECK_EQUAL(ask(x, reserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:2")}), "");
  heard.end_of("u");
  BOOST_CHECK_EQUAL(heard.states_of("t"), "LOST");
  const acknowledge expected{framework_id{"f"}, agent_id{"a"}, task_id{"t"}, 2};
  BOOST_CHECK(acknowledged == std::vector{expected});
}

BOOST_AUTO_TEST_CASE(a_task_that_is_launched_under_the_id_of_a_lost_one_is_heard_of) {
  auto x = start();
  update(x, "t", 0, task_state::lost);
  task_info task;
  task.id = task_id{"t"};
  me->send(x, accept_offers{{}, {}, {task}, 0ms});
  update(x, "t", 1, task_state::running);
  update(x, "u", 0, task_state::lost);
  heard.end_of("u");
  BOOST_CHECK_EQUAL(heard.states_of("t"), "LOST RUNNING");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
