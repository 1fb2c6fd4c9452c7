#include "config/schema.hpp"

#include "config/keys.hpp"

#include <algorithm>

namespace entente {

namespace {

using nlohmann::json;

json any_of_types(std::initializer_list<const char*> types) {
  return {{"type", types}};
}

/// The default as a file would have it; a dash for none.
std::string shown_default(const key<config>& x) {
  auto value = x.show(config{});
  if (value.is_null() || (value.is_string() && value.get<std::string>().empty()) ||
      ((value.is_object() || value.is_array()) && value.empty()))
    return "-";
  return '`' + value.dump() + '`';
}

}  // namespace

json schema_of_entries(json entry) {
  return {{"type", "object"}, {"additionalProperties", std::move(entry)}};
}

json addresses_kind::schema() {
  return {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
}

json duration_kind::schema() {
  return {{"type", "string"}, {"examples", {"250ms", "5s", "2m", "1h"}}};
}

json size_kind::schema() {
  return {{"type", "string"}, {"examples", {"512MB", "2GB"}}};
}

json count_kind::schema() {
  return any_of_types({"integer", "string"});
}

json rate_kind::schema() {
  auto result = any_of_types({"integer", "string"});
  result["minimum"] = 0;
  result["maximum"] = max_rate;
  return result;
}

json truth_kind::schema() {
  return {{"type", "boolean"}};
}

json weight_kind::schema() {
  return any_of_types({"number", "string"});
}

json share_kind::schema() {
  return any_of_types({"number", "string"});
}

json capacities_kind::schema() {
  return schema_of_entries(any_of_types({"number", "string"}));
}

json quantities_kind::schema() {
  return schema_of_entries(any_of_types({"number", "string"}));
}

json attributes_kind::schema() {
  return schema_of_entries(any_of_types({"string"}));
}

json config_schema() {
  auto result = schema_of_object<config>();
  result["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  result["properties"]["$schema"] = {
    {"type", "string"}, {"description", "the schema that editors check the file with"}};
  result["title"] = "Configuration of an Entente cluster";
  return result;
}

std::string settings_table() {
  std::string result = "| key | default | what it is for |\n| --- | --- | --- |\n";
  for (const auto& x : keys<config>()) {
    result += "| `" + std::string{x.path} + "` | " + shown_default(x) + " | ";
    result += std::string{x.effect} + " |\n";
  }
  return result;
}

}  // namespace entente
