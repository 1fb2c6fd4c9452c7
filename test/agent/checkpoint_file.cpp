// Checkpoints in a journal on a real disk.
#include "actors/agent/checkpoint_file.hpp"

#include <boost/test/unit_test.hpp>

#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

struct fixture {
  entente::checkpoint_file::opened open() const {
    auto made = entente::checkpoint_file::open(directory.path());
    auto* failed = std::get_if<runtime::failure>(&made);
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
    return std::move(std::get<entente::checkpoint_file::opened>(made));
  }

  scratch_directory directory;
};

const part_confirmed part{{round_id{"r1"}, {}, {}, {}, {}, {}, {}}, 2, {}, 3};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(checkpoint_file, fixture)

BOOST_AUTO_TEST_CASE(a_directory_without_one_is_of_a_new_agent) {
  BOOST_CHECK(open().state.is_new());
}

BOOST_AUTO_TEST_CASE(what_was_synced_is_read_back) {
  {
    auto [file, state] = open();
    file.append({agent_checkpoint{}, part});
    BOOST_CHECK(!file.sync());
    file.append({part_ended{round_id{"r1"}}});
  }
  auto state = open().state;
  BOOST_CHECK(!state.is_new());
  BOOST_CHECK(state.parts.at(round_id{"r1"}) == part);
}

BOOST_AUTO_TEST_CASE(a_rewrite_leaves_what_holds) {
  {
    auto [file, state] = open();
    file.append({agent_checkpoint{}, part});
    BOOST_CHECK(!file.rewrite({agent_checkpoint{}, part_ended{round_id{"r1"}}}));
    BOOST_CHECK(!file.is_dirty());
  }
  auto state = open().state;
  BOOST_CHECK(state.agent);
  BOOST_CHECK(state.parts.empty());
}

BOOST_AUTO_TEST_CASE(checkpoints_of_nobody_are_a_failure) {
  {
    auto [file, state] = open();
    file.append({part});
    BOOST_CHECK(!file.sync());
  }
  auto made = entente::checkpoint_file::open(directory.path());
  auto* failed = std::get_if<runtime::failure>(&made);
  BOOST_REQUIRE(failed);
  BOOST_CHECK(failed->message.find("no record says which agent") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_record_that_is_no_checkpoint_is_a_failure_that_says_how_to_go_on) {
  {
    auto made = journal::open(directory.path());
    auto& file = std::get<journal::opened>(made).file;
    file.append(encode(part));
    file.append("nonsense");
    BOOST_CHECK(!file.sync());
  }
  auto made = entente::checkpoint_file::open(directory.path());
  auto* failed = std::get_if<runtime::failure>(&made);
  BOOST_REQUIRE(failed);
  BOOST_CHECK(failed->message.find("record 2 is not a checkpoint") != std::string::npos);
  BOOST_CHECK(failed->message.find("move it away") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
