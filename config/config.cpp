#include "config/config.hpp"

#include "config/checks.hpp"
#include "config/json_text.hpp"
#include "config/keys.hpp"
#include "config/problems.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace entente {

namespace {

using nlohmann::json;

config_result finished(config value, std::vector<config_error> errors) {
  if (errors.empty())
    return value;
  return errors;
}

/// Reads a whole file, but no more than a byte beyond the limit.
std::optional<std::string> read_file(const std::string& path, problems& out) {
  std::error_code ignored;
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (file && std::filesystem::is_directory(path, ignored)) {
    out.add({}, "cannot be read: is a directory");
    return std::nullopt;
  }
  std::string text;
  for (char chunk[1 << 14]; file && text.size() <= max_config_bytes;) {
    file.read(chunk, sizeof chunk);
    text.append(chunk, static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof() && text.size() <= max_config_bytes) {
    auto reason = std::error_code{errno == 0 ? EIO : errno, std::generic_category()};
    out.add({}, "cannot be read: " + reason.message());
    return std::nullopt;
  }
  return text;
}

/// Editors are told so what to check the file with; it is not a setting.
void take_schema(json& document, problems& out) {
  if (!document.is_object() || !document.contains("$schema"))
    return;
  if (!document["$schema"].is_string())
    place{out}.at("$schema").expected("a text", document["$schema"]);
  document.erase("$schema");
}

void read_text(std::string_view text, problems& out, config& result) {
  if (text.size() > max_config_bytes)
    return out.add({}, "expected at most 16 MB, found more");
  auto document = parse_json(text, out);
  if (!document)
    return;
  take_schema(*document, out);
  read_object(place{out}, *document, "", result);
}

void read_file_into(const std::string& path, problems& out, config& result) {
  if (auto text = read_file(path, out))
    read_text(*text, out, result);
}

/// Lays the host's entry over the general part.
void apply_host(const std::string& name, problems& out, config& result) {
  auto found = result.hosts.find(name);
  if (found == result.hosts.end()) {
    std::vector<std::string> known;
    for (const auto& [host, _] : result.hosts)
      known.push_back(host);
    return out.add("hosts", "has no entry " + in_quotes(name) + hint(name, known));
  }
  apply_overlay(found->second.master, "master.", result);
  apply_overlay(found->second.agent, "agent.", result);
}

void apply_environment(const std::map<std::string, std::string>& environment, config& result,
                       std::vector<config_error>& errors) {
  for (const auto& key : keys<config>()) {
    auto name = environment_variable(key.path);
    auto found = environment.find(name);
    if (!key.text || found == environment.end() || found->second.empty())
      continue;
    problems out{name};
    key.read(place{out, std::string{key.path}}, json(found->second), result);
    out.move_to(errors);
  }
}

void apply_flag(const flag_value& given, problems& out, config& result) {
  std::vector<std::string> known;
  for (const auto& key : keys<config>()) {
    if (key.text && given.key == key.path)
      return key.read(place{out, given.key}, json(given.text), result);
    auto map = std::string{key.path} + ".";
    if (key.names && given.key.starts_with(map)) {
      auto object = json::object();
      object[given.key.substr(map.size())] = given.text;
      return key.read(place{out, std::string{key.path}}, object, result);
    }
    if (key.text)
      known.emplace_back(key.path);
  }
  place{out}.unknown(given.key, known);
}

}  // namespace

std::string config_error::to_string() const {
  return (file.empty() ? "" : file + ": ") + (key.empty() ? "" : key + ": ") + message;
}

config_result read_config(std::string_view text, const std::string& file_name) {
  config result;
  problems out{file_name};
  read_text(text, out, result);
  check(result, out);
  std::vector<config_error> errors;
  out.move_to(errors);
  return finished(std::move(result), std::move(errors));
}

config_result load_config(const std::string& path) {
  problems out{path};
  if (auto text = read_file(path, out))
    return read_config(*text, path);
  std::vector<config_error> errors;
  out.move_to(errors);
  return errors;
}

config_result resolve(const config_sources& sources) {
  auto result = sources.defaults;
  std::vector<config_error> errors;
  problems out{sources.file.empty() ? "configuration" : sources.file};
  if (!sources.file.empty())
    read_file_into(sources.file, out, result);
  if (!sources.host.empty() && out.empty())
    apply_host(sources.host, out, result);
  auto file_is_fine = out.empty();
  out.move_to(errors);
  apply_environment(sources.environment, result, errors);
  for (const auto& given : sources.command_line) {
    problems flag{given.flag};
    apply_flag(given, flag, result);
    flag.move_to(errors);
  }
  if (file_is_fine)
    check(result, out);
  out.move_to(errors);
  return finished(std::move(result), std::move(errors));
}

std::string environment_variable(std::string_view key) {
  std::string result = "ENTENTE_";
  for (auto c : key)
    result += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

std::vector<std::string> environment_keys() {
  std::vector<std::string> result;
  for (const auto& key : keys<config>())
    if (key.text)
      result.emplace_back(key.path);
  return result;
}

json to_json(const config& value) {
  return show_object(value);
}

}  // namespace entente
