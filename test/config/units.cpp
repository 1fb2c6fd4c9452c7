#include "config/units.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>

using namespace entente;
using namespace std::chrono_literals;

namespace {

using milli = std::optional<std::int64_t>;
using ranges = std::vector<number_range>;

}  // namespace

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(decimals_become_thousandths) {
  BOOST_TEST((parse_milli("0.5") == milli{500}));
  BOOST_TEST((parse_milli("4") == milli{4000}));
  BOOST_TEST((parse_milli("1.25") == milli{1250}));
  BOOST_TEST((parse_milli("0.001") == milli{1}));
  BOOST_TEST((parse_milli("007") == milli{7000}));
  BOOST_TEST((parse_milli("999999999999999.999") == milli{999'999'999'999'999'999}));
}

BOOST_AUTO_TEST_CASE(malformed_decimals_are_refused) {
  for (auto text : {"", ".", "1.", ".5", "-1", "+1", "1e3", "0.0001", "1000000000000000", " 1",
                    "1 ", "1.2.3", "0x10", "1,5", "nan"})
    BOOST_TEST(!parse_milli(text), text);
}

BOOST_AUTO_TEST_CASE(thousandths_have_their_shortest_form) {
  BOOST_TEST(format_milli(500) == "0.5");
  BOOST_TEST(format_milli(4000) == "4");
  BOOST_TEST(format_milli(0) == "0");
  BOOST_TEST(format_milli(1250) == "1.25");
  BOOST_TEST(format_milli(1) == "0.001");
  BOOST_TEST(format_milli(-500) == "-0.5");
  BOOST_TEST(format_milli(-12'300) == "-12.3");
  BOOST_TEST(format_milli(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775.808");
}

BOOST_AUTO_TEST_CASE(a_duration_needs_a_unit) {
  BOOST_TEST((parse_duration("250ms") == 250ms));
  BOOST_TEST((parse_duration("5s") == 5s));
  BOOST_TEST((parse_duration("1.5s") == 1500ms));
  BOOST_TEST((parse_duration("2m") == 2min));
  BOOST_TEST((parse_duration("0.5h") == 30min));
  BOOST_TEST((parse_duration("0s") == 0ms));
  BOOST_TEST((parse_duration("87600h") == 87600h));
  for (auto text : {"", "5", "s", "soon", "-5s", "5 s", "5S", "5sec", "0.5ms", "1.0001s", "87601h",
                    "999999999999999h", "1d"})
    BOOST_TEST(!parse_duration(text), text);
}

BOOST_AUTO_TEST_CASE(a_duration_is_written_in_the_largest_unit_that_divides_it) {
  BOOST_TEST(format_duration(0ms) == "0s");
  BOOST_TEST(format_duration(250ms) == "250ms");
  BOOST_TEST(format_duration(1500ms) == "1500ms");
  BOOST_TEST(format_duration(75s) == "75s");
  BOOST_TEST(format_duration(120s) == "2m");
  BOOST_TEST(format_duration(60min) == "1h");
}

BOOST_AUTO_TEST_CASE(sizes_are_megabytes_in_steps_of_1024) {
  BOOST_TEST((parse_size_milli_mb("512MB") == milli{512'000}));
  BOOST_TEST((parse_size_milli_mb("2GB") == milli{2'048'000}));
  BOOST_TEST((parse_size_milli_mb("1TB") == milli{1'048'576'000}));
  BOOST_TEST((parse_size_milli_mb("512KB") == milli{500}));
  BOOST_TEST((parse_size_milli_mb("500KB") == milli{488}));
  BOOST_TEST((parse_size_milli_mb("1.5GB") == milli{1'536'000}));
  BOOST_TEST((parse_size_milli_mb("64") == milli{64'000}));
  for (auto text : {"", "MB", "2 GB", "2gb", "2G", "-2GB", "2PB", "999999999999999TB", "auto"})
    BOOST_TEST(!parse_size_milli_mb(text), text);
}

BOOST_AUTO_TEST_CASE(ranges_are_sorted_and_merged) {
  BOOST_TEST((parse_ranges("31000-32000,5000-5001") == ranges{{5000, 5001}, {31000, 32000}}));
  BOOST_TEST((parse_ranges("[31000-32000, 5000]") == ranges{{5000, 5000}, {31000, 32000}}));
  BOOST_TEST((parse_ranges("1-5,3-8,9-9,11") == ranges{{1, 9}, {11, 11}}));
  BOOST_TEST((parse_ranges("1-9,2-3") == ranges{{1, 9}}));
  BOOST_TEST((parse_ranges("0,18446744073709551615,0-3") ==
              ranges{{0, 3}, {18446744073709551615U, 18446744073709551615U}}));
  BOOST_TEST((parse_ranges("[]") == ranges{}));
}

BOOST_AUTO_TEST_CASE(malformed_ranges_are_refused) {
  for (auto text : {"", "[", "]", "[1", "1]", "2-1", "1-", "-1", "1,,2", "1,", ",1", "a-b", "1-2-3",
                    " 1", "1 ,2", "18446744073709551616", "[[1]]", "[ ]"})
    BOOST_TEST(!parse_ranges(text), text);
}

BOOST_AUTO_TEST_CASE(ranges_are_written_in_brackets) {
  BOOST_TEST(format_ranges({{31000, 32000}, {5000, 5001}}) == "[31000-32000,5000-5001]");
  BOOST_TEST(format_ranges({{7, 7}}) == "[7]");
  BOOST_TEST(format_ranges({}) == "[]");
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_a_host_and_a_port) {
  BOOST_TEST((parse_endpoint("127.0.0.1:5060") == endpoint{"127.0.0.1", 5060}));
  BOOST_TEST((parse_endpoint("node-1.lab:0") == endpoint{"node-1.lab", 0}));
  BOOST_TEST((parse_endpoint("[::1]:65535") == endpoint{"::1", 65535}));
  for (auto text :
       {"", ":", "host", "host:", ":5060", "host:65536", "host:-1", "host:5060x", "a b:1",
        "::1:5060", "[]:1", "[::1]", "[host]:1", "[::1:1", "host:+1", "http://host:1"})
    BOOST_TEST(!parse_endpoint(text), text);
}

BOOST_AUTO_TEST_CASE(an_ipv6_endpoint_is_written_with_brackets) {
  BOOST_TEST(to_string(endpoint{"::1", 5060}) == "[::1]:5060");
  BOOST_TEST(to_string(endpoint{"localhost", 80}) == "localhost:80");
}

BOOST_AUTO_TEST_CASE(the_closest_name_is_found_by_edit_distance) {
  std::vector<std::string> known{"listen", "http", "work_dir", "agent_timeout", "offer_timeout"};
  BOOST_TEST(closest("ofer_timeout", known) == "offer_timeout");
  BOOST_TEST(closest("workdir", known) == "work_dir");
  BOOST_TEST(closest("timeout_offered", known) == "");
  BOOST_TEST(closest("", known) == "");
  BOOST_TEST(closest("listen", {}) == "");
  BOOST_TEST(closest("xy", {"ca"}) == "");
  BOOST_TEST(closest("abd", {"abc", "abe"}) == "abc");
  BOOST_TEST(closest(std::string(1'000'000, 'x'), known) == "");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  auto seed = test::printed_seed();
  std::mt19937_64 random{seed};
  for (int i = 0; i < 20'000; ++i) {
    auto number = static_cast<std::int64_t>(random() >> (4 + random() % 60)) % 1'000'000'000'000;
    BOOST_REQUIRE_MESSAGE(parse_milli(format_milli(number)) == milli{number}, "seed " << seed);
    auto time = std::chrono::milliseconds{number % 315'360'000'000};
    BOOST_REQUIRE_MESSAGE(parse_duration(format_duration(time)) == time, "seed " << seed);
    auto some = parse_ranges(std::to_string(number) + ",5-" + std::to_string(5 + number));
    BOOST_REQUIRE_MESSAGE(some && parse_ranges(format_ranges(*some)) == some, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(no_text_makes_a_parser_fail) {
  auto seed = test::printed_seed();
  std::mt19937 random{seed};
  constexpr std::string_view letters = "0123456789.-,[]: {}msGBMKTha\xFF";
  for (int i = 0; i < 50'000; ++i) {
    std::string text(random() % 24, ' ');
    for (auto& c : text)
      c = letters[random() % letters.size()];
    auto milli_mb = parse_size_milli_mb(text);
    BOOST_REQUIRE_MESSAGE(!milli_mb || *milli_mb >= 0, "seed " << seed << ": " << text);
    auto time = parse_duration(text);
    BOOST_REQUIRE_MESSAGE(!time || time->count() >= 0, "seed " << seed << ": " << text);
    auto where = parse_endpoint(text);
    BOOST_REQUIRE_MESSAGE(!where || parse_endpoint(to_string(*where)) == where, text);
    parse_milli(text);
    parse_ranges(text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
