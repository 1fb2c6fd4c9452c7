// Checkpoints on disk, of this version and of earlier ones: golden/ holds one of each kind, as
// written when the kind was new. See the top of golden.cpp.
#include "messages/checkpoint.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

#include "samples.hpp"
#include "support/generate.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

constexpr std::uint64_t seeds = 2'000;

status_update sample_update(std::uint64_t sequence, task_state state) {
  status_update x;
  x.framework = framework_id{"f-1"};
  x.agent = agent_id{"a-1"};
  x.task = task_id{"t-1"};
  x.sequence = sequence;
  x.state = state;
  x.message = "exited with code 3";
  x.exit_code = 3;
  return x;
}

/// One of each kind, with the name of its file.
std::vector<std::pair<std::string, checkpoint>> samples() {
  grant_part part;
  part.round = round_id{"r-1"};
  part.framework = framework_id{"f-1"};
  part.claim = claim_id{"c-1"};
  part.slot_class = "small";
  part.limits = sample_resources();
  part.slots = {{0, {31'000, 31'001}, false}, {2, {}, true}};
  part.members = {{agent_id{"a-1"}, 3}, {agent_id{"a-2"}, 1}};
  part.used = true;
  part.role = "eng/ads";
  part.preemptible = true;
  return {
    {"agent", agent_checkpoint{sample_agent(), 7, "5d2c4b1e"}},
    {"task_launched",
     task_launched{framework_id{"f-1"}, sample_task(), grant_id{"r-1"}, 2, "eng/ads"}},
    {"task_progress",
     task_progress{framework_id{"f-1"},
                   task_id{"t-1"},
                   sample_update(4, task_state::failed),
                   {sample_update(3, task_state::running), sample_update(4, task_state::failed)},
                   true,
                   true,
                   task_reason::framework_removed,
                   std::chrono::milliseconds{1500}}},
    {"task_forgotten", task_forgotten{framework_id{"f-1"}, task_id{"t-1"}}},
    {"part_confirmed", part_confirmed{part, 3, std::chrono::milliseconds{60'000}, 42}},
    {"part_ended", part_ended{round_id{"r-1"}}},
    {"revision_ceiling", revision_ceiling{65'578}},
  };
}

task_progress make_progress(generator& random) {
  return {random.make<framework_id>(),
          random.make<task_id>(),
          random.make<status_update>(),
          random.make<std::vector<status_update>>(),
          random.flip(),
          random.flip(),
          random.make<std::optional<task_reason>>(),
          random.make<std::chrono::milliseconds>()};
}

checkpoint make_checkpoint(generator& random) {
  switch (random.below(7)) {
  case 0:
    return agent_checkpoint{random.make<agent_info>(), random.number(), random.text()};
  case 1:
    return task_launched{random.make<framework_id>(), random.make<task_info>(),
                         random.make<grant_id>(), static_cast<std::uint32_t>(random.number()),
                         random.text()};
  case 2:
    return make_progress(random);
  case 3:
    return task_forgotten{random.make<framework_id>(), random.make<task_id>()};
  case 4:
    return part_confirmed{random.make<grant_part>(), static_cast<std::uint32_t>(random.number()),
                          random.make<std::chrono::milliseconds>(), random.number()};
  case 5:
    return part_ended{random.make<round_id>()};
  default:
    return revision_ceiling{random.number()};
  }
}

bool decodes_to(const std::string& bytes, const checkpoint& x) {
  auto read = decode_checkpoint(bytes);
  auto* got = std::get_if<checkpoint>(&read);
  return got && *got == x;
}

bool is_refused(std::string_view bytes) {
  return std::holds_alternative<checkpoint_error>(decode_checkpoint(bytes));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(every_checkpoint_round_trips) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    generator random{seed};
    auto x = make_checkpoint(random);
    BOOST_REQUIRE_MESSAGE(decodes_to(encode(x), x), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(golden_files_decode_to_what_they_always_were) {
  for (const auto& [name, x] : samples()) {
    auto file =
      std::filesystem::path{__FILE__}.parent_path() / "golden" / ("checkpoint." + name + ".bin");
    if (std::getenv("ENTENTE_WRITE_GOLDEN") && !std::filesystem::exists(file))
      write_file(file, encode(x));
    BOOST_CHECK_MESSAGE(decodes_to(read_file(file), x), name << " is not what it was");
  }
}

BOOST_AUTO_TEST_CASE(durations_that_cannot_be_read_back_are_cut) {
  task_launched x;
  x.task.kill_grace = std::chrono::milliseconds::max();
  auto read = decode_checkpoint(encode(x));
  BOOST_REQUIRE(std::holds_alternative<entente::checkpoint>(read));
  x.task.kill_grace = std::chrono::milliseconds{-1};
  auto got = std::get<task_launched>(std::get<entente::checkpoint>(decode_checkpoint(encode(x))));
  BOOST_CHECK(got.task.kill_grace == std::chrono::milliseconds{0});
}

BOOST_AUTO_TEST_CASE(nothing_and_a_kind_that_is_not_known_are_errors) {
  BOOST_CHECK(is_refused(""));
  BOOST_CHECK(is_refused(std::string(8, '\0')));
  BOOST_CHECK(is_refused("not a checkpoint"));
  auto bytes = encode(part_ended{round_id{"r"}});
  // The root struct begins after the segment table and the root pointer, with the number of the
  // kind.
  BOOST_REQUIRE_EQUAL(bytes[16], 6);
  bytes[16] = 99;
  BOOST_CHECK(is_refused(bytes));
  bytes[16] = 0;
  BOOST_CHECK(is_refused(bytes));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_is_cut_is_an_error) {
  for (const auto& [name, x] : samples()) {
    auto bytes = encode(x);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      BOOST_CHECK_MESSAGE(is_refused(std::string_view{bytes}.substr(0, size)),
                          name << " cut at " << size);
  }
}

BOOST_AUTO_TEST_CASE(wrong_bytes_are_an_error_or_a_value_and_never_a_crash) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    generator random{seed};
    auto bytes = encode(make_checkpoint(random));
    for (auto n = 1 + random.below(4); n > 0; --n)
      bytes[random.below(bytes.size())] = static_cast<char>(random.number());
    auto read = decode_checkpoint(bytes);
    if (auto* x = std::get_if<entente::checkpoint>(&read))
      BOOST_REQUIRE_MESSAGE(decodes_to(encode(*x), *x), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
