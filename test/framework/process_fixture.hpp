#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/agent/agent.hpp"
#include "actors/agent/process_runner.hpp"
#include "actors/framework/driver.hpp"
#include "actors/master/master.hpp"
#include "messages/types.hpp"

/// A master and agents as the real actors in one process, with real tasks.
namespace entente::test {

using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

struct system_config : caf::actor_system_config {
  system_config() {
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

/// What a scheduler has heard. Waits for what is asked for, up to `limit`. Thread-safe.
class journal {
public:
  void add(const status_update& x) {
    change([&] { updates_[x.task].push_back(x); });
  }

  void add(const subscribed& x) {
    change([&] { framework_ = x.framework; });
  }

  /// Any other message.
  template <class Message>
  void add(const Message& x) {
    change([&] { std::get<std::vector<Message>>(heard_).push_back(x); });
  }

  framework_id framework() {
    return wait([this] { return !framework_.empty(); }) ? framework_ : framework_id{};
  }

  /// The message of that kind with this number, counted from 0. Fails the test if none comes.
  template <class Message>
  Message heard(std::size_t number = 0) {
    auto& all = std::get<std::vector<Message>>(heard_);
    auto came = wait([&] { return all.size() > number; });
    BOOST_REQUIRE(came);
    std::lock_guard guard{mutex_};
    return all[number];
  }

  template <class Message>
  std::size_t count() {
    std::lock_guard guard{mutex_};
    return std::get<std::vector<Message>>(heard_).size();
  }

  /// Waits until the pool is told to have so many free slots of a class. @returns the last told
  pool_entry pool_with(const std::string& slot_class, std::uint64_t free) {
    pool_entry last;
    wait([&] {
      for (const auto& x : std::get<std::vector<pool_changed>>(heard_))
        for (const auto& y : x.classes)
          if (y.slot_class == slot_class)
            last = y;
      return last.slot_class == slot_class && last.free == free;
    });
    return last;
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
  template <class Change>
  void change(Change apply) {
    std::lock_guard guard{mutex_};
    apply();
    changed_.notify_all();
  }

  template <class Predicate>
  bool wait(Predicate predicate) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, limit, predicate);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  framework_id framework_;
  std::map<task_id, std::vector<status_update>> updates_;
  std::tuple<std::vector<agent_lost>, std::vector<claim_granted>, std::vector<claim_refused>,
             std::vector<grant_ended>, std::vector<grant_recalled>, std::vector<pool_changed>,
             std::vector<framework_error>>
    heard_;
};

inline task_info task(const std::string& id, std::vector<std::string> argv) {
  task_info result;
  result.id = task_id{id};
  result.argv = std::move(argv);
  result.limits = parse("cpus:0.1");
  return result;
}

inline task_info shell(const std::string& id, const std::string& script) {
  return task(id, {"sh", "-c", script});
}

inline bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
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

/// A master; the rest is started by the test, and all of it ended with the fixture.
struct process_fixture {
  static cluster_options default_options() {
    cluster_options options;
    options.name = "test";
    options.version = "1";
    options.id_prefix = "m";
    return options;
  }

  explicit process_fixture(cluster_options options = default_options()) {
    ::mkfifo(pipe.c_str(), 0600);
    master = spawn_master(system, std::move(options));
  }

  ~process_fixture() {
    for (const auto& x : started)
      end(x);
    end(caf::actor_cast<caf::actor>(master));
  }

  agent_actor start_agent(const std::string& id, std::string_view total = "cpus:2;mem:1000") {
    agent_options options;
    options.info.id = agent_id{id};
    options.info.hostname = "here";
    options.info.total = parse(total);
    options.runner =
      run_processes({options.info.id, dir.path, {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}});
    options.stop_grace = 100ms;
    auto result = spawn_agent(system, master_for_agents{master}, options);
    started.push_back(caf::actor_cast<caf::actor>(result));
    // A claim is refused at once if it comes before the agents that could serve it.
    auto is_there = [&] {
      auto view = ask<cluster_view>(query{listing::agents});
      return std::any_of(view.agents.begin(), view.agents.end(),
                         [&](const auto& x) { return x.info.id == agent_id{id}; });
    };
    while (!is_there())
      std::this_thread::yield();
    return result;
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

  cluster_view view(listing what) { return ask<cluster_view>(query{what}); }

  void kill(const std::string& id, std::optional<std::chrono::milliseconds> grace = {}) {
    me->request(master, limit, kill_task{{}, task_id{id}, grace})
      .receive([] {}, [](const caf::error& x) { BOOST_FAIL(caf::to_string(x)); });
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

  scratch dir;
  const std::string pipe = dir.path / "pipe";
  journal heard;
  journal heard_by_other;
  system_config cfg;
  caf::actor_system system{cfg};
  caf::scoped_actor me{system};
  master_actor master;
  std::vector<caf::actor> started;
};

}  // namespace entente::test
