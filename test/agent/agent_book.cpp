// What an agent tells a master of what it has, with the roles that it is charged to.
#include "actors/agent/agent_book.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/agent/task_runner.hpp"

namespace entente::test {

namespace {

const time_point t0{};
const framework_id f1{"f1"};
const round_id r1{"r1"};

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

struct fixture {
  static agent_info info() {
    agent_info x;
    x.id = agent_id{"a1"};
    x.total = parse("cpus:4;mem:1000");
    x.reservations = {{"eng", parse("cpus:1")}};
    return x;
  }

  /// Makes a part of one slot.
  void grant(const std::string& role, bool preemptible) {
    solicit asked;
    asked.round = r1;
    asked.framework = f1;
    asked.limits = parse("cpus:1");
    BOOST_REQUIRE_EQUAL(book.answer(asked, 0, t0).slots, 1u);
    confirm told;
    told.round = r1;
    told.framework = f1;
    told.slots = 1;
    told.role = role;
    told.preemptible = preemptible;
    BOOST_REQUIRE(book.answer(told, t0).refusal == bid_refusal::none);
  }

  void launch(const grant_id& on, const std::string& role, const std::string& task = "t") {
    launch_tasks call;
    call.framework = f1;
    call.grant = on;
    call.role = role;
    call.tasks.resize(1);
    call.tasks[0].id = task_id{task};
    call.tasks[0].limits = parse("cpus:1");
    if (on)
      call.slots = {0};
    book.launch(call, t0);
  }

  entente::agent_book book{info(), 1};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_book, fixture)

BOOST_AUTO_TEST_CASE(the_report_says_what_the_agent_keeps_for_roles) {
  BOOST_CHECK(book.report().info == info());
}

BOOST_AUTO_TEST_CASE(a_part_is_reported_with_its_role_and_whether_it_can_be_taken_back) {
  grant("eng/ads", true);
  auto part = book.report().parts.at(0);
  BOOST_CHECK_EQUAL(part.role, "eng/ads");
  BOOST_CHECK(part.preemptible);
}

BOOST_AUTO_TEST_CASE(a_part_that_must_not_be_taken_back_is_reported_as_such) {
  grant("eng", false);
  BOOST_CHECK(!book.report().parts.at(0).preemptible);
}

BOOST_AUTO_TEST_CASE(a_task_on_an_offer_is_reported_with_the_role_of_the_offer) {
  launch({}, "eng/ads");
  launch({}, "ops", "u");
  auto tasks = book.report().tasks;
  BOOST_REQUIRE_EQUAL(tasks.size(), 2u);
  BOOST_CHECK_EQUAL(tasks[0].role, "eng/ads");
  BOOST_CHECK_EQUAL(tasks[1].role, "ops");
}

BOOST_AUTO_TEST_CASE(a_repeated_launch_does_not_change_the_role_of_a_task) {
  launch({}, "eng/ads");
  launch({}, "ops");
  BOOST_CHECK_EQUAL(book.report().tasks.at(0).role, "eng/ads");
}

// Else a master that has not heard of its end waits for it for ever.
BOOST_AUTO_TEST_CASE(a_task_that_was_forgotten_is_denied_when_it_is_launched) {
  launch({}, "eng");
  book.take_effects();
  agent_registered answer;
  answer.id = info().id;
  answer.abandon = {{f1, task_id{"t"}, std::nullopt}};
  book.registered(answer, t0);
  book.start_failed({f1, task_id{"t"}}, "was told to end", t0);
  book.take_effects();
  for (auto times = 0; times < 2; ++times) {
    launch({}, "eng");
    auto effects = book.take_effects();
    BOOST_REQUIRE_EQUAL(effects.size(), 1u);
    const auto& update = std::get<send_update>(effects[0]).update;
    BOOST_CHECK_EQUAL(update.sequence, 0u);
    BOOST_CHECK(update.state == task_state::lost);
    BOOST_CHECK(update.reason == task_reason::task_unknown);
  }
}

BOOST_AUTO_TEST_CASE(a_task_in_a_grant_leaves_the_role_to_the_part) {
  grant("eng/ads", false);
  launch(r1, "");
  auto report = book.report();
  BOOST_CHECK_EQUAL(report.tasks.at(0).grant, r1);
  BOOST_CHECK_EQUAL(report.tasks.at(0).role, "");
  BOOST_CHECK_EQUAL(report.parts.at(0).role, "eng/ads");
}

// A message that is too long is the end of the connection, each time anew.
BOOST_AUTO_TEST_CASE(a_report_leaves_out_what_executors_say_at_length) {
  for (auto i = 0; i < 100; ++i) {
    auto name = "t" + std::to_string(i);
    launch({}, "", name);
    book.reported(
      {f1, task_id{name}},
      {task_state::running, std::string(16'000, 'm'), std::string(1'000'000, 'd'), {}, {}}, t0);
  }
  std::size_t bytes = 0;
  for (const auto& task : book.report().tasks)
    bytes += task.last.message.size() + task.last.data.size();
  BOOST_CHECK_LE(bytes, 100 * 1024);
}

BOOST_AUTO_TEST_CASE(what_a_report_shortens_is_cut_between_characters) {
  launch({}, "");
  book.reported({f1, task_id{"t"}},
                {task_state::running, std::string(1023, 'm') + "\u00e9", {}, {}, {}}, t0);
  BOOST_CHECK_EQUAL(book.report().tasks.at(0).last.message, std::string(1023, 'm'));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
