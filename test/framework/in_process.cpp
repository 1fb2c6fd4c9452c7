// A master, agents and frameworks as the real actors in one process, with real tasks.
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "actors/agent/agent.hpp"
#include "actors/agent/process_runner.hpp"
#include "actors/allocator/round_robin.hpp"
#include "actors/framework/driver.hpp"
#include "actors/master/master.hpp"
#include "messages/types.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

struct config : caf::actor_system_config {
  config() {
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      init_message_types();
      return true;
    }();
    static_cast<void>(once);
    set("caf.scheduler.policy", "sharing");
    set("caf.scheduler.max-threads", 2);
  }
};

/// What a scheduler has heard. Thread-safe.
class journal {
public:
  void add(const status_update& x) {
    std::lock_guard guard{mutex_};
    updates_[x.task].push_back(x);
    changed_.notify_all();
  }

  void note_subscribed(const framework_id& id) {
    std::lock_guard guard{mutex_};
    framework_ = id;
    changed_.notify_all();
  }

  void note_lost(const agent_id& id) {
    std::lock_guard guard{mutex_};
    lost_.push_back(id);
    changed_.notify_all();
  }

  framework_id framework() {
    return wait([this] { return !framework_.empty(); }) ? framework_ : framework_id{};
  }

  bool has_lost_an_agent() {
    return wait([this] { return !lost_.empty(); });
  }

  /// Waits for the task's terminal update.
  status_update end_of(const std::string& task) {
    status_update result;
    wait([&] {
      for (const auto& x : updates_[task_id{task}])
        if (is_terminal(x.state))
          result = x;
      return is_terminal(result.state);
    });
    return result;
  }

  /// All states that the task went through.
  std::string states_of(const std::string& task) {
    std::lock_guard guard{mutex_};
    std::string result;
    for (const auto& x : updates_[task_id{task}])
      result += (result.empty() ? "" : " ") + std::string{to_string(x.state)};
    return result;
  }

private:
  template <class Predicate>
  bool wait(Predicate predicate) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, limit, predicate);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  framework_id framework_;
  std::vector<agent_id> lost_;
  std::map<task_id, std::vector<status_update>> updates_;
};

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
      [this](const subscribed& x) { heard->note_subscribed(x.framework); },
      [this](const resource_offers& x) {
        for (const auto& y : x.offers)
          use(y);
      },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { heard->add(x); },
      [this](const agent_lost& x) { heard->note_lost(x.agent); },
      [](const claim_granted&) { /* claims nothing */ },
      [](const claim_refused&) {},
      [](const grant_ended&) {},
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

task_info task(const std::string& id, std::vector<std::string> argv) {
  task_info result;
  result.id = task_id{id};
  result.argv = std::move(argv);
  result.limits = parse("cpus:0.1");
  return result;
}

task_info shell(const std::string& id, const std::string& script) {
  return task(id, {"sh", "-c", script});
}

class scratch {
public:
  scratch() {
    auto name = (std::filesystem::temp_directory_path() / "entente-in-process-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~scratch() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
};

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

struct fixture {
  fixture() {
    ::mkfifo(pipe.c_str(), 0600);
    master = spawn_master(system, {.name = "test", .version = "1", .id_prefix = "m"},
                          std::make_unique<round_robin_allocator>());
    agent = start_agent("a1");
  }

  ~fixture() {
    for (const auto& x : started)
      end(x);
    end(caf::actor_cast<caf::actor>(master));
  }

  agent_actor start_agent(const std::string& id) {
    agent_options options;
    options.info.id = agent_id{id};
    options.info.hostname = "here";
    options.info.total = parse("cpus:2;mem:1000");
    options.runner =
      run_processes({options.info.id, dir.path, {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}});
    options.stop_grace = 100ms;
    auto result = spawn_agent(system, master_for_agents{master}, options);
    started.push_back(caf::actor_cast<caf::actor>(result));
    return result;
  }

  /// Starts a scheduler with these tasks.
  caf::actor run(std::vector<task_info> tasks) { return run(std::move(tasks), heard); }

  caf::actor run(std::vector<task_info> tasks, journal& book) {
    auto x = system.spawn<scheduler_impl>(master, std::move(tasks), &book);
    return started.emplace_back(caf::actor_cast<caf::actor>(x));
  }

  /// Tells an actor to end, and waits until it has.
  void end(const caf::actor& x) {
    me->send_exit(x, caf::exit_reason::user_shutdown);
    me->wait_for(x);
  }

  /// Asks the master. An error fails the test.
  template <class Result, class Call>
  Result ask(Call call) {
    Result result;
    me->request(master, limit, std::move(call))
      .receive([&](Result& x) { result = std::move(x); },
               [](const caf::error& x) { BOOST_FAIL(caf::to_string(x)); });
    return result;
  }

  void kill(const std::string& id, std::optional<std::chrono::milliseconds> grace = {}) {
    me->request(master, limit, kill_task{{}, task_id{id}, grace})
      .receive([] {}, [](const caf::error& x) { BOOST_FAIL(caf::to_string(x)); });
  }

  output_chunk output(const std::string& id, output_stream stream = output_stream::out) {
    return ask<output_chunk>(read_output{{}, task_id{id}, stream, 0, 1000});
  }

  /// Waits until `endless` runs. @returns its process id.
  pid_t pid() {
    pid_t result = 0;
    std::ifstream{pipe} >> result;
    return result;
  }

  /// A task that tells its process id, and does not end by itself.
  task_info endless(const std::string& first = "") {
    auto result = shell("t", first + "echo $$ > $PIPE; while :; do sleep 1000; done");
    result.env = {{"PIPE", pipe}};
    return result;
  }

  cluster_summary summary() { return ask<cluster_view>(query{listing::summary}).summary; }

  scratch dir;
  const std::string pipe = dir.path / "pipe";
  journal heard;
  journal heard_by_other;
  config cfg;
  caf::actor_system system{cfg};
  caf::scoped_actor me{system};
  master_actor master;
  agent_actor agent;
  std::vector<caf::actor> started;
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
  BOOST_CHECK(heard.has_lost_an_agent());
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
    BOOST_CHECK(heard.end_of(x.id.str()).state == task_state::finished);
    BOOST_CHECK_EQUAL(heard.states_of(x.id.str()), "STAGING STARTING RUNNING FINISHED");
  }
  auto now = summary();
  BOOST_CHECK_EQUAL(now.tasks_finished, 100u);
  BOOST_CHECK_EQUAL(now.tasks_active, 0u);
  BOOST_CHECK_EQUAL(now.allocated, resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
