// What outlives the master: a cluster that takes up what another one has had written down.
#include <boost/test/unit_test.hpp>

#include "cluster_fixture.hpp"

namespace entente::test {

namespace {

const wall_time noon{1'700'000'000s};

struct fixture : cluster_fixture {
  fixture() {
    written.cluster = "lab";
    start();
    report(a1);
  }

  /// A master that takes up what is written, at this time of both clocks.
  void start(time_point at = t0) {
    now = at;
    auto with = options("m" + std::to_string(++written.lives));
    with.agent_timeout = 60s;
    with.roles = {{"eng", {2, parse("cpus:1"), {}, false}}};
    start_anew(with);
    book.remember(written, now, noon + std::chrono::floor<std::chrono::milliseconds>(now - t0));
    book.is_now(now);
  }

  /// What is new is safe, and the next master starts after a while.
  void restart(std::chrono::milliseconds later = 0ms) {
    write();
    start(now + later);
  }

  /// @returns how many changes there were
  std::size_t write() {
    auto changes = book.take_changes();
    for (const auto& x : changes)
      apply(written, x);
    return changes.size();
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    book.is_now(now);
    book.expire(now);
  }

  std::variant<agent_registered, refusal> try_report(const agent_id& id,
                                                     const std::string& process = "p") {
    return book.report(agents.at(id), now, process);
  }
  void report(const agent_id& id) {
    BOOST_REQUIRE(std::holds_alternative<agent_registered>(try_report(id)));
  }

  template <class Call>
  void must(const Call& call) {
    auto no = change(call);
    BOOST_REQUIRE_MESSAGE(!no, (no ? no->message : ""));
  }
  template <class Call>
  std::optional<refusal> change(const Call& call) {
    if constexpr (requires { book.change(call, now); })
      return book.change(call, now);
    else
      return book.change(call);
  }

  agent_entry agent(const agent_id& id) {
    for (auto& x : book.view({listing::agents}).agents)
      if (x.info.id == id)
        return std::move(x);
    BOOST_FAIL("no agent " + id.str());
    return {};
  }
  agent_state state_of(const agent_id& id) { return agent(id).state; }

  role_entry role(const std::string& name) {
    for (auto& x : book.view({listing::roles}).roles)
      if (x.name == name)
        return std::move(x);
    return {};
  }

  std::vector<framework_entry> frameworks() { return book.view({listing::frameworks}).frameworks; }

  registry_state written;
  time_point now = t0;
};

std::string message_of(const std::variant<agent_registered, refusal>& x) {
  auto* no = std::get_if<refusal>(&x);
  return no ? no->message : "it was taken in";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_memory, fixture)

// -- roles --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_calls_have_set_for_a_role_counts_more_than_the_options) {
  must(set_quota{"eng", parse("cpus:2"), parse("cpus:3"), true});
  must(set_weight{"eng", 5});
  restart();
  BOOST_CHECK_EQUAL(role("eng").guarantee, parse("cpus:2"));
  BOOST_CHECK_EQUAL(role("eng").limit, parse("cpus:3"));
  BOOST_CHECK_EQUAL(role("eng").weight, 5);
}

BOOST_AUTO_TEST_CASE(what_no_call_has_set_is_as_in_the_options) {
  must(set_weight{"eng", 5});
  restart();
  BOOST_CHECK_EQUAL(role("eng").guarantee, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_quota_of_the_options_that_a_call_has_taken_away_stays_away) {
  must(remove_quota{"eng"});
  restart();
  BOOST_CHECK(role("eng").guarantee.empty());
  BOOST_CHECK_EQUAL(role("eng").weight, 2);
}

BOOST_AUTO_TEST_CASE(a_refused_call_is_not_written_down) {
  write();
  BOOST_CHECK(change(set_weight{"eng", -1}));
  BOOST_CHECK(change(drain_agent{a2}));
  BOOST_CHECK(change(reserve_resources{{}, a1, "eng", parse("cpus:9")}));
  BOOST_CHECK_EQUAL(write(), 0);
}

// -- reservations -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(reservations_come_back_with_their_agent) {
  must(reserve_resources{{}, a1, "eng", parse("cpus:2;mem:64")});
  must(unreserve_resources{{}, a1, "eng", parse("cpus:1")});
  restart();
  report(a1);
  BOOST_CHECK_EQUAL(agent(a1).reservations.at("eng"), parse("cpus:1;mem:64"));
  must(unreserve_resources{{}, a1, "eng", parse("cpus:1;mem:64")});
  restart();
  report(a1);
  BOOST_CHECK(agent(a1).reservations.empty());
}

// Of all agents, one is back first.
BOOST_AUTO_TEST_CASE(reservations_come_back_though_guarantees_are_not_met_yet) {
  add_agent(a2);
  must(set_quota{"ops", parse("cpus:6"), {}, true});
  must(reserve_resources{{}, a1, "eng", parse("cpus:2")});
  restart();
  report(a1);
  BOOST_CHECK_EQUAL(agent(a1).reservations.at("eng"), parse("cpus:2"));
  write();
  BOOST_CHECK_EQUAL(written.reservations.size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_that_could_not_be_reached_still_has_its_reservations) {
  must(reserve_resources{{}, a1, "eng", parse("cpus:2")});
  pass(61s);
  BOOST_REQUIRE(state_of(a1) == agent_state::unreachable);
  report(a1);
  BOOST_CHECK_EQUAL(agent(a1).reservations.at("eng"), parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_has_ended_in_order_has_its_reservations_when_it_is_back) {
  must(reserve_resources{{}, a1, "eng", parse("cpus:2")});
  book.remove_agent(a1, now);
  restart();
  ++agents.at(a1).life;
  agents.at(a1).recovered = true;
  report(a1);
  BOOST_CHECK_EQUAL(agent(a1).reservations.at("eng"), parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(reservations_of_an_agent_that_is_gone_are_forgotten) {
  must(reserve_resources{{}, a1, "eng", parse("cpus:2")});
  must(drain_agent{a1, std::nullopt, true});
  write();
  BOOST_CHECK(written.reservations.empty());
}

BOOST_AUTO_TEST_CASE(reservations_of_an_agent_that_has_less_now_are_given_up) {
  must(reserve_resources{{}, a1, "eng", parse("cpus:4")});
  restart();
  agents.at(a1).info.total = parse("cpus:1;mem:1024");
  report(a1);
  BOOST_CHECK(agent(a1).reservations.empty());
  write();
  BOOST_CHECK(written.reservations.empty());
}

// -- agents -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_is_waited_for_and_is_unreachable_if_it_does_not_come) {
  agents[a2] = agents.at(a1);
  agents[a2].info.id = a2;
  report(a2);
  auto framework = add_framework(1h);
  restart();
  BOOST_CHECK(state_of(a2) == agent_state::disconnected);
  report(a1);
  add_framework(1h, framework);
  book.take_effects();
  pass(59s);
  report(a1);
  BOOST_CHECK(state_of(a2) == agent_state::disconnected);
  pass(2s);
  BOOST_CHECK(state_of(a1) == agent_state::registered);
  BOOST_CHECK(state_of(a2) == agent_state::unreachable);
  auto lost = told<agent_lost>();
  BOOST_REQUIRE_EQUAL(lost.size(), 1);
  BOOST_CHECK_EQUAL(lost[0].agent, a2);
  restart();
  BOOST_CHECK(state_of(a2) == agent_state::unreachable);
}

BOOST_AUTO_TEST_CASE(agents_are_waited_for_longer_while_one_of_them_is_held_back) {
  agents[a2] = agents.at(a1);
  agents[a2].info.id = a2;
  report(a2);
  restart();
  report(a1);
  book.hold_back(agent_id{"new"}, now + 1h);
  pass(59s);
  book.hold_back(a2, now + 10s);
  pass(69s);
  BOOST_CHECK(state_of(a2) == agent_state::disconnected);
  pass(2s);
  BOOST_CHECK(state_of(a2) == agent_state::unreachable);
}

BOOST_AUTO_TEST_CASE(while_no_agent_can_come_none_is_unreachable) {
  restart();
  pass(24h);
  BOOST_CHECK(state_of(a1) == agent_state::disconnected);
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_gone_stays_gone) {
  must(drain_agent{a1, std::nullopt, true});
  BOOST_REQUIRE(state_of(a1) == agent_state::gone);
  restart();
  BOOST_CHECK(message_of(try_report(a1)).find("is gone") != std::string::npos);
  write();
  BOOST_CHECK(written.drains.empty());
}

BOOST_AUTO_TEST_CASE(an_earlier_life_is_refused_by_the_next_master_too) {
  restart();
  --agents.at(a1).life;
  BOOST_CHECK(message_of(try_report(a1)).find("another life since") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_process_in_the_same_life_is_refused) {
  for (auto i = 0; i < 2; ++i) {
    BOOST_CHECK(message_of(try_report(a1, "q")).find("a copy of its work directory") !=
                std::string::npos);
    report(a1);
    book.disconnect_agent(a1, now);
    BOOST_CHECK(message_of(try_report(a1, "q")).find("a copy") != std::string::npos);
    restart();
  }
}

BOOST_AUTO_TEST_CASE(another_process_in_the_next_life_is_the_agent) {
  ++agents.at(a1).life;
  agents.at(a1).recovered = true;
  BOOST_CHECK(std::holds_alternative<agent_registered>(try_report(a1, "q")));
  --agents.at(a1).life;
  BOOST_CHECK(std::holds_alternative<refusal>(try_report(a1, "p")));
}

BOOST_AUTO_TEST_CASE(what_is_said_again_is_not_written_again) {
  BOOST_CHECK_GT(write(), 0);
  report(a1);
  BOOST_CHECK_EQUAL(write(), 0);
  restart();
  report(a1);
  BOOST_CHECK_EQUAL(write(), 0);
}

BOOST_AUTO_TEST_CASE(without_a_memory_nothing_is_to_be_written) {
  start_anew(options());
  add_agent(a2);
  BOOST_CHECK(book.take_changes().empty());
}

// -- orders -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_drain_goes_on_and_its_deadline_with_the_wall_clock) {
  must(drain_agent{a1, 10min, false});
  restart(4min);
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::drained);
  write();
  BOOST_CHECK(written.drains.at(a1).deadline == noon + 10min);
  must(undrain_agent{a1});
  restart();
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::registered);
}

BOOST_AUTO_TEST_CASE(an_agent_that_has_not_come_yet_can_be_drained) {
  restart();
  must(drain_agent{a1, std::nullopt, false});
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::drained);
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_come_and_is_to_be_gone_is_gone_then) {
  agents[a2] = agents.at(a1);
  agents[a2].info.id = a2;
  report(a2);
  restart();
  must(drain_agent{a2, std::nullopt, true});
  report(a1);
  pass(61s);
  BOOST_CHECK(state_of(a2) == agent_state::gone);
}

BOOST_AUTO_TEST_CASE(a_deactivated_agent_stays_so_until_it_is_reactivated) {
  must(deactivate_agent{a1});
  restart();
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::deactivated);
  must(reactivate_agent{a1});
  restart();
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::registered);
}

BOOST_AUTO_TEST_CASE(a_window_begins_and_ends_when_it_was_planned_to) {
  must(plan_maintenance{{"w", {a1}, 10min, 20min, 0ms}});
  restart(5min);
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::registered);
  restart(10min);
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::drained);
  restart(20min);
  report(a1);
  BOOST_CHECK(state_of(a1) == agent_state::registered);
  write();
  BOOST_CHECK(written.maintenance.empty());
}

BOOST_AUTO_TEST_CASE(a_window_that_ended_or_was_called_off_is_forgotten) {
  must(plan_maintenance{{"w", {a1}, 0ms, 20min, 0ms}});
  must(plan_maintenance{{"v", {a1}, 1h, 20min, 0ms}});
  must(cancel_maintenance{"v"});
  write();
  BOOST_CHECK_EQUAL(written.maintenance.size(), 1);
  pass(21min);
  write();
  BOOST_CHECK(written.maintenance.empty());
}

// -- frameworks ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_is_waited_for_as_long_as_it_wants) {
  auto framework = add_framework(10min, {}, "eng");
  restart();
  report(a1);
  pass(9min);
  BOOST_REQUIRE_EQUAL(frameworks().size(), 1);
  BOOST_CHECK(frameworks()[0].info.role == "eng");
  BOOST_CHECK(frameworks()[0].state == framework_state::disconnected);
  pass(2min);
  BOOST_CHECK(frameworks().empty());
  write();
  BOOST_CHECK(written.frameworks.empty());
}

BOOST_AUTO_TEST_CASE(a_framework_without_a_failover_time_can_come_to_the_next_master) {
  auto framework = add_framework(0ms);
  restart();
  report(a1);
  pass(30s);
  add_framework(0ms, framework);
  pass(10min);
  BOOST_CHECK_EQUAL(frameworks().size(), 1);
}

BOOST_AUTO_TEST_CASE(a_framework_that_has_ended_is_refused_while_its_tasks_may_be_there) {
  auto framework = run("t", 10min);
  book.remove_framework(framework);
  restart();
  framework_info info;
  info.id = framework;
  info.name = "test";
  BOOST_CHECK(std::holds_alternative<refusal>(book.add_framework(info)));
  report(a1);
  pass(61s);
  write();
  BOOST_CHECK(written.frameworks.empty());
}

BOOST_AUTO_TEST_CASE(a_detached_framework_stays_until_all_agents_could_have_come) {
  framework_info info;
  info.name = "batch";
  info.detached = true;
  auto id = std::get<subscribed>(book.add_framework(info)).framework;
  auto framework = id;
  accept(framework, {offers().at(a1).id}, {task("t")});
  restart();
  BOOST_REQUIRE_EQUAL(frameworks().size(), 1);
  task_entry there;
  there.id = task_id{"t"};
  there.framework = framework;
  there.agent = a1;
  there.limits = parse("cpus:1");
  there.last.state = task_state::running;
  agents.at(a1).tasks = {there};
  pass(10s);
  report(a1);
  for (auto i = 0; i < 20; ++i) {
    pass(50s);
    report(a1);
  }
  BOOST_CHECK_EQUAL(frameworks().size(), 1);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
