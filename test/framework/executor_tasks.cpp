// What an executor says of its tasks: in order, one at a time, until it is taken.
#include "actors/framework/executor_tasks.hpp"

#include <boost/test/unit_test.hpp>

#include "support/generate.hpp"

namespace entente::test {

namespace {

const task_id a{"a"};
const task_id b{"b"};

executor_update update(const task_id& task, task_state state) {
  executor_update x;
  x.task = task;
  x.state = state;
  return x;
}

struct fixture {
  fixture() { tasks.given(a); }

  entente::executor_tasks tasks{2};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(executor_tasks, fixture)

BOOST_AUTO_TEST_CASE(a_task_that_is_given_again_is_not_begun_again) {
  BOOST_CHECK(!tasks.given(a));
  tasks.say(update(a, task_state::finished));
  tasks.next(a);
  tasks.taken(a);
  BOOST_CHECK(!tasks.given(a));
  BOOST_CHECK(tasks.empty());
}

BOOST_AUTO_TEST_CASE(updates_of_a_task_are_numbered_and_one_at_a_time) {
  BOOST_CHECK(tasks.say(update(a, task_state::running)) == 1u);
  BOOST_CHECK(tasks.say(update(a, task_state::finished)) == 2u);
  BOOST_CHECK_EQUAL(tasks.next(a)->number, 1u);
  BOOST_CHECK(!tasks.next(a));
  tasks.taken(a);
  BOOST_CHECK_EQUAL(tasks.next(a)->number, 2u);
  BOOST_CHECK(!tasks.is_all_taken());
  tasks.taken(a);
  BOOST_CHECK(tasks.is_all_taken());
}

BOOST_AUTO_TEST_CASE(tasks_do_not_wait_for_each_other) {
  tasks.given(b);
  tasks.say(update(a, task_state::running));
  tasks.say(update(b, task_state::running));
  BOOST_CHECK(tasks.next(a));
  BOOST_CHECK(tasks.next(b));
}

BOOST_AUTO_TEST_CASE(what_is_lost_is_sent_again_with_its_number) {
  tasks.say(update(a, task_state::running));
  tasks.next(a);
  tasks.all_lost();
  BOOST_CHECK_EQUAL(tasks.next(a)->number, 1u);
}

BOOST_AUTO_TEST_CASE(nothing_can_be_said_of_what_has_ended_or_was_never_here) {
  tasks.say(update(a, task_state::failed));
  BOOST_CHECK(!tasks.runs(a));
  BOOST_CHECK(!tasks.say(update(a, task_state::running)));
  BOOST_CHECK(!tasks.say(update(b, task_state::running)));
}

BOOST_AUTO_TEST_CASE(a_task_is_here_until_its_end_is_taken) {
  tasks.say(update(a, task_state::failed));
  tasks.next(a);
  BOOST_CHECK(tasks.all() == std::vector{a});
  tasks.taken(a);
  BOOST_CHECK(tasks.all().empty());
}

BOOST_AUTO_TEST_CASE(whatever_is_lost_every_update_is_taken_in_order) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    generator random{seed};
    entente::executor_tasks all;
    all.given(a);
    std::uint64_t said = 0;
    std::uint64_t taken = 0;
    while (taken < 50) {
      if (said < 50 && random.flip())
        said = *all.say(update(a, said == 49 ? task_state::finished : task_state::running));
      auto next = all.next(a);
      if (next && random.flip()) {
        BOOST_CHECK_MESSAGE(next->number == ++taken, "seed " << seed);
        all.taken(a);
      } else if (next) {
        all.lost(a);
      }
    }
    BOOST_CHECK_MESSAGE(all.empty(), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
