// What the agent's runner of processes says of their output.
#include "actors/agent/process_runner.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/runtime/output_file.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

struct fixture {
  fixture() { std::filesystem::create_directories(sandbox); }

  void write(const std::string& text) const {
    auto file = runtime::output_file::create(sandbox, runtime::stdout_name, 10);
    std::get<runtime::output_file>(file).write(text);
  }

  output_chunk read(std::uint64_t offset) const {
    read_output wanted;
    wanted.framework = framework_id{"f"};
    wanted.task = task_id{"t"};
    wanted.offset = offset;
    wanted.max_bytes = 1000;
    return std::get<output_chunk>(runner->read(wanted));
  }

  static process_runner_options options(const std::filesystem::path& work_dir) {
    process_runner_options result;
    result.work_dir = work_dir;
    return result;
  }

  scratch_directory dir;
  std::filesystem::path sandbox = runtime::sandbox_path(dir.path(), "f", "t");
  std::unique_ptr<task_runner> runner =
    run_processes(options(dir.path()))([](const task_key&, const task_event&) {});
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process_runner, fixture)

BOOST_AUTO_TEST_CASE(who_reads_all_that_is_kept_is_told_what_is_not_and_sees_each_byte_once) {
  write("0123456789abcdefghijklm");
  auto older = read(0);
  BOOST_CHECK_EQUAL(older.bytes, "abcdefghij");
  BOOST_CHECK_EQUAL(older.skipped, 10u);
  auto newer = read(older.skipped + older.bytes.size());
  BOOST_CHECK_EQUAL(newer.bytes, "klm");
  BOOST_CHECK_EQUAL(newer.skipped, 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
