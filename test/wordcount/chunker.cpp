#include "apps/wordcount/chunker.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace entente::wordcount;

namespace {

/// Files in memory, cut by a chunker.
struct fixture {
  explicit fixture(std::uint64_t chunk_size) : cutter{chunk_size} {}

  void add(const std::string& name, const std::string& text) {
    texts[name] = text;
    cutter.add(name, text.size(), [&text](std::uint64_t offset) {
      auto newline = text.find('\n', offset);
      return newline == text.npos ? text.size() : newline + 1;
    });
  }

  /// The text of each chunk, `|` between its pieces.
  std::vector<std::string> cut() {
    std::vector<std::string> result;
    for (const auto& pieces : cutter.take()) {
      auto& text = result.emplace_back();
      for (const auto& x : pieces)
        text += (text.empty() ? "" : "|") + texts.at(x.file).substr(x.offset, x.length);
    }
    return result;
  }

  chunker cutter;
  std::map<std::string, std::string> texts;
};

using texts = std::vector<std::string>;

std::string random_text(std::mt19937& random) {
  std::string result;
  for (auto size = random() % 300; result.size() < size;)
    result += random() % 8 == 0 ? '\n' : 'x';
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chunker)

BOOST_AUTO_TEST_CASE(a_chunk_ends_where_the_line_at_its_size_ends) {
  fixture files{4};
  files.add("f", "one\ntwo\nthree\nfour\n");
  BOOST_CHECK(files.cut() == (texts{"one\n", "two\n", "three\n", "four\n"}));
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_a_chunk_is_not_cut) {
  fixture files{4};
  files.add("f", "a very long line\nb\n");
  BOOST_CHECK(files.cut() == (texts{"a very long line\n", "b\n"}));
}

BOOST_AUTO_TEST_CASE(a_last_line_without_newline_is_there) {
  fixture files{4};
  files.add("f", "one\ntwo");
  BOOST_CHECK(files.cut() == (texts{"one\n", "two"}));
}

BOOST_AUTO_TEST_CASE(small_files_share_a_chunk) {
  fixture files{8};
  files.add("f", "one\n");
  files.add("g", "two");
  files.add("h", "three\n");
  BOOST_CHECK(files.cut() == (texts{"one\n|two|three\n"}));
}

BOOST_AUTO_TEST_CASE(an_empty_file_has_no_piece) {
  fixture files{8};
  files.add("f", "");
  BOOST_TEST(files.cut().empty());
}

BOOST_AUTO_TEST_CASE(a_chunk_has_no_more_pieces_than_fit_into_a_command_line) {
  fixture files{1'000'000};
  for (auto i = 0; i < 450; ++i)
    files.add(std::to_string(i), "x\n");
  auto chunks = files.cutter.take();
  BOOST_REQUIRE_EQUAL(chunks.size(), 3);
  BOOST_TEST(chunks[0].size() == entente::wordcount::chunker::max_pieces);
  BOOST_TEST(chunks[2].size() == 50);
}

BOOST_AUTO_TEST_CASE(the_pieces_of_random_files_are_the_whole_files_in_whole_lines) {
  for (auto seed = 0U; seed < 500; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random{seed};
      fixture files{1 + random() % 100};
      std::map<std::string, std::string> sources;
      for (auto name : {"f", "g", "h"})
        files.add(name, sources[name] = random_text(random));
      std::map<std::string, std::uint64_t> ends{{"f", 0}, {"g", 0}, {"h", 0}};
      for (const auto& pieces : files.cutter.take()) {
        for (const auto& x : pieces) {
          const auto& text = sources.at(x.file);
          BOOST_REQUIRE_EQUAL(x.offset, ends.at(x.file));
          BOOST_REQUIRE_GT(x.length, 0);
          ends[x.file] += x.length;
          BOOST_REQUIRE(ends[x.file] == text.size() || text.at(ends[x.file] - 1) == '\n');
        }
      }
      for (const auto& [name, end] : ends)
        BOOST_TEST(end == sources.at(name).size());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_size_of_chunks_grows_with_the_input_within_bounds) {
  BOOST_TEST(chunk_size_for(0) == 16 * 1024);
  BOOST_TEST(chunk_size_for(32 * 1024 * 1024) == 1024 * 1024);
  BOOST_TEST(chunk_size_for(1ULL << 40) == 4 * 1024 * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
