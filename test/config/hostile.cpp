#include "config/config.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <iterator>
#include <random>

using namespace entente;
using namespace entente::test;

namespace {

std::string cluster_text() {
  std::ifstream file{examples() / "cluster.json"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A result is a configuration that can be written and read again, or at least one error.
bool is_sound(const std::string& text) {
  auto found = read_config(text, "c.json");
  if (!found)
    return true;
  auto again = read_config(to_json(*found).dump(), "again");
  return again && *again == *found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile)

BOOST_AUTO_TEST_CASE(a_truncated_file_is_an_error_at_every_length) {
  auto text = cluster_text();
  BOOST_REQUIRE(!text.empty());
  for (std::size_t size = 0; size < text.rfind('}'); ++size)
    BOOST_REQUIRE_MESSAGE(!read_config(text.substr(0, size), "c.json"), size);
}

BOOST_AUTO_TEST_CASE(random_bytes_are_an_error) {
  auto seed = printed_seed();
  std::mt19937 random{seed};
  for (int i = 0; i < 5'000; ++i) {
    std::string text(random() % 200, ' ');
    for (auto& c : text)
      c = static_cast<char>(random());
    BOOST_REQUIRE_MESSAGE(!read_config(text, "c.json"), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_mutated_file_is_read_soundly_or_refused) {
  auto seed = printed_seed();
  std::mt19937 random{seed};
  const auto original = cluster_text();
  for (int i = 0; i < 3'000; ++i) {
    auto text = original;
    for (auto edits = 1 + random() % 4; edits > 0; --edits) {
      auto at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.insert(at, original.substr(random() % original.size(), random() % 20));
    }
    BOOST_REQUIRE_MESSAGE(is_sound(text), "seed " << seed << "\n" << text);
  }
}

BOOST_AUTO_TEST_CASE(random_documents_with_known_names_are_read_soundly_or_refused) {
  auto seed = printed_seed();
  std::mt19937 random{seed};
  constexpr const char* pieces[] = {
    "{",         "}",          "[",       "]",         ",",         ":",        "\"master\"",
    "\"agent\"", "\"hosts\"",  "\"n1\"",  "\"roles\"", "\"slots\"", "\"cpus\"", "\"resources\"",
    "\"runs\"",  "\"weight\"", "1",       "-1",        "0.5",       "\"2GB\"",  "\"5s\"",
    "true",      "null",       "\"a:1\"", "1e9",       "\"limit\""};
  for (int i = 0; i < 20'000; ++i) {
    std::string text = R"({"hosts":{"n1":{)";
    for (auto n = random() % 12; n > 0; --n)
      text += pieces[random() % std::size(pieces)];
    BOOST_REQUIRE_MESSAGE(is_sound(text + "}}}"), "seed " << seed << "\n" << text);
  }
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused) {
  for (std::string open : {"[", "{\"a\":"})
    for (std::size_t depth : {17U, 1'000U, 2'000'000U}) {
      std::string text;
      while (text.size() < depth * open.size())
        text += open;
      BOOST_TEST(errors_of(text) == "c.json: nested deeper than 16\n");
    }
}

BOOST_AUTO_TEST_CASE(nesting_up_to_the_limit_is_read) {
  std::string text = "{\"agent\":" + std::string(15, '[') + std::string(15, ']') + "}";
  BOOST_TEST(errors_of(text) == "c.json: agent: expected an object, found a list\n");
}

BOOST_AUTO_TEST_CASE(a_large_file_of_hosts_is_read) {
  nlohmann::json hosts;
  for (int i = 0; i < 5'000; ++i)
    hosts["node" + std::to_string(i)] = {{"runs", {"agent"}},
                                         {"master", {{"offer_timeout", "5s"}}},
                                         {"agent", {{"attributes", {{"rack", i}}}}}};
  auto read = read_config(nlohmann::json{{"hosts", hosts}}.dump(), "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->hosts.size() == 5'000U);
}

BOOST_AUTO_TEST_SUITE_END()
