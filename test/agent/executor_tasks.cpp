// Which executor ran which task, over the agent's lives.
#include "actors/agent/executor_tasks.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

constexpr std::size_t most_ended = 3;

task_key key(const std::string& task) {
  return {framework_id{"f 1"}, task_id{task}};
}

executor_key by(const std::string& executor) {
  return {framework_id{"f 1"}, executor_id{executor}};
}

struct fixture {
  fixture() { std::filesystem::create_directory(directory / "executors"); }

  static void run(entente::executor_tasks& book, const std::string& task) {
    book.add(key(task), by("x"));
    book.end(key(task));
  }

  /// Those of "a" to "e" that are known, in another life.
  std::string known() const {
    entente::executor_tasks next{files, most_ended};
    next.recover();
    std::string result;
    for (const auto* id : {"a", "b", "c", "d", "e"})
      if (next.contains(key(id)))
        result += id;
    return result;
  }

  scratch_directory directory;
  executor_files files{directory / "executors"};
  entente::executor_tasks book{files, most_ended};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(executor_tasks, fixture)

BOOST_AUTO_TEST_CASE(a_task_that_ended_in_two_lives_is_remembered_once) {
  run(book, "a");
  entente::executor_tasks next{files, most_ended};
  next.recover();
  next.end(key("a"));
  run(next, "b");
  run(next, "c");
  BOOST_CHECK(next.contains(key("a")));
  BOOST_CHECK_EQUAL(known(), "abc");
}

BOOST_AUTO_TEST_CASE(what_was_added_is_known_in_the_next_life_whatever_its_name) {
  const std::string odd = "a \"b\"\n\\c";
  book.add(key(odd), by(odd));
  entente::executor_tasks next{files, most_ended};
  next.recover();
  BOOST_REQUIRE(next.contains(key(odd)));
  BOOST_CHECK(*next.find(key(odd)) == by(odd));
  BOOST_CHECK(!next.contains(key("other")));
}

BOOST_AUTO_TEST_CASE(of_those_that_have_ended_the_newest_are_known) {
  for (const auto* id : {"a", "b", "c", "d"})
    run(book, id);
  BOOST_CHECK(!book.contains(key("a")) && book.contains(key("b")) && book.contains(key("d")));
  BOOST_CHECK_EQUAL(known(), "bcd");
}

BOOST_AUTO_TEST_CASE(those_that_live_are_known_however_many_have_ended) {
  book.add(key("a"), by("x"));
  for (const auto* id : {"b", "c", "d", "e"})
    run(book, id);
  BOOST_CHECK(book.contains(key("a")) && !book.contains(key("b")));
}

BOOST_AUTO_TEST_CASE(one_that_is_found_again_lives) {
  book.add(key("a"), by("x"));
  entente::executor_tasks next{files, most_ended};
  next.recover();
  next.add(key("a"), by("x"));
  for (const auto* id : {"b", "c", "d", "e"})
    run(next, id);
  BOOST_CHECK(next.contains(key("a")) && !next.contains(key("b")));
}

BOOST_AUTO_TEST_CASE(the_file_does_not_grow_without_end) {
  for (auto i = 0; i < 5'000; ++i)
    run(book, std::to_string(i));
  BOOST_CHECK_LT(files.tasks().size(), 2'000u);
  BOOST_CHECK(book.contains(key("4999")));
}

BOOST_AUTO_TEST_CASE(what_was_torn_is_dropped_and_what_comes_after_is_kept) {
  book.add(key("a"), by("x"));
  std::ofstream{directory / "executors/tasks", std::ios::app} << "\"f 1\" \"x";
  BOOST_CHECK_EQUAL(known(), "a");
  book.add(key("b"), by("x"));
  BOOST_CHECK_EQUAL(known(), "ab");
}

BOOST_AUTO_TEST_CASE(without_a_place_to_write_to_it_is_known_in_this_life) {
  std::filesystem::remove_all(directory / "executors");
  write_file(directory / "executors", "in the way");
  book.add(key("a"), by("x"));
  run(book, "b");
  BOOST_CHECK(book.contains(key("a")) && book.contains(key("b")));
  BOOST_CHECK_EQUAL(known(), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
