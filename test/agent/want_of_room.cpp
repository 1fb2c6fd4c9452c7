// A disk without room: nothing is begun there, and nothing fails for it.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <future>

#include "actors/agent/agent.hpp"
#include "messages/types.hpp"
#include "support/idle_runner.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

constexpr auto limit = 60s;

/// What the test and the agent's thread both look at.
struct disk {
  std::atomic<bool> has_room = false;
  std::atomic<int> asked = 0;
  std::promise<void> asked_twice;
  std::promise<bool> started;  ///< whether there was room then
};

class runner_on_disk : public idle_runner {
public:
  explicit runner_on_disk(disk& where) : where_(where) {}

  std::optional<std::string> want_of_room() const override {
    if (++where_.asked == 2)
      where_.asked_twice.set_value();
    return where_.has_room ? std::nullopt : std::optional<std::string>{"it is full"};
  }
  std::optional<std::string> start(const task_key&, const task_info&) override {
    where_.started.set_value(where_.has_room);
    return std::nullopt;
  }

private:
  disk& where_;
};

struct fixture {
  fixture() {
    caf::core::init_global_meta_objects();
    init_message_types();
    system.emplace(config);
    agent_options options;
    options.info.id = agent_id{"a1"};
    options.info.total.set_milli("cpus", 4000);
    options.leaves_tasks = true;
    options.outlives_master = true;
    options.runner = [this](const auto&) { return std::make_unique<runner_on_disk>(where); };
    agent = spawn_agent(*system, master_for_agents{}, std::move(options));
  }
  ~fixture() { caf::anon_send_exit(agent, caf::exit_reason::user_shutdown); }

  void launch() const {
    task_info task;
    task.id = task_id{"t1"};
    task.argv = {"true"};
    task.limits.set_milli("cpus", 1000);
    caf::anon_send(agent, launch_tasks{framework_id{"f1"}, {task}});
  }

  bid_refusal answer_to_solicit() {
    solicit question;
    question.round = round_id{"r1"};
    question.framework = framework_id{"f1"};
    question.limits.set_milli("cpus", 1000);
    question.wanted = 1;
    question.lease = 2s;
    auto result = bid_refusal::none;
    caf::scoped_actor {
      *system
      } -> request(agent, limit, question)
        .receive([&](const bid& x) { result = x.refusal; },
                 [](const caf::error& x) { BOOST_ERROR(to_string(x)); });
    return result;
  }

  disk where;
  caf::actor_system_config config;
  std::optional<caf::actor_system> system;
  local_agent_actor agent;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(want_of_room, fixture)

BOOST_AUTO_TEST_CASE(what_is_launched_begins_when_there_is_room) {
  launch();
  BOOST_REQUIRE(where.asked_twice.get_future().wait_for(limit) == std::future_status::ready);
  auto started = where.started.get_future();
  BOOST_CHECK(started.wait_for(0s) == std::future_status::timeout);
  where.has_room = true;
  BOOST_REQUIRE(started.wait_for(limit) == std::future_status::ready);
  BOOST_CHECK(started.get());
}

BOOST_AUTO_TEST_CASE(the_agent_bids_for_nothing_without_room) {
  BOOST_CHECK(answer_to_solicit() == bid_refusal::cannot_write);
  where.has_room = true;
  BOOST_CHECK(answer_to_solicit() == bid_refusal::none);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
