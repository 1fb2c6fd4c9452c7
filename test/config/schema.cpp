// What is said of the format, in docs/ and to editors, is true.
#include "config/schema.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

#include "support.hpp"

namespace entente::test {

namespace {

using nlohmann::json;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

std::filesystem::path root() {
  return examples().parent_path().parent_path();
}

/// Where the schema does not know what the value has; empty if it knows all of it.
std::string unknown(const json& schema, const json& value, const std::string& path) {
  if (!value.is_object())
    return {};
  for (const auto& [name, entry] : value.items()) {
    auto here = path + '/' + name;
    const auto& properties = schema.value("properties", json::object());
    const auto& others = schema.value("additionalProperties", json(false));
    if (properties.contains(name)) {
      if (auto found = unknown(properties[name], entry, here); !found.empty())
        return found;
    } else if (!others.is_object()) {
      return here;
    } else if (auto found = unknown(others, entry, here); !found.empty()) {
      return found;
    }
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(the_published_schema_is_that_of_the_code) {
  auto published = json::parse(text_of(root() / "config" / "cluster.schema.json"));
  BOOST_CHECK_MESSAGE(published == config_schema(),
                      "write what entente config schema prints into config/cluster.schema.json");
}

BOOST_AUTO_TEST_CASE(the_table_of_settings_in_the_documentation_is_that_of_the_code) {
  BOOST_CHECK_MESSAGE(text_of(root() / "docs" / "settings.md").ends_with(settings_table()),
                      "write what entente config settings prints into docs/settings.md");
}

BOOST_AUTO_TEST_CASE(the_schema_knows_all_that_the_examples_and_the_defaults_have) {
  for (const auto& file : std::filesystem::directory_iterator{examples()})
    BOOST_TEST(unknown(config_schema(), to_json(*load_config(file.path().string())), "") == "",
               file.path());
  BOOST_TEST(unknown(config_schema(), to_json(config{}), "") == "");
}

BOOST_AUTO_TEST_CASE(the_schema_knows_that_a_file_names_it) {
  BOOST_TEST(unknown(config_schema(), json{{"$schema", "cluster.schema.json"}}, "") == "");
}

BOOST_AUTO_TEST_CASE(the_schema_does_not_know_what_is_misspelt) {
  BOOST_TEST(unknown(config_schema(), json{{"master", {{"lissten", "x"}}}}, "") ==
             "/master/lissten");
  BOOST_TEST(unknown(config_schema(), json{{"hosts", {{"n1", {{"run", "x"}}}}}}, "") ==
             "/hosts/n1/run");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
