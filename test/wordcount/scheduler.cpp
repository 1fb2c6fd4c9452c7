#include "apps/wordcount/scheduler.hpp"

#include "apps/wordcount/map_task.hpp"
#include "messages/types.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <string>
#include <utility>

using namespace entente;
using namespace entente::wordcount;
using namespace std::chrono_literals;

namespace {

/// What the master of a test does with the tasks, whose output is a word each.
enum class fate { finish, die_once, die, hang };

/// A master with one agent, which runs nothing.
struct master_state {
  master_for_frameworks::pointer self;
  fate tasks_fate;
  std::promise<void> torn_down;
  scheduler_actor framework;
  std::uint64_t sequence = 0;
  std::map<std::string, int> attempts;

  master_state(master_for_frameworks::pointer self_ptr, fate what, std::promise<void> promise)
      : self{self_ptr}, tasks_fate{what}, torn_down{std::move(promise)} {}

  master_for_frameworks::behavior_type make_behavior() {
    return {
      [this](const accept_offers& x) { on_accept(x); },
      [](const decline_offers&) {},
      [this](const revive_offers&) { send_offer(); },
      [](const suppress_offers&) {},
      [](const claim_slots&) {},
      [](const withdraw_claim&) {},
      [](const launch_on_grant&) {},
      [](const release_grant&) {},
      [](const kill_task&) {},
      [](const reconcile_tasks&) {},
      [](const reserve_resources&) {},
      [](const unreserve_resources&) {},
      [this](const teardown&) { on_teardown(); },
      [](const read_output&) {
        return output_chunk{"1\tword\n", 7, true};
      },
      [this](const subscribe&, const scheduler_actor& x) { return on_subscribe(x); },
      [](const acknowledge&) {},
    };
  }

  caf::result<subscribed> on_subscribe(const scheduler_actor& x) {
    framework = x;
    auto promise = self->make_response_promise<subscribed>();
    promise.deliver(subscribed{framework_id{"f"}, "test"});
    send_offer();  // A master makes none to a framework that does not know its id yet.
    return promise;
  }

  void send_offer() {
    offer one;
    one.id = offer_id{"o"};
    one.agent = agent_id{"a"};
    one.available = map_task_limits().times(2);
    self->send(framework, resource_offers{{one}});
  }

  void on_accept(const accept_offers& x) {
    for (const auto& task : x.tasks)
      if (tasks_fate != fate::hang)
        send_update(task);
  }

  void send_update(const task_info& task) {
    auto dies =
      tasks_fate == fate::die || (tasks_fate == fate::die_once && ++attempts[task.name] == 1);
    status_update update;
    update.task = task.id;
    update.agent = agent_id{"a"};
    update.sequence = 1;
    update.state = dies ? task_state::failed : task_state::finished;
    self->send(framework, std::move(update));
  }

  void on_teardown() {
    torn_down.set_value();
    self->quit();
  }
};

using master_impl = master_for_frameworks::stateful_impl<master_state>;

struct system_config : caf::actor_system_config {
  system_config() {
    caf::core::init_global_meta_objects();
    init_message_types();
    set("caf.scheduler.policy", "sharing");
  }
};

struct fixture {
  scheduler_actor start(fate what, std::size_t chunks) {
    std::promise<void> torn_down;
    end = torn_down.get_future();
    std::promise<outcome> promise;
    result = promise.get_future();
    master_for_frameworks master = system.spawn<master_impl>(what, std::move(torn_down));
    job work{std::vector<chunk>(chunks, chunk{{"/f", 0, 1}}), "wordcount"};
    return spawn_scheduler(system, std::move(work), master, std::move(promise),
                           [](const progress&, time_point) {});
  }

  /// How the job ended; the master was told so too.
  outcome wait() {
    BOOST_REQUIRE(result.wait_for(30s) == std::future_status::ready);
    BOOST_CHECK(end.wait_for(30s) == std::future_status::ready);
    return result.get();
  }

  system_config config;
  caf::actor_system system{config};
  std::future<outcome> result;
  std::future<void> end;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(scheduler, fixture)

BOOST_AUTO_TEST_CASE(a_job_that_is_larger_than_the_cluster_is_done_in_turns) {
  start(fate::finish, 25);
  auto ended = wait();
  BOOST_CHECK(ended.how == outcome::kind::counted);
  BOOST_TEST(ended.connected);
  BOOST_TEST(ended.work.counts().total() == 25);
  BOOST_TEST(ended.work.shares().at(0).tasks == 25);
}

BOOST_AUTO_TEST_CASE(tasks_that_die_are_run_again) {
  start(fate::die_once, 5);
  auto ended = wait();
  BOOST_CHECK(ended.how == outcome::kind::counted);
  BOOST_TEST(ended.work.counts().total() == 5);
  BOOST_TEST(ended.work.how_far().reruns == 5);
}

BOOST_AUTO_TEST_CASE(tasks_that_always_die_fail_the_job) {
  start(fate::die, 2);
  auto ended = wait();
  BOOST_CHECK(ended.how == outcome::kind::failed);
  BOOST_TEST(ended.message.find("5 attempts") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_exit_message_interrupts_the_job) {
  auto interrupted = start(fate::hang, 2);
  caf::anon_send_exit(interrupted, caf::exit_reason::user_shutdown);
  BOOST_CHECK(result.get().how == outcome::kind::interrupted);
}

BOOST_AUTO_TEST_SUITE_END()
