/// An example of a framework's own executor: one process that runs its tasks as threads. What a
/// task does is its command:
///   count N     says 1 to N, as data, and finishes
///   wait FILE   finishes when there is such a file; ends when it is told to
///   fail WHY    fails
///   hang        never ends, whatever it is told
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "actors/framework/executor_driver.hpp"
#include "actors/transport/transport.hpp"
#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"

using namespace entente;
using namespace std::chrono_literals;

namespace {

/// How often a task looks for its file.
constexpr auto look_pause = 10ms;
/// How long an agent that is busy, or away, is waited for.
constexpr auto answer_limit = 1h;

/// A task, on its thread.
class work {
public:
  work(caf::actor_system& system, executor_driver_actor driver, task_info task,
       std::stop_token stopped)
      : self_(system),
        driver_(std::move(driver)),
        task_(std::move(task)),
        stopped_(std::move(stopped)) {}

  void run() {
    std::cout << "task " << task_.id << " begins" << std::endl;
    say(task_state::running);
    auto what = task_.argv.empty() ? std::string{} : task_.argv.front();
    auto argument = task_.argv.size() > 1 ? task_.argv[1] : std::string{};
    if (what == "count")
      count(argument);
    else if (what == "wait")
      wait(argument);
    else if (what == "fail")
      say(task_state::failed, argument);
    else if (what == "hang")
      hang();
    else
      say(task_state::error, "a task is one of count, wait, fail and hang");
  }

private:
  /// Returns when the agent has written it down.
  void say(task_state state, std::string message = {}, std::string data = {}) {
    executor_update x;
    x.task = task_.id;
    x.state = state;
    x.message = std::move(message);
    x.data = std::move(data);
    self_->request(driver_, answer_limit, std::move(x)).receive([] {}, [](const caf::error&) {});
  }

  void count(const std::string& last) {
    for (auto n = 1; std::to_string(n - 1) != last && !stopped_.stop_requested(); ++n)
      say(task_state::running, {}, std::to_string(n));
    end(last);
  }

  void wait(const std::filesystem::path& file) {
    while (!std::filesystem::exists(file) && !stopped_.stop_requested())
      std::this_thread::sleep_for(look_pause);
    end(task_.data);
  }

  void end(const std::string& data) {
    if (stopped_.stop_requested())
      say(task_state::killed, "it was told to end", data);
    else
      say(task_state::finished, {}, data);
  }

  [[noreturn]] static void hang() {
    for (;;)
      std::this_thread::sleep_for(1h);
  }

  caf::scoped_actor self_;
  executor_driver_actor driver_;
  task_info task_;
  std::stop_token stopped_;
};

struct threads_state {
  executor_actor::pointer self;
  executor_driver_actor driver;
  std::map<task_id, std::jthread> threads;

  threads_state(executor_actor::pointer self_ptr, executor_driver_options options,
                std::promise<executor_driver_actor>& promise)
      : self(self_ptr), driver(spawn_executor_driver(self->system(), self, std::move(options))) {
    promise.set_value(driver);
  }

  executor_actor::behavior_type make_behavior() {
    return {
      [this](const run_task& x) {
        auto begin = [&system = self->system(), to = driver, task = x.task](std::stop_token stop) {
          work{system, to, task, std::move(stop)}.run();
        };
        threads.emplace(x.task.id, std::jthread{begin});
      },
      [this](const kill_task& x) {
        if (auto i = threads.find(x.task); i != threads.end())
          i->second.request_stop();
      },
      [this](const shutdown_executor&) {
        for (auto& [id, thread] : threads)
          thread.request_stop();
        threads.clear();  // Waits for them.
        self->quit();
      },
    };
  }
};

}  // namespace

int main() {
  auto options = executor_options_from_environment();
  if (auto* wrong = std::get_if<std::string>(&options)) {
    std::cerr << "threads-executor: " << *wrong << std::endl;
    return exit_usage;
  }
  client_config config;
  caf::actor_system system{config};
  transport connections{system, {}};
  std::promise<executor_driver_actor> promise;
  system.spawn<executor_actor::stateful_impl<threads_state>>(
    std::get<executor_driver_options>(options), std::ref(promise));
  caf::scoped_actor {
    system
    } -> wait_for(promise.get_future().get());
  std::cout << "the executor ends" << std::endl;
  return exit_ok;
}
