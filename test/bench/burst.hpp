#pragma once

#include "program.hpp"

#include "actors/framework/driver.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// A framework that launches many tasks on offers at once.
namespace bench {

using namespace entente;
using namespace std::chrono_literals;

constexpr auto burst_limit = 120s;

/// What a burst launches, and when it is over.
struct burst_plan {
  int tasks = 0;
  std::vector<std::string> argv;
  bool until_running = false;  ///< else until all have finished; then they run on without it
};

/// How the tasks of a burst ended, or began.
struct round_result {
  double seconds = 0;
  std::map<std::string, int> ends;  ///< how many updates of the kind waited for each task got
  std::string problem;
};

struct burst_state {
  scheduler_actor::pointer self;
  endpoint master;
  burst_plan plan;
  std::promise<round_result> promise;
  driver_actor driver;
  round_result result;
  clock::time_point start = clock::now();
  int launched = 0;
  bool over = false;

  burst_state(scheduler_actor::pointer self_ptr, endpoint where, burst_plan wanted,
              std::promise<round_result> out)
      : self{self_ptr},
        master{std::move(where)},
        plan{std::move(wanted)},
        promise{std::move(out)} {}

  scheduler_actor::behavior_type make_behavior() {
    driver_options options{.info = {.id = {}, .name = "burst", .detached = plan.until_running}};
    driver = spawn_driver(self->system(), self, std::vector{master}, std::move(options));
    self->run_delayed(burst_limit, [this] { finish("it takes too long"); });
    return {
      [](const subscribed&) {},
      [this](const resource_offers& x) { on_offers(x.offers); },
      [](const offer_rescinded&) { /* offers are answered at once, so none is kept */ },
      [this](const status_update& x) { on_update(x); },
      [](const agent_lost&) { /* the updates of its tasks come too */ },
      [](const claim_granted&) { /* claims nothing */ },
      [](const claim_refused&) {},
      [](const grant_ended&) {},
      [](const grant_recalled&) {},
      [](const pool_changed&) {},
      [this](const framework_error& x) { finish(x.message); },
    };
  }

  /// Fills each offer with as many tasks as fit, up to its share of those that are left.
  void on_offers(const std::vector<offer>& offers) {
    auto offers_left = static_cast<int>(offers.size());
    for (const auto& x : offers) {
      auto left = plan.tasks - launched;
      auto share = (left + offers_left - 1) / offers_left;
      --offers_left;
      auto fits = x.available.slots(limits());
      accept_offers call;
      call.offers = {x.id};
      for (; share > 0 && fits > 0; --share, --fits)
        call.tasks.push_back(next_task());
      self->send(driver, std::move(call));
    }
    if (launched == plan.tasks)
      self->send(driver, suppress_offers{});
  }

  static resources limits() {
    resources x;
    x.set_milli("cpus", 100);
    return x;
  }

  task_info next_task() {
    task_info task;
    task.id = task_id{"burst-" + std::to_string(++launched)};
    task.name = "burst";
    task.argv = plan.argv;
    task.limits = limits();
    return task;
  }

  void on_update(const status_update& x) {
    auto wanted = plan.until_running ? task_state::running : task_state::finished;
    if (!is_terminal(x.state) && x.state != wanted)
      return;
    ++result.ends[x.task.str()];
    if (x.state != wanted)
      finish(x.task.str() + ' ' + std::string{to_string(x.state)} + ": " + x.message);
    else if (result.ends.size() == static_cast<std::size_t>(plan.tasks))
      finish({});
  }

  void finish(std::string problem) {
    if (std::exchange(over, true))
      return;
    result.seconds = seconds_since(start);
    result.problem = std::move(problem);
    promise.set_value(std::move(result));
    self->quit();
  }
};
using burst_scheduler = scheduler_actor::stateful_impl<burst_state>;

class framework_config : public caf::actor_system_config {
public:
  framework_config() {
    load<caf::io::middleman>();
    set("caf.scheduler.policy", "sharing");
    set("caf.scheduler.max-threads", 2);
    set("caf.middleman.workers", 0);
  }
};

inline round_result run_burst(caf::actor_system& system, const endpoint& master, burst_plan plan) {
  std::promise<round_result> promise;
  auto future = promise.get_future();
  system.spawn<burst_scheduler>(master, std::move(plan), std::move(promise));
  return future.get();
}

/// A directory that is gone afterwards.
struct temporary_directory {
  std::string path = (std::filesystem::temp_directory_path() / "entente-bench-XXXXXX").string();

  temporary_directory() {
    if (!::mkdtemp(path.data()))
      throw std::system_error{errno, std::generic_category(), path};
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace bench
