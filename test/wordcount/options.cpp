#include "apps/wordcount/options.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace entente;
using namespace entente::wordcount;

namespace {

auto parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "wordcount");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

options parsed(std::vector<const char*> arguments) {
  return std::get<options>(parse(std::move(arguments)));
}

std::string refused(std::vector<const char*> arguments) {
  return std::get<usage_error>(parse(std::move(arguments))).message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(files_are_enough) {
  auto wanted = parsed({"--master", "node1:7000", "f", "g"});
  BOOST_CHECK((wanted.masters == std::vector<endpoint>{{"node1", 7000}}));
  BOOST_TEST(wanted.files == (std::vector<std::string>{"f", "g"}),
             boost::test_tools::per_element());
  BOOST_TEST(wanted.words_shown() == 10);
}

BOOST_AUTO_TEST_CASE(a_master_may_have_several_addresses) {
  BOOST_CHECK((parsed({"--master", "node1:7000,[::1]:7001", "f"}).masters ==
               std::vector<endpoint>{{"node1", 7000}, {"::1", 7001}}));
}

BOOST_AUTO_TEST_CASE(all_words_are_shown_as_tsv_unless_a_number_is_given) {
  BOOST_TEST(parsed({"--tsv", "f"}).words_shown() == std::numeric_limits<std::size_t>::max());
  BOOST_TEST(parsed({"--tsv", "--top", "3", "f"}).words_shown() == 3);
  BOOST_TEST(parsed({"--top", "3", "f"}).words_shown() == 3);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_one_clear_line) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{},
                                                                     {"--tsv"},
                                                                     {"--nonsense", "f"},
                                                                     {"--top", "x", "f"},
                                                                     {"--top", "0", "f"},
                                                                     {"--top", "-1", "f"},
                                                                     {"--master", "nowhere", "f"},
                                                                     {"--master", "host:0", "f"}}) {
    auto message = refused(arguments);
    BOOST_TEST(!message.empty());
    BOOST_TEST(message.find('\n') == message.npos);
    BOOST_TEST_MESSAGE(message);
  }
}

BOOST_AUTO_TEST_CASE(help_says_how_tsv_is_sorted) {
  auto help = std::get<information>(parse({"--help"})).text;
  BOOST_TEST(help.find("by count (descending), then by") != help.npos);
}

BOOST_AUTO_TEST_SUITE_END()
