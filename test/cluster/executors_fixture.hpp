#pragma once

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/framework/driver.hpp"
#include "actors/transport/transport.hpp"
#include "messages/types.hpp"
#include "support.hpp"

/// A scheduler in the test's own process, whose tasks run in the example of an executor.
namespace entente::test {

using namespace std::chrono_literals;

/// What the test wants to run, and what it has heard. Thread-safe.
class notes {
public:
  void want(task_info x) { want(std::vector{std::move(x)}); }

  /// In one call.
  void want(const std::vector<task_info>& all) {
    std::lock_guard guard{mutex_};
    todo_.insert(todo_.end(), all.begin(), all.end());
  }

  std::vector<task_info> take() {
    std::lock_guard guard{mutex_};
    return std::exchange(todo_, {});
  }

  void add(const status_update& x) {
    std::lock_guard guard{mutex_};
    heard_[x.task].push_back(x);
  }

  std::vector<status_update> heard(const std::string& task) {
    std::lock_guard guard{mutex_};
    return heard_[task_id{task}];
  }

private:
  std::mutex mutex_;
  std::vector<task_info> todo_;
  std::map<task_id, std::vector<status_update>> heard_;
};

/// Runs whatever is wanted on whatever is offered.
struct scheduler_state {
  scheduler_actor::pointer self;
  notes* book;
  driver_actor driver;

  scheduler_state(scheduler_actor::pointer self_ptr, notes* all, const endpoint& master)
      : self(self_ptr), book(all) {
    driver_options options;
    options.info.name = "test";
    driver = spawn_driver(self->system(), self, std::vector{master}, options);
  }

  scheduler_actor::behavior_type make_behavior() {
    return {
      [](const subscribed&) {},
      [this](const resource_offers& x) {
        for (const auto& offer : x.offers)
          self->send(driver, accept_offers{{}, {offer.id}, book->take(), 50ms});
      },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { book->add(x); },
      [](const agent_lost&) {},
      [](const claim_granted&) {},
      [](const claim_refused&) {},
      [](const grant_ended&) {},
      [](const grant_recalled&) {},
      [](const pool_changed&) {},
      [](const framework_error&) {},
    };
  }
};

struct system_config : caf::actor_system_config {
  system_config() {
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      init_message_types();
      return true;
    }();
    static_cast<void>(once);
    prepare_for_transport(*this);
    set("caf.scheduler.max-threads", 2);
  }
};

/// A scheduler in the test's own process, on a cluster of real ones.
template <class Cluster>
struct with_scheduler : Cluster {
  with_scheduler() {
    auto where = parse_endpoint(this->master()).value();
    auto made = system.spawn<scheduler_actor::stateful_impl<scheduler_state>>(&book, where);
    scheduler = caf::actor_cast<caf::actor>(made);
  }

  ~with_scheduler() {
    caf::scoped_actor me{system};
    me->send_exit(scheduler, caf::exit_reason::user_shutdown);
    me->wait_for(scheduler);
  }

  static task_info task(const std::string& id, strings argv) {
    task_info result;
    result.id = task_id{id};
    result.name = id;
    result.argv = std::move(argv);
    result.limits = std::get<resources>(resources::parse("cpus:0.5;mem:64"));
    result.kill_grace = 1s;
    auto& executor = result.executor.emplace();
    executor.id = executor_id{"threads"};
    executor.argv = {std::string{std::getenv("ENTENTE_BIN_DIR")} + "/threads-executor"};
    executor.shutdown_grace = 1s;
    return result;
  }

  /// Finishes when there is the file `go`.
  task_info waiting(const std::string& id) const { return task(id, {"wait", this->path("go")}); }

  void go() const { this->write("go", ""); }

  void launch(task_info x) { book.want(std::move(x)); }

  void kill(const task_info& x) {
    this->entente(
      {"kill", this->wait_for_task(x.name, "RUNNING").at("id").template get<std::string>()});
  }

  bool is(const std::string& id, task_state state) {
    return eventually([&] {
      auto all = book.heard(id);
      return !all.empty() && all.back().state == state;
    });
  }

  /// Waits for its end.
  status_update end_of(const std::string& id) {
    std::optional<status_update> result;
    auto came = eventually([&] {
      for (const auto& x : book.heard(id))
        if (is_terminal(x.state))
          result = x;
      return result.has_value();
    });
    BOOST_REQUIRE_MESSAGE(came, id << " did not end");
    return *result;
  }

  /// What it has said while it ran.
  std::string data_of(const std::string& id) {
    std::string result;
    for (const auto& x : book.heard(id))
      if (!x.data.empty() && x.state == task_state::running)
        result += x.data + ' ';
    return result;
  }

  std::size_t ends_of(const std::string& id) {
    std::size_t result = 0;
    for (const auto& x : book.heard(id))
      result += is_terminal(x.state);
    return result;
  }

  /// The processes of executors.
  std::vector<pid_t> executors() const {
    std::vector<pid_t> result;
    for (const auto& x : this->processes())
      if (x.argv.front().ends_with("threads-executor"))
        result.push_back(x.pid);
    return result;
  }

  notes book;
  system_config config;
  caf::actor_system system{config};
  transport connections{system, {}};
  caf::actor scheduler;
};

}  // namespace entente::test
