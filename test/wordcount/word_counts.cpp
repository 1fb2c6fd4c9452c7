#include "apps/wordcount/word_counts.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

using namespace entente::wordcount;

namespace {

/// All words of a text that comes in these blocks, as `count word` by rank.
std::string words_of(std::initializer_list<std::string> blocks) {
  word_counts counts;
  word_splitter splitter{counts};
  for (const auto& x : blocks)
    splitter.add(x);
  splitter.finish();
  std::string result;
  for (auto [word, count] : counts.top(100))
    result += (result.empty() ? "" : ", ") + std::to_string(count) + " " + std::string{word};
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(word_counts)

BOOST_AUTO_TEST_CASE(a_word_is_a_maximal_run_of_letters_in_lower_case) {
  BOOST_TEST(words_of({"It's it, IT2it\n"}) == "4 it, 1 s");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_ascii_letters_part_words) {
  BOOST_TEST(words_of({"na\xc3\xafve" + std::string(1, '\0') + "a@[`{z"}) ==
             "1 a, 1 na, 1 ve, 1 z");
}

BOOST_AUTO_TEST_CASE(a_word_that_is_cut_by_a_block_is_one_word) {
  BOOST_TEST(words_of({"wo", "r", "", "d w", "ord"}) == "2 word");
}

BOOST_AUTO_TEST_CASE(a_text_without_letters_has_no_words) {
  BOOST_TEST(words_of({"", " \n\t 12"}) == "");
}

BOOST_AUTO_TEST_CASE(a_word_of_ten_megabytes_is_one_word) {
  entente::wordcount::word_counts counts;
  word_splitter splitter{counts};
  for (auto i = 0; i < 160; ++i)
    splitter.add(std::string(65'536, 'Q'));
  splitter.finish();
  BOOST_TEST(counts.distinct() == 1);
  BOOST_TEST(counts.top(1).front().first.size() == 160 * 65'536);
}

BOOST_AUTO_TEST_CASE(the_top_is_by_count_then_by_word) {
  entente::wordcount::word_counts counts;
  counts.add("b", 2);
  counts.add("c", 3);
  counts.add("a", 2);
  BOOST_TEST(counts.top(2).at(0).first == "c");
  BOOST_TEST(counts.top(2).at(1).first == "a");
  BOOST_TEST(counts.top(9).size() == 3);
  BOOST_TEST(counts.total() == 7);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  entente::wordcount::word_counts counts;
  counts.add("the", 12);
  counts.add(std::string(1'000'000, 'x'));
  std::ostringstream out;
  counts.write(out);
  entente::wordcount::word_counts again;
  BOOST_TEST(again.add_lines(out.str()));
  BOOST_TEST(again.top(9) == counts.top(9));
}

BOOST_AUTO_TEST_CASE(lines_that_are_damaged_add_nothing) {
  for (auto text : {"1\tok\n2\tcut", "1\tok\nx\tword\n", "1\tok\n2 word\n", "1\tok\n2\t\n",
                    "1\tok\n\n", "1\tok\n-1\tword\n", "1\tok\n0\tword\n", "1\tok\n2\tWord\n",
                    "1\tok\n99999999999999999999\tword\n"}) {
    entente::wordcount::word_counts counts;
    BOOST_TEST(!counts.add_lines(text), text);
    BOOST_TEST(counts.total() == 0, text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
