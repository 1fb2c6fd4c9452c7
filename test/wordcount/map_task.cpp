#include "apps/wordcount/map_task.hpp"

#include "apps/wordcount/input.hpp"
#include "apps/wordcount/word_counts.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace entente::wordcount;

namespace {

/// A directory for files, removed at the end.
struct fixture {
  fixture() {
    auto name = (std::filesystem::temp_directory_path() / "wordcount-test-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()));
    directory = name;
  }

  ~fixture() { std::filesystem::remove_all(directory); }

  std::string file(const std::string& name, const std::string& text) const {
    auto path = directory / name;
    std::ofstream{path, std::ios::binary} << text;
    return path.string();
  }

  std::filesystem::path directory;
};

/// The result of map tasks over all chunks of these files.
entente::wordcount::word_counts count(const std::vector<std::string>& files) {
  entente::wordcount::word_counts result;
  auto split = split_files(files);
  for (const auto& work : std::get<std::vector<chunk>>(split)) {
    std::ostringstream out;
    BOOST_REQUIRE(!run_map_task(work, out));
    BOOST_REQUIRE(result.add_lines(out.str()));
  }
  return result;
}

std::string error_of(const std::string& file) {
  auto split = split_files({file});
  return std::get<file_error>(split).message;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(map_task, fixture)

BOOST_AUTO_TEST_CASE(a_command_line_is_read_back) {
  chunk work{{"/a file", 0, 12}, {"/b", 34, 56}};
  auto command = map_command("/bin/wordcount", work);
  BOOST_TEST(command.at(0) == "/bin/wordcount");
  BOOST_TEST(command.at(1) == map_flag);
  BOOST_CHECK(parse_map_arguments({command.begin() + 2, command.end()}) == work);
}

BOOST_AUTO_TEST_CASE(arguments_that_are_not_pieces_are_refused) {
  BOOST_CHECK(!parse_map_arguments({}));
  BOOST_CHECK(!parse_map_arguments({"f", "0"}));
  BOOST_CHECK(!parse_map_arguments({"f", "0", "-1"}));
  BOOST_CHECK(!parse_map_arguments({"f", "0", "1", "g"}));
  BOOST_CHECK(!parse_map_arguments({"f", "0", "1x"}));
}

BOOST_AUTO_TEST_CASE(only_the_piece_is_counted) {
  auto path = file("f", "one two\nthree\nfour\n");
  std::ostringstream out;
  BOOST_TEST(!run_map_task({{path, 8, 6}}, out).has_value());
  BOOST_TEST(out.str() == "1\tthree\n");
}

BOOST_AUTO_TEST_CASE(words_of_two_files_are_not_joined) {
  auto counts = count({file("f", "no newline"), file("g", "after all")});
  BOOST_TEST(counts.distinct() == 4);
}

BOOST_AUTO_TEST_CASE(a_file_of_many_chunks_is_counted_as_a_whole) {
  std::string text;
  for (auto i = 0; i < 100'000; ++i)
    text += "line of words\n";
  auto counts = count({file("f", text)});
  BOOST_TEST(counts.total() == 300'000);
  BOOST_TEST(counts.distinct() == 3);
}

BOOST_AUTO_TEST_CASE(ten_megabytes_of_letters_are_one_word) {
  auto counts = count({file("f", "x " + std::string(10'000'000, 'a') + "\ny")});
  BOOST_TEST(counts.total() == 3);
}

BOOST_AUTO_TEST_CASE(a_file_that_became_shorter_is_an_error) {
  std::ostringstream out;
  auto failed = run_map_task({{file("f", "short\n"), 0, 100}}, out);
  BOOST_REQUIRE(failed);
  BOOST_TEST(failed->find("shorter than it was") != std::string::npos);
  BOOST_TEST(out.str() == "");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_are_named) {
  auto gone = (directory / "gone").string();
  BOOST_TEST(error_of(gone) == "cannot read " + gone + ": No such file or directory");
  BOOST_TEST(error_of(directory.string()) ==
             "cannot read " + directory.string() + ": Is a directory");
  BOOST_TEST(error_of("/dev/null") == "cannot read /dev/null: not a regular file");
}

BOOST_AUTO_TEST_CASE(tasks_are_given_absolute_paths) {
  file("f", "text\n");
  auto here = std::filesystem::current_path();
  std::filesystem::current_path(directory);
  auto split = split_files({"f"});
  std::filesystem::current_path(here);
  BOOST_TEST(std::get<std::vector<chunk>>(split).at(0).at(0).file == (directory / "f").string());
}

BOOST_AUTO_TEST_SUITE_END()
