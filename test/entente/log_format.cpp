// Events as lines.
#include "apps/common/log_format.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "log_lines.hpp"

namespace entente::test {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int tries = 3000;

/// 2026-11-23T22:45:45.123Z
const std::chrono::system_clock::time_point noon{std::chrono::milliseconds{1795473945123}};

log_event registered(log_fields fields) {
  return {log_level::info, "agent_registered", std::move(fields), "master"};
}

std::string value_of(const std::string& text) {
  auto line = text_line(noon, registered({{"x", text}}));
  return line.substr(line.find(" x=") + 3);
}

/// Printed before it is used.
std::uint64_t new_seed() {
  auto seed = std::random_device{}();
  std::cout << "log_format: seed " << seed << std::endl;
  return seed;
}

/// What JSON can say of a text.
std::string as_json(const std::string& text) {
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(log_format)

BOOST_AUTO_TEST_CASE(a_line_of_text_has_time_severity_part_event_and_fields) {
  BOOST_CHECK_EQUAL(
    text_line(noon, registered({{"agent", "a1"}, {"hostname", "node1"}})),
    "2026-11-23T22:45:45.123Z info master event=agent_registered agent=a1 hostname=node1");
}

BOOST_AUTO_TEST_CASE(a_line_of_JSON_has_the_same_in_the_same_order) {
  BOOST_CHECK_EQUAL(json_line(noon, registered({{"agent", "a1"}, {"hostname", "node1"}})),
                    R"({"time":"2026-11-23T22:45:45.123Z","level":"info","part":"master",)"
                    R"("event":"agent_registered","agent":"a1","hostname":"node1"})");
}

BOOST_AUTO_TEST_CASE(values_are_quoted_when_they_have_to_be) {
  BOOST_CHECK_EQUAL(value_of("10.0.0.1:5060"), "10.0.0.1:5060");
  BOOST_CHECK_EQUAL(value_of(""), R"("")");
  BOOST_CHECK_EQUAL(value_of("two words"), R"("two words")");
  BOOST_CHECK_EQUAL(value_of("a=b"), R"("a=b")");
  BOOST_CHECK_EQUAL(value_of(R"(say "x\")"), R"("say \"x\\\"")");
  BOOST_CHECK_EQUAL(value_of("語"), R"("語")");
}

BOOST_AUTO_TEST_CASE(what_could_end_a_line_or_command_a_terminal_is_escaped) {
  BOOST_CHECK_EQUAL(value_of("x\n2026 info"), R"("x\n2026 info")");
  BOOST_CHECK_EQUAL(value_of("\r\t\x1b[2J\x7f"), R"("\r\t\u001b[2J\u007f")");
  BOOST_CHECK_EQUAL(value_of("\xc2\x85\xe2\x80\xa8\xe2\x80\xae"), R"("\u0085\u2028\u202e")");
  BOOST_CHECK_EQUAL(value_of(std::string("\0", 1)), R"("\u0000")");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_UTF8_are_shown_as_bytes) {
  BOOST_CHECK_EQUAL(value_of("\xff"), R"("\xff")");
  BOOST_CHECK_EQUAL(value_of("\xc0\xaf"), R"("\xc0\xaf")");
  BOOST_CHECK_EQUAL(value_of("\xed\xa0\x80"), R"("\xed\xa0\x80")");
  BOOST_CHECK_EQUAL(value_of("\xf0\x9f\xa6"), R"("\xf0\x9f\xa6")");
}

BOOST_AUTO_TEST_CASE(a_value_that_is_too_long_is_cut_between_two_characters) {
  auto shown = value_of(std::string(longest_log_value - 1, 'x') + "語");
  BOOST_CHECK_EQUAL(shown, std::string(longest_log_value - 1, 'x') + "...");
  BOOST_CHECK_LT(value_of(std::string(100'000, '\n')).size(), 3 * longest_log_value);
}

BOOST_AUTO_TEST_CASE(any_event_can_be_read_back_from_its_line_of_text) {
  generator make{new_seed()};
  for (int i = 0; i < tries; ++i) {
    auto event = any_event(make);
    auto line = text_line(noon, event);
    BOOST_REQUIRE(
      std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    auto read = text_parser{line}.parse();
    BOOST_REQUIRE_MESSAGE(read && *read == event, line);
  }
}

BOOST_AUTO_TEST_CASE(any_event_can_be_read_back_from_its_line_of_JSON) {
  generator make{new_seed()};
  for (int i = 0; i < tries; ++i) {
    auto event = any_event(make);
    auto line = json_line(noon, event);
    BOOST_REQUIRE(std::ranges::all_of(line, [](unsigned char c) { return c >= 0x20 && c < 0x7f; }));
    auto read = ordered_json::parse(line);
    BOOST_REQUIRE_EQUAL(read.size(), 4 + event.fields.size());
    BOOST_REQUIRE_EQUAL(read.at("level").get<std::string>(), to_string(event.severity));
    for (const auto& [key, text] : event.fields)
      BOOST_REQUIRE_MESSAGE(read.at(key) == as_json(text), line);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
