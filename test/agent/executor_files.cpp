// What an agent keeps of its executors.
#include "actors/agent/executor_files.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <sys/stat.h>

#include "messages/types.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

mode_t mode_of(const std::filesystem::path& file) {
  struct stat info {};
  ::stat(file.c_str(), &info);
  return info.st_mode & 0777;
}

struct fixture {
  fixture() {
    // Errors of CAF need it.
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      init_message_types();
      return true;
    }();
    static_cast<void>(once);
  }

  static executor_files::kept some(const std::string& framework, const std::string& executor) {
    executor_files::kept x;
    x.key = {framework_id{framework}, executor_id{executor}};
    x.info.id = x.key.executor;
    x.info.argv = {"program", "argument"};
    x.token = "secret";
    x.limits.set_milli("cpus", 500);
    return x;
  }

  /// The files that are there.
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory.path()})
      if (entry.is_regular_file())
        result.push_back(entry.path());
    return result;
  }

  scratch_directory directory;
  entente::executor_files kept{directory / "executors"};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(executor_files, fixture)

BOOST_AUTO_TEST_CASE(what_is_kept_is_found_again) {
  BOOST_CHECK(kept.all().empty());
  BOOST_REQUIRE(!kept.keep(some("f/1", "e\n1")));
  auto all = kept.all();
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_CHECK(all[0].key == some("f/1", "e\n1").key);
  BOOST_CHECK(all[0].info == some("f/1", "e\n1").info);
  BOOST_CHECK_EQUAL(all[0].token, "secret");
  BOOST_CHECK_EQUAL(all[0].limits.milli("cpus"), 500);
}

BOOST_AUTO_TEST_CASE(what_is_kept_again_replaces_what_was_there) {
  kept.keep(some("f", "e"));
  auto other = some("f", "e");
  other.token = "another";
  kept.keep(other);
  BOOST_REQUIRE_EQUAL(kept.all().size(), 1u);
  BOOST_CHECK_EQUAL(kept.all()[0].token, "another");
}

BOOST_AUTO_TEST_CASE(what_is_removed_is_gone) {
  kept.keep(some("f", "e1"));
  kept.keep(some("f", "e2"));
  kept.remove(some("f", "e1").key);
  BOOST_REQUIRE_EQUAL(kept.all().size(), 1u);
  BOOST_CHECK_EQUAL(kept.all()[0].key.executor, executor_id{"e2"});
}

BOOST_AUTO_TEST_CASE(only_the_agents_user_can_read_it) {
  kept.keep(some("f", "e"));
  kept.write_address(4711);
  BOOST_CHECK_EQUAL(read_file(kept.address()), "127.0.0.1:4711\n");
  BOOST_REQUIRE_EQUAL(files().size(), 2u);
  for (const auto& file : files())
    BOOST_CHECK_EQUAL(mode_of(file), 0600u);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_or_not_its_own_is_left_out) {
  kept.keep(some("f", "e"));
  auto file = files().at(0);
  auto bytes = read_file(file);
  write_file(file.string() + "copy", bytes);
  BOOST_CHECK_EQUAL(kept.all().size(), 1u);
  write_file(file, bytes.substr(0, bytes.size() / 2));
  BOOST_CHECK(kept.all().empty());
  write_file(file, "");
  BOOST_CHECK(kept.all().empty());
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_made_is_named) {
  write_file(directory / "executors", "a file");
  auto failed = kept.keep(some("f", "e"));
  BOOST_REQUIRE(failed);
  BOOST_CHECK(failed->message.find("executors") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
