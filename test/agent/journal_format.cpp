// What is dropped of a journal, and what is damage.
#include "actors/agent/journal_format.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/agent/crc32c.hpp"

namespace entente::test {

namespace {

namespace format = entente::journal_format;

std::string batch(std::uint64_t number, const std::vector<std::string>& records) {
  std::string result(format::batch_header_size, '\0');
  for (const auto& record : records)
    format::add_record(result, record);
  format::seal(result, number);
  return result;
}

/// `a,b`, or `damage at 16: why`.
std::string read(const std::string& file) {
  auto parsed = format::parse(file);
  if (auto* bad = std::get_if<format::damage>(&parsed))
    return "damage at " + std::to_string(bad->offset) + ": " + bad->message;
  std::string result;
  for (const auto& record : std::get<format::content>(parsed).records)
    result += (result.empty() ? "" : ",") + record;
  return result;
}

bool is_damaged(const std::string& file) {
  return std::holds_alternative<format::damage>(format::parse(file));
}

std::size_t end_of(const std::string& file) {
  return std::get<format::content>(format::parse(file)).end;
}

std::string flipped(std::string file, std::size_t at) {
  file[at] = static_cast<char>(file[at] ^ 0x10);
  return file;
}

const std::string first = batch(1, {"a", "b"});
const std::string second = batch(2, {"c"});
const std::string third = batch(3, {"d", ""});
const std::string two = format::file_header() + first + second;
const std::string three = two + third;

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_format)

BOOST_AUTO_TEST_CASE(the_checksum_is_that_of_castagnoli) {
  BOOST_CHECK_EQUAL(crc32c("123456789"), 0xE306'9283u);
  BOOST_CHECK_EQUAL(crc32c(""), 0u);
  BOOST_CHECK_EQUAL(crc32c(std::string(32, '\0')), 0x8A91'36AAu);
}

BOOST_AUTO_TEST_CASE(records_come_back_in_order) {
  BOOST_CHECK_EQUAL(read(format::file_header()), "");
  BOOST_CHECK_EQUAL(read(three), "a,b,c,d,");
  BOOST_CHECK_EQUAL(end_of(three), three.size());
}

BOOST_AUTO_TEST_CASE(the_last_batch_is_dropped_wherever_it_is_cut) {
  for (auto size = two.size(); size < three.size(); ++size) {
    BOOST_TEST_CONTEXT("cut at " << size) {
      BOOST_CHECK_EQUAL(read(three.substr(0, size)), "a,b,c");
      BOOST_CHECK_EQUAL(end_of(three.substr(0, size)), two.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_last_batch_is_dropped_whichever_of_its_bytes_is_wrong) {
  for (auto at = two.size(); at < three.size(); ++at) {
    BOOST_TEST_CONTEXT("byte " << at) {
      BOOST_CHECK_EQUAL(read(flipped(three, at)), "a,b,c");
    }
  }
}

BOOST_AUTO_TEST_CASE(any_wrong_byte_before_the_last_batch_is_damage) {
  for (std::size_t at = 0; at < two.size(); ++at)
    BOOST_CHECK_MESSAGE(is_damaged(flipped(three, at)), "byte " << at);
}

BOOST_AUTO_TEST_CASE(damage_says_where_it_is) {
  auto file = flipped(three, format::file_header_size + first.size() + 2);
  BOOST_CHECK_EQUAL(read(file), "damage at " +
                                  std::to_string(format::file_header_size + first.size()) +
                                  ": what was written there is not what is there now");
}

BOOST_AUTO_TEST_CASE(garbage_and_zeros_at_the_end_are_dropped) {
  for (const auto& tail :
       {std::string(1, 'x'), std::string(5'000, '\0'), std::string(5'000, 'B'), std::string{"BTCH"},
        third.substr(0, 30) + std::string(third.size() - 30, '\0')})
    BOOST_CHECK_EQUAL(read(two + tail), "a,b,c");
}

BOOST_AUTO_TEST_CASE(what_follows_a_whole_header_was_written_later) {
  // Its length is known, so there is more than one batch, and only the last one may be torn.
  auto file = flipped(three, two.size() - 1) + "more";
  BOOST_CHECK(is_damaged(file));
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_missing_or_there_twice_is_damage) {
  BOOST_CHECK(is_damaged(format::file_header() + first + third));
  BOOST_CHECK(is_damaged(format::file_header() + second));
  BOOST_CHECK(is_damaged(two + second));
}

BOOST_AUTO_TEST_CASE(records_that_do_not_fill_their_batch_are_damage) {
  std::string odd(format::batch_header_size, '\0');
  format::add_record(odd, "abc");
  odd += "x";
  format::seal(odd, 3);
  BOOST_CHECK(is_damaged(two + odd));
  odd.assign(format::batch_header_size, '\0');
  odd += "\xff\xff\xff\xff";
  format::seal(odd, 3);
  BOOST_CHECK(is_damaged(two + odd));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_something_else_is_damage) {
  for (std::size_t size = 0; size < format::file_header_size; ++size)
    BOOST_CHECK(is_damaged(two.substr(0, size)));
  BOOST_CHECK_EQUAL(read("#!/bin/sh\nexit 0\n"),
                    "damage at 0: it does not begin as a journal does");
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_with_both_versions) {
  auto file = format::file_header();
  file[8] = 2;
  auto crc = crc32c(std::string_view{file}.substr(0, 12));
  for (std::size_t i = 0; i < 4; ++i)
    file[12 + i] = static_cast<char>(crc >> (8 * i));
  BOOST_CHECK_EQUAL(read(file), "damage at 8: it has format 2, this version reads format 1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
