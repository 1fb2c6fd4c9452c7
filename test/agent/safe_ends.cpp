// What an agent may forget, and when.
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/send.hpp>
#include <future>

#include "actors/agent/agent.hpp"
#include "actors/agent/checkpoint_file.hpp"
#include "messages/types.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const task_key t1{framework_id{"f1"}, task_id{"t1"}};

/// All of its tasks have ended well while there was no agent.
class ended_tasks : public task_runner {
public:
  explicit ended_tasks(std::function<void(const task_key&)> on_forget)
      : on_forget_(std::move(on_forget)) {}

  std::optional<std::string> start(const task_key&, const task_info&) override {
    return "nothing is to be started";
  }
  found_task find(const task_key&, const task_info&) override { return runtime::exit_status{}; }
  void keep_only(const std::set<task_key>&) override {}
  void forget(const task_key& key) override { on_forget_(key); }
  void signal(const task_key&, int) override {}
  std::optional<task_usage> usage(const task_key&) const override { return std::nullopt; }
  std::variant<output_chunk, std::string> read(const read_output&) override {
    return std::string{"there is no output"};
  }
  std::uint32_t load() override { return 0; }

private:
  std::function<void(const task_key&)> on_forget_;
};

struct fixture {
  fixture() {
    caf::core::init_global_meta_objects();
    init_message_types();
    info.id = agent_id{"a1"};
    info.total.set_milli("cpus", 4000);
    keep_a_starting_task();
  }

  /// As an agent does that is killed between the start of a task and writing down that it runs.
  void keep_a_starting_task() const {
    task_launched launched;
    launched.framework = t1.framework;
    launched.task.id = t1.task;
    launched.task.argv = {"true"};
    task_progress progress;
    progress.framework = t1.framework;
    progress.task = t1.task;
    progress.last.framework = t1.framework;
    progress.last.task = t1.task;
    progress.last.agent = info.id;
    progress.last.sequence = 1;
    progress.last.state = task_state::starting;
    progress.waiting = {progress.last};
    auto opened = checkpoint_file::open(directory.path());
    auto& file = std::get<checkpoint_file::opened>(opened).file;
    file.append({agent_checkpoint{info, 1, "boot"}, launched, progress});
    BOOST_REQUIRE(!file.sync());
  }

  /// What the next life would know of the task, were this one killed now.
  task_state state_on_disk() const {
    scratch_directory copy;
    std::filesystem::copy(directory.path(), copy.path());
    auto opened = checkpoint_file::open(copy.path());
    return std::get<checkpoint_file::opened>(opened).state.tasks.at(t1).progress->last.state;
  }

  scratch_directory directory;
  agent_info info;
  caf::actor_system_config config;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(safe_ends, fixture)

// Otherwise an agent that is killed there starts the task again, or loses its exit code.
BOOST_AUTO_TEST_CASE(an_end_that_was_found_is_on_disk_before_it_is_forgotten) {
  std::promise<task_state> forgotten;
  caf::actor_system system{config};
  auto memory = recall(directory.path(), info, {}, "boot", system.clock().now());
  BOOST_REQUIRE(std::holds_alternative<agent_memory>(memory));
  agent_options options;
  options.memory = std::make_shared<agent_memory>(std::move(std::get<agent_memory>(memory)));
  options.info = options.memory->info;
  options.leaves_tasks = true;
  options.outlives_master = true;
  options.runner = [&](const auto&) {
    return std::make_unique<ended_tasks>(
      [&](const task_key&) { forgotten.set_value(state_on_disk()); });
  };
  auto agent = spawn_agent(system, master_for_agents{}, std::move(options));
  auto state = forgotten.get_future();
  BOOST_REQUIRE(state.wait_for(60s) == std::future_status::ready);
  BOOST_CHECK(state.get() == task_state::finished);
  caf::anon_send_exit(agent, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
