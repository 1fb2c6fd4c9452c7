// Claims and grants when schedulers and agents come and go, with the real actors in one process.
#include <boost/test/unit_test.hpp>
#include <caf/event_based_actor.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "claims_fixture.hpp"

namespace entente::test {

namespace {

/// Where nothing is said again.
struct taciturn : claims_fixture {
  static cluster_options options() {
    auto result = default_options();
    result.report_interval = 24h;
    return result;
  }
  taciturn() : claims_fixture(options()) {}
};

/// An agent that says who it is when it is asked for output, and does nothing else.
caf::behavior agent_called(const std::string& name) {
  return {[=](const read_output&) {
            return output_chunk{name, 0, false};
          },
          [](const shutdown_framework&) {}};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(coming_and_going, claims_fixture)

BOOST_FIXTURE_TEST_CASE(a_claim_that_is_made_before_the_subscription_is_served, taciturn) {
  driver = start(heard_by_other, framework());
  ask_for(slots("c", 4));
  BOOST_CHECK_EQUAL(heard_by_other.heard<claim_granted>().grant.claim, claim_id{"c"});
}

BOOST_AUTO_TEST_CASE(an_agent_that_ends_is_told_with_the_grants_that_had_slots_there) {
  auto x = granted(slots("c", 4));
  end(caf::actor_cast<caf::actor>(first));
  auto lost = heard.heard<agent_lost>();
  BOOST_CHECK_EQUAL(lost.agent, agent_id{"a1"});
  BOOST_CHECK(lost.grants == std::vector{x.id});
  std::vector<slot_task> tasks;
  for (std::uint32_t rank = 0; rank < 4; ++rank)
    tasks.push_back({rank, task(x.slots[rank].agent.str() + std::to_string(rank), {"true"})});
  launch(x, tasks);
  for (const auto& y : tasks) {
    auto there = x.slots[y.rank].agent != lost.agent;
    BOOST_CHECK(heard.end_of(y.task.id.str()).state ==
                (there ? task_state::finished : task_state::error));
  }
}

BOOST_AUTO_TEST_CASE(a_scheduler_that_comes_back_with_its_id_keeps_its_grants) {
  auto lasting = framework();
  lasting.info.failover_timeout = 1h;
  driver = join(heard_by_other, lasting);
  me->send(driver, claim_slots{{}, slots("c", 4), 0});
  auto x = heard_by_other.heard<claim_granted>().grant;
  launch(x, {{0, endless()}});
  auto process = pid();
  // As if its process had died: no last words to the master.
  me->send_exit(driver, caf::exit_reason::kill);
  me->wait_for(driver);
  lasting.info.id = heard_by_other.framework();
  lasting.grants = {x};
  driver = join(heard, lasting);
  launch(x, {{1, task("u", {"true"})}});
  BOOST_CHECK(heard.end_of("u").state == task_state::finished);
  BOOST_CHECK(is_alive(process));
  release(x);
  BOOST_CHECK(heard.end_of("t").state == task_state::killed);
}

BOOST_AUTO_TEST_CASE(grants_that_a_scheduler_does_not_name_when_it_comes_back_are_free) {
  auto lasting = framework();
  lasting.info.failover_timeout = 1h;
  driver = join(heard_by_other, lasting);
  me->send(driver, claim_slots{{}, slots("c", 4), 0});
  heard_by_other.heard<claim_granted>();
  me->send_exit(driver, caf::exit_reason::kill);
  me->wait_for(driver);
  lasting.info.id = heard_by_other.framework();
  driver = join(heard, lasting);
  BOOST_CHECK_EQUAL(granted(slots("d", 4)).slots.size(), 4u);
}

// -- who says what it must not, or again ------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_that_subscribes_again_before_it_knows_its_id_is_still_one) {
  auto silent = join(heard_by_other, framework());
  auto handle = caf::actor_cast<scheduler_actor>(silent);
  framework_info info;
  info.name = "twice";
  std::vector<framework_id> ids;
  for (auto i = 0; i < 2; ++i)
    me->request(master, limit, subscribe{info}, handle)
      .receive([&](const subscribed& x) { ids.push_back(x.framework); },
               [](const caf::error& x) { BOOST_FAIL(caf::to_string(x)); });
  BOOST_CHECK_EQUAL(ids.at(0), ids.at(1));
}

BOOST_AUTO_TEST_CASE(nobody_else_can_unregister_an_agent) {
  auto agents = [this] { return ask<cluster_view>(query{listing::agents}).agents.size(); };
  auto before = agents();
  me->send(master, unregister_agent{agent_id{"a1"}});
  BOOST_CHECK_EQUAL(agents(), before);
}

BOOST_AUTO_TEST_CASE(an_agent_of_an_earlier_life_is_refused_and_the_later_one_is_still_reached) {
  register_agent x;
  x.info.id = agent_id{"a3"};
  task_entry running;
  running.id = task_id{"t"};
  running.framework = heard.framework();
  running.last.state = task_state::running;
  x.tasks = {running};
  auto is_taken = [&](const std::string& name, std::uint64_t life) {
    auto taken = false;
    x.life = life;
    auto handle = started.emplace_back(system.spawn([=] { return agent_called(name); }));
    me->request(master, limit, x, caf::actor_cast<agent_actor>(handle))
      .receive([&](const agent_registered&) { taken = true; },
               [](const caf::error& y) { BOOST_CHECK(y == caf::sec::invalid_argument); });
    return taken;
  };
  BOOST_CHECK(is_taken("later", 2));
  BOOST_CHECK(!is_taken("earlier", 1));
  BOOST_CHECK_EQUAL(ask<output_chunk>(read_output{{}, running.id}).bytes, "later");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
