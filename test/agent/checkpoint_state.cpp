// The last that was said of a thing holds.
#include "actors/agent/checkpoint_state.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

const framework_id f1{"f1"};
const task_id t1{"t1"};
const task_key key{f1, t1};

task_launched launched(const std::string& role = "") {
  task_launched x;
  x.framework = f1;
  x.task.id = t1;
  x.role = role;
  return x;
}

task_progress progress(bool started) {
  task_progress x;
  x.framework = f1;
  x.task = t1;
  x.started = started;
  return x;
}

part_confirmed part(std::uint32_t slots) {
  part_confirmed x;
  x.part.round = round_id{"r1"};
  x.confirmed_slots = slots;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint_state)

BOOST_AUTO_TEST_CASE(it_is_new_as_long_as_nothing_was_said) {
  entente::checkpoint_state state;
  BOOST_CHECK(state.is_new());
  state.apply(part(1));
  BOOST_CHECK(!state.is_new());
  state = {};
  state.apply(agent_checkpoint{{}, 2, "boot"});
  BOOST_CHECK(!state.is_new());
  state.apply(agent_checkpoint{{}, 3, "boot"});
  BOOST_CHECK_EQUAL(state.agent->life, 3u);
}

BOOST_AUTO_TEST_CASE(the_last_of_each_kind_holds) {
  entente::checkpoint_state state;
  for (checkpoint x : std::vector<checkpoint>{launched("a"), progress(false), part(1),
                                              progress(true), part(2), launched("b")})
    state.apply(std::move(x));
  BOOST_CHECK(state.tasks.at(key).launched == launched("b"));
  BOOST_CHECK(state.tasks.at(key).progress == progress(true));
  BOOST_CHECK(state.parts.at(round_id{"r1"}) == part(2));
}

BOOST_AUTO_TEST_CASE(what_is_over_is_not_there) {
  entente::checkpoint_state state;
  for (checkpoint x :
       std::vector<checkpoint>{launched(), progress(true), part(1), part_ended{round_id{"r1"}},
                               part_ended{round_id{"r2"}}, task_forgotten{f1, t1}})
    state.apply(std::move(x));
  BOOST_CHECK(state.tasks.empty());
  BOOST_CHECK(state.parts.empty());
  BOOST_CHECK(state.forgotten == std::vector{key});
}

BOOST_AUTO_TEST_CASE(the_ceiling_of_revisions_never_falls) {
  entente::checkpoint_state state;
  state.apply(revision_ceiling{7});
  state.apply(revision_ceiling{5});
  BOOST_CHECK_EQUAL(state.revision, 7u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
