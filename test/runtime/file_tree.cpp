// What tasks leave behind is measured and removed, whatever they have made of it.
#include "actors/runtime/file_tree.hpp"

#include <algorithm>
#include <iterator>

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"
#include "support/scratch_directory.hpp"

namespace entente::runtime::test {

namespace {

namespace fs = std::filesystem;
using entente::test::write_file;

struct fixture {
  fixture() { fs::create_directory(top()); }

  fs::path top() const { return dir / "top"; }

  /// Directories within each other, deeper than a path can be long.
  void dig(int depth) const {
    unique_fd at{::open(top().c_str(), O_RDONLY | O_DIRECTORY)};
    for (auto i = 0; i < depth; ++i) {
      ::mkdirat(at.value(), "directory", 0700);
      at = unique_fd{::openat(at.value(), "directory", O_RDONLY | O_DIRECTORY)};
    }
    unique_fd{::openat(at.value(), "file", O_WRONLY | O_CREAT, 0600)};
  }

  std::uint64_t walk_in_steps_of(std::size_t entries) const {
    tree_walk walk{top()};
    while (!walk.step(entries)) {
    }
    return walk.bytes();
  }

  std::string remove_it() const {
    auto why = remove_tree(top());
    return why ? why->message : "";
  }

  entente::test::scratch_directory dir;
};

constexpr std::size_t megabyte = 1024 * 1024;

std::ptrdiff_t open_descriptors() {
  return std::distance(fs::directory_iterator{"/proc/self/fd"}, {});
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file_tree, fixture)

BOOST_AUTO_TEST_CASE(all_files_count) {
  auto empty = tree_bytes(top());
  fs::create_directory(top() / "a");
  write_file(top() / "a/x", std::string(megabyte, 'x'));
  write_file(top() / "y", std::string(megabyte, 'x'));
  BOOST_CHECK_GE(tree_bytes(top()), empty + 2 * megabyte);
  BOOST_CHECK_LT(tree_bytes(top()), empty + 3 * megabyte);
}

BOOST_AUTO_TEST_CASE(what_has_several_names_counts_once_and_holes_do_not_count) {
  write_file(top() / "x", std::string(megabyte, 'x'));
  fs::create_hard_link(top() / "x", top() / "y");
  write_file(top() / "hole", "");
  fs::resize_file(top() / "hole", 100 * megabyte);
  BOOST_CHECK_LT(tree_bytes(top()), 2 * megabyte);
}

BOOST_AUTO_TEST_CASE(what_is_behind_a_link_does_not_count) {
  write_file(dir / "outside", std::string(megabyte, 'x'));
  fs::create_symlink(dir / "outside", top() / "link");
  fs::create_directory_symlink(dir.path(), top() / "up");
  BOOST_CHECK_LT(tree_bytes(top()), megabyte);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_has_nothing) {
  BOOST_CHECK_EQUAL(tree_bytes(dir / "nosuch"), 0u);
  BOOST_CHECK(!remove_tree(dir / "nosuch"));
}

BOOST_AUTO_TEST_CASE(however_small_the_steps_are_the_same_is_found) {
  auto expected = tree_bytes(top());
  auto at = top();
  for (auto depth = 0; depth < 50; ++depth) {
    for (const auto* name : {"a", "b", "c"}) {
      auto file = (at / name).string() + ".file";
      write_file(file, std::string(5000, 'x'));
      struct stat info {};
      ::stat(file.c_str(), &info);
      expected += static_cast<std::uint64_t>(info.st_blocks) * 512;
      fs::create_directory(at / name);
      ::stat((at / name).c_str(), &info);
      expected += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
    fs::create_hard_link(at / "a.file", at / "another");
    at /= "b";
  }
  for (auto entries : {1u, 7u, 100'000u})
    BOOST_CHECK_EQUAL(walk_in_steps_of(entries), expected);
}

BOOST_AUTO_TEST_CASE(a_walk_sees_no_more_than_it_may_in_a_step) {
  for (auto i = 0; i < 10; ++i)
    write_file(top() / std::to_string(i), std::string(megabyte, 'x'));
  tree_walk walk{top()};
  BOOST_CHECK(!walk.step(5));
  BOOST_CHECK_LT(walk.bytes(), 6 * megabyte);
  BOOST_CHECK(walk.step(100));
  BOOST_CHECK_GE(walk.bytes(), 10 * megabyte);
}

BOOST_AUTO_TEST_CASE(a_walk_holds_few_directories_open_however_deep_they_are) {
  dig(200);
  auto before = open_descriptors();
  auto most = before;
  tree_walk walk{top()};
  while (!walk.step(1))
    most = std::max(most, open_descriptors());
  BOOST_CHECK_LE(most - before, 16);
  BOOST_CHECK_EQUAL(open_descriptors(), before);
}

BOOST_AUTO_TEST_CASE(what_becomes_a_link_during_a_walk_is_not_followed) {
  fs::create_directory(dir / "outside");
  write_file(dir / "outside/file", std::string(megabyte, 'x'));
  for (auto steps = 0; steps < 80; ++steps) {
    dig(20);
    tree_walk walk{top()};
    for (auto i = 0; i < steps; ++i)
      walk.step(1);
    auto replaced = top();
    for (auto i = 0; i < 17; ++i)
      replaced /= "directory";
    fs::remove_all(replaced);
    fs::create_directory_symlink(dir / "outside", replaced);
    while (!walk.step(1)) {
    }
    BOOST_CHECK_LT(walk.bytes(), megabyte);
    fs::remove_all(top() / "directory");
  }
}

BOOST_AUTO_TEST_CASE(all_is_removed_but_not_what_is_behind_a_link) {
  write_file(dir / "outside", "");
  fs::create_symlink(dir / "outside", top() / "link");
  fs::create_directory_symlink(dir.path(), top() / "up");
  fs::create_directories(top() / "a/b/c");
  write_file(top() / "a/b/x", "");
  ::mkfifo((top() / "fifo").c_str(), 0600);
  BOOST_CHECK_EQUAL(remove_it(), "");
  BOOST_CHECK(!fs::exists(top()));
  BOOST_CHECK(fs::exists(dir / "outside"));
}

BOOST_AUTO_TEST_CASE(a_link_in_place_of_the_directory_is_not_followed) {
  fs::create_directory(dir / "other");
  write_file(dir / "other/x", "");
  fs::remove(top());
  fs::create_directory_symlink(dir / "other", top());
  BOOST_CHECK_NE(remove_it(), "");
  BOOST_CHECK(fs::exists(dir / "other/x"));
}

BOOST_AUTO_TEST_CASE(directories_without_rights_are_removed) {
  fs::create_directories(top() / "a/b");
  write_file(top() / "a/b/x", "");
  for (const auto* name : {"a/b", "a"})
    fs::permissions(top() / name, fs::perms::none);
  BOOST_CHECK_EQUAL(remove_it(), "");
}

BOOST_AUTO_TEST_CASE(however_deep_it_is) {
  dig(3'000);
  BOOST_CHECK_GT(tree_bytes(top()), 0u);
  BOOST_CHECK_EQUAL(remove_it(), "");
  BOOST_CHECK(!fs::exists(top()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test
