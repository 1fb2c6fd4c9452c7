// A master whose registry cannot be written, or not yet. Nothing runs unless a test says so.
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/master/master.hpp"
#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const framework_id f1{"f1"};

/// Has room, or has none.
struct small_disk : registry_store {
  const registry_state& state() const override { return kept; }
  void append(const std::vector<registry_change>&) override {}
  std::optional<runtime::failure> sync() override {
    return is_full ? std::optional{runtime::failure{ENOSPC, "the disk is full"}} : std::nullopt;
  }

  registry_state kept;
  bool is_full = false;
};

struct fixture {
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::shared_ptr<small_disk> disk = std::make_shared<small_disk>();
  std::string agent_heard;  ///< `launch kill`
  std::vector<offer> offers;
  std::vector<caf::actor> actors;
  master_actor master;

  fixture() {
    cluster_options options;
    options.id_prefix = "m";
    master = spawn_master(system, options, {}, {disk, {}});
  }

  ~fixture() {
    actors.push_back(caf::actor_cast<caf::actor>(master));
    for (auto& x : actors)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    scheduler.run();
  }

  caf::actor add(std::function<caf::behavior(caf::event_based_actor*)> make) {
    return actors.emplace_back(system.spawn([make = std::move(make)](caf::event_based_actor* self) {
      self->set_default_handler(caf::drop);
      return make(self);
    }));
  }

  void start_agent() {
    add([this](caf::event_based_actor* self) -> caf::behavior {
      register_agent call;
      call.info.id = agent_id{"a1"};
      call.info.total = std::get<resources>(resources::parse("cpus:1;mem:100"));
      call.life = 1;
      self->request(master, 10s, call, caf::actor_cast<agent_actor>(self))
        .then([](const agent_registered&) {});
      return {[this](const launch_tasks&) { agent_heard += "launch "; },
              [this](const kill_task&) { agent_heard += "kill "; }};
    });
    scheduler.run();
  }

  /// A scheduler of f1 that subscribes when it is told to, and notes what the answer was.
  caf::actor start_scheduler(std::string& answer) {
    return add([this, &answer](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self, &answer](caf::connect_atom) {
                subscribe call;
                call.info.id = f1;
                call.info.name = "f";
                call.info.wants_offers = true;
                self->request(master, 1h, call, caf::actor_cast<scheduler_actor>(self))
                  .then([&](const subscribed&) { answer += "subscribed "; },
                        [&](const caf::error&) { answer += "refused "; });
              },
              // All of what it wants at once reaches the master so.
              [this, self](const set_weight& x, const accept_offers& y, const kill_task& z) {
                self->send(master, x);
                self->send(master, y);
                self->send(master, z);
              },
              [this](const resource_offers& x) {
                offers.insert(offers.end(), x.offers.begin(), x.offers.end());
              }};
    });
  }

  void tell(const caf::actor& scheduler_of_f1) {
    caf::anon_send(scheduler_of_f1, caf::connect_atom_v);
    scheduler.run();
  }

  /// Something is to be written from now on until the messages that wait are done.
  void begin_to_write() { caf::anon_send(master, set_weight{"eng", 2}); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(full_master, fixture)

// It did, with the error that says that a message is unexpected.
BOOST_AUTO_TEST_CASE(a_scheduler_that_answers_what_was_no_question_does_not_end_the_master) {
  start_agent();
  std::string answer;
  auto framework = start_scheduler(answer);
  tell(framework);
  tell(framework);
  BOOST_CHECK_EQUAL(answer, "subscribed subscribed ");
}

// Alone it would come before its task, and the task would start after it.
BOOST_AUTO_TEST_CASE(a_kill_is_also_said_behind_the_launch_that_waits_for_the_disk) {
  start_agent();
  std::string answer;
  auto framework = start_scheduler(answer);
  tell(framework);
  scheduler.advance_time(10s);
  scheduler.run();
  BOOST_REQUIRE(!offers.empty());
  accept_offers accept;
  accept.framework = f1;
  accept.offers = {offers.front().id};
  accept.tasks.resize(1);
  accept.tasks[0].id = task_id{"t1"};
  accept.tasks[0].argv = {"true"};
  accept.tasks[0].limits = std::get<resources>(resources::parse("cpus:1"));
  caf::anon_send(framework, set_weight{"eng", 2}, accept, kill_task{f1, task_id{"t1"}, {}});
  scheduler.run();
  BOOST_CHECK_EQUAL(agent_heard, "kill launch kill ");
}

// What it had could be newer by its count, and take away what its successor has.
BOOST_AUTO_TEST_CASE(a_report_that_waited_for_the_disk_is_void_when_another_has_taken_over) {
  std::string of_first;
  std::string of_second;
  auto first = start_scheduler(of_first);
  auto second = start_scheduler(of_second);
  tell(first);
  BOOST_CHECK_EQUAL(of_first, "subscribed ");
  disk->is_full = true;
  begin_to_write();
  scheduler.run();
  tell(first);
  tell(second);
  BOOST_CHECK_EQUAL(of_first, "subscribed ");
  disk->is_full = false;
  scheduler.advance_time(2s);
  scheduler.run();
  BOOST_CHECK_EQUAL(of_first, "subscribed refused ");
  BOOST_CHECK_EQUAL(of_second, "subscribed ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
