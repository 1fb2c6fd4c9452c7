// Output in whole lines, each with its prefix.
#include "apps/entente/line_writer.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <sstream>

namespace entente::test {

namespace {

struct fixture {
  std::ostringstream out;
  entente::line_writer writer{out, "[0] "};
};

/// Counts how often it was written to, and keeps nothing.
struct counting_buffer : std::stringbuf {
  std::streamsize xsputn(const char* bytes, std::streamsize size) override {
    ++writes;
    return std::stringbuf::xsputn(bytes, size);
  }
  int writes = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(line_writer, fixture)

BOOST_AUTO_TEST_CASE(each_line_has_the_prefix) {
  writer.write("one\ntwo\n");
  BOOST_CHECK_EQUAL(out.str(), "[0] one\n[0] two\n");
}

BOOST_AUTO_TEST_CASE(a_line_that_comes_in_pieces_is_written_when_its_end_comes) {
  writer.write("on");
  writer.write("");
  writer.write("e");
  BOOST_CHECK_EQUAL(out.str(), "");
  writer.write("\ntw");
  BOOST_CHECK_EQUAL(out.str(), "[0] one\n");
}

BOOST_AUTO_TEST_CASE(an_empty_line_is_a_line) {
  writer.write("\n\n");
  BOOST_CHECK_EQUAL(out.str(), "[0] \n[0] \n");
}

BOOST_AUTO_TEST_CASE(a_last_line_without_an_end_gets_one) {
  writer.write("one\ntwo");
  writer.finish();
  BOOST_CHECK_EQUAL(out.str(), "[0] one\n[0] two\n");
}

BOOST_AUTO_TEST_CASE(nothing_left_is_nothing_written) {
  writer.finish();
  writer.write("one\n");
  writer.finish();
  writer.finish();
  BOOST_CHECK_EQUAL(out.str(), "[0] one\n");
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_in_sight_is_written_in_pieces) {
  std::string long_line(entente::line_writer::longest_line, 'x');
  writer.write(long_line);
  BOOST_CHECK(out.str() == "[0] " + long_line + '\n');
  writer.write("y\n");
  BOOST_CHECK(out.str() == "[0] " + long_line + "\n[0] y\n");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_pass) {
  const std::string bytes{"\0\xff\r\t", 4};
  writer.write(bytes + '\n');
  BOOST_CHECK(out.str() == "[0] " + bytes + '\n');
}

BOOST_AUTO_TEST_CASE(without_a_prefix_all_passes_as_it_comes) {
  entente::line_writer plain{out, ""};
  plain.write("no");
  BOOST_CHECK_EQUAL(out.str(), "no");
  plain.write(" end\nof");
  plain.finish();
  BOOST_CHECK_EQUAL(out.str(), "no end\nof");
}

BOOST_AUTO_TEST_CASE(a_line_is_written_in_one_piece) {
  counting_buffer buffer;
  std::ostream counted{&buffer};
  entente::line_writer x{counted, "[0] "};
  x.write("on");
  x.write("e\n");
  BOOST_CHECK_EQUAL(buffer.writes, 1);
  BOOST_CHECK_EQUAL(buffer.str(), "[0] one\n");
}

BOOST_AUTO_TEST_CASE(writers_of_one_stream_never_mix_within_a_line_however_the_bytes_come) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    std::ostringstream both;
    entente::line_writer writers[]{{both, "[0] "}, {both, "[1] "}};
    // What each writes: its lines are of its own letter, of growing length.
    std::string texts[2];
    std::string expected[2];
    for (auto i = 0; i < 2; ++i)
      for (std::size_t line = 0; line < 20; ++line) {
        std::string text(random() % 30, i == 0 ? 'a' : 'b');
        texts[i] += text + '\n';
        expected[i] += '[' + std::to_string(i) + "] " + text + '\n';
      }
    while (!texts[0].empty() || !texts[1].empty()) {
      auto i = random() % 2;
      auto piece = std::min<std::size_t>(random() % 50, texts[i].size());
      writers[i].write(std::string_view{texts[i]}.substr(0, piece));
      texts[i].erase(0, piece);
    }
    std::string seen[2];
    std::istringstream lines{both.str()};
    for (std::string line; std::getline(lines, line);)
      seen[line.at(1) - '0'] += line + '\n';
    BOOST_REQUIRE_MESSAGE(seen[0] == expected[0] && seen[1] == expected[1], "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
