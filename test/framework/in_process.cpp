// A master, agents and frameworks as the real actors in one process, with real tasks.
#include <boost/test/unit_test.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "process_fixture.hpp"

namespace entente::test {

namespace {

/// Runs a list of tasks on whatever it is offered, and writes down what it hears.
struct scheduler_state {
  scheduler_actor::pointer self;
  driver_actor driver;
  std::vector<task_info> todo;
  journal* heard;

  scheduler_state(scheduler_actor::pointer self_ptr, const master_actor& master,
                  std::vector<task_info> tasks, journal* book)
      : self(self_ptr), todo(std::move(tasks)), heard(book) {
    driver_options options;
    options.info.name = "test";
    driver = spawn_driver(self->system(), self, master_for_frameworks{master}, options);
  }

  scheduler_actor::behavior_type make_behavior() {
    return {
      [this](const subscribed& x) { heard->add(x); },
      [this](const resource_offers& x) {
        for (const auto& y : x.offers)
          use(y);
      },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { heard->add(x); },
      [this](const agent_lost& x) { heard->add(x); },
      [](const claim_granted&) { /* claims nothing */ },
      [](const claim_refused&) {},
      [](const grant_ended&) {},
      [](const grant_recalled&) {},
      [](const pool_changed&) {},
      [](const framework_error&) {},
    };
  }

  void use(const offer& x) {
    accept_offers call{{}, {x.id}, {}, 0ms};
    auto rest = x.available;
    while (!todo.empty() && rest.contains(todo.back().limits)) {
      rest -= todo.back().limits;
      call.tasks.push_back(std::move(todo.back()));
      todo.pop_back();
    }
    if (call.tasks.empty())
      self->send(driver, decline_offers{{}, {x.id}, 1h});
    else
      self->send(driver, std::move(call));
  }
};

using scheduler_impl = scheduler_actor::stateful_impl<scheduler_state>;

struct fixture : process_fixture {
  fixture() { agent = start_agent("a1"); }

  /// Starts a scheduler with these tasks.
  caf::actor run(std::vector<task_info> tasks) { return run(std::move(tasks), heard); }

  caf::actor run(std::vector<task_info> tasks, journal& book) {
    auto x = system.spawn<scheduler_impl>(master, std::move(tasks), &book);
    return started.emplace_back(caf::actor_cast<caf::actor>(x));
  }

  output_chunk output(const std::string& id, output_stream stream = output_stream::out) {
    return ask<output_chunk>(read_output{{}, task_id{id}, stream, 0, 1000});
  }

  cluster_summary summary() { return view(listing::summary).summary; }

  agent_actor agent;
};

constexpr auto ignores_term = "trap '' TERM; ";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(in_process, fixture)

// -- how tasks end ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(true_goes_through_all_states_and_finishes) {
  run({task("t", {"true"})});
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::finished);
  BOOST_CHECK_EQUAL(end.exit_code.value_or(-1), 0);
  BOOST_CHECK_EQUAL(end.agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(heard.states_of("t"), "STAGING STARTING RUNNING FINISHED");
}

BOOST_AUTO_TEST_CASE(an_exit_code_is_told) {
  run({shell("t", "exit 3")});
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::failed);
  BOOST_CHECK_EQUAL(end.exit_code.value_or(-1), 3);
}

BOOST_AUTO_TEST_CASE(a_command_that_is_not_there_is_named) {
  run({task("t", {"no-such-command"})});
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::failed);
  BOOST_CHECK_EQUAL(end.message, "cannot start \"no-such-command\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_task_on_an_offer_that_is_void_is_dropped) {
  run({});
  me->send(master, accept_offers{heard.framework(), {offer_id{"x"}}, {task("t", {"true"})}, 0ms});
  BOOST_CHECK(heard.end_of("t").state == task_state::dropped);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_process_by_a_signal_is_a_failure_that_names_it) {
  run({endless()});
  ::kill(pid(), SIGKILL);
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::failed);
  BOOST_CHECK_EQUAL(end.signal.value_or(-1), SIGKILL);
  BOOST_CHECK_EQUAL(end.message, "killed by signal SIGKILL (9)");
}

BOOST_AUTO_TEST_CASE(a_killed_task_is_told_as_such) {
  run({endless()});
  pid();
  kill("t");
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::killed);
  BOOST_CHECK_EQUAL(end.signal.value_or(-1), SIGTERM);
  BOOST_CHECK_EQUAL(heard.states_of("t"), "STAGING STARTING RUNNING KILLING KILLED");
}

BOOST_AUTO_TEST_CASE(a_task_that_ignores_the_kill_is_forced_after_the_grace) {
  run({endless(ignores_term)});
  pid();
  kill("t", 50ms);
  auto end = heard.end_of("t");
  BOOST_CHECK(end.state == task_state::killed);
  BOOST_CHECK_EQUAL(end.signal.value_or(-1), SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_second_kill_shortens_the_grace) {
  auto stubborn = endless(ignores_term);
  stubborn.kill_grace = 1h;
  run({stubborn});
  pid();
  kill("t");
  kill("t", 10ms);
  BOOST_CHECK_EQUAL(heard.end_of("t").signal.value_or(-1), SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_kill_of_a_task_that_nobody_knows_is_refused) {
  auto refused = false;
  me->request(master, limit, kill_task{{}, task_id{"t"}, {}})
    .receive([] {}, [&](const caf::error& x) { refused = x == caf::sec::invalid_argument; });
  BOOST_CHECK(refused);
}

// -- output -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(output_is_readable_after_the_end) {
  run({shell("t", "echo out; echo err >&2")});
  heard.end_of("t");
  auto chunk = output("t");
  BOOST_CHECK_EQUAL(chunk.bytes, "out\n");
  BOOST_CHECK_EQUAL(chunk.file_size, 4u);
  BOOST_CHECK(chunk.ended);
  BOOST_CHECK_EQUAL(output("t", output_stream::err).bytes, "err\n");
}

BOOST_AUTO_TEST_CASE(output_of_a_running_task_is_not_at_its_end) {
  run({endless()});
  pid();
  BOOST_CHECK(!output("t").ended);
}

BOOST_AUTO_TEST_CASE(a_task_knows_who_it_is) {
  auto asks = shell("t", "echo $ENTENTE_TASK_ID $ENTENTE_AGENT_ID $OWN; pwd -P; "
                         "cd $ENTENTE_SANDBOX; pwd -P");
  asks.env = {{"OWN", "x"}};
  run({asks});
  heard.end_of("t");
  auto text = output("t").bytes;
  BOOST_CHECK_EQUAL(text.substr(0, text.find('\n')), "t a1 x");
  auto paths = text.substr(text.find('\n') + 1);
  BOOST_CHECK_EQUAL(paths.substr(0, paths.size() / 2), paths.substr(paths.size() / 2));
}

// -- who goes -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_ends_takes_its_tasks_with_it) {
  run({endless()});
  auto process = pid();
  end(caf::actor_cast<caf::actor>(agent));
  BOOST_CHECK(!is_alive(process));
  auto told = heard.end_of("t").state;
  BOOST_CHECK(told == task_state::lost || told == task_state::killed);
  BOOST_CHECK_EQUAL(heard.heard<agent_lost>().agent, agent_id{"a1"});
  BOOST_CHECK_EQUAL(summary().agents, 0u);
}

BOOST_AUTO_TEST_CASE(an_agent_ends_with_its_master_and_so_do_its_tasks) {
  run({endless()});
  auto process = pid();
  end(caf::actor_cast<caf::actor>(master));
  me->wait_for(agent);
  BOOST_CHECK(!is_alive(process));
}

BOOST_AUTO_TEST_CASE(the_tasks_of_a_framework_end_with_it) {
  auto other = run({endless()}, heard_by_other);
  auto process = pid();
  end(other);
  // What was its resources' is offered to the next framework when the task has ended.
  auto whole = task("u", {"true"});
  whole.limits = parse("cpus:2");
  run({whole});
  BOOST_CHECK(heard.end_of("u").state == task_state::finished);
  BOOST_CHECK(!is_alive(process));
  BOOST_CHECK_EQUAL(summary().tasks_active, 0u);
}

// -- many ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_hundred_tasks_on_two_agents_end_once_each) {
  start_agent("a2");
  std::vector<task_info> tasks;
  for (auto i = 0; i < 100; ++i)
    tasks.push_back(task(std::to_string(i), {"true"}));
  run(tasks);
  for (const auto& x : tasks) {
    const auto& end = heard.end_of(x.id.str());
    BOOST_CHECK_MESSAGE(end.state == task_state::finished, end.message);
    BOOST_CHECK_EQUAL(heard.states_of(x.id.str()), "STAGING STARTING RUNNING FINISHED");
  }
  auto now = summary();
  BOOST_CHECK_EQUAL(now.tasks_finished, 100u);
  BOOST_CHECK_EQUAL(now.tasks_active, 0u);
  BOOST_CHECK_EQUAL(now.allocated, resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
