#pragma once

#include "config/config.hpp"
#include "config/kinds.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The tables of all keys, keys of one object side by side: the one description that reading, hints
/// for unknown keys, variables, flags and writing are made of.
namespace entente {

/// A key of an object that is read into a Root.
template <class Root>
struct key {
  std::string_view path;    ///< "agreement.hold_lease"
  std::string_view effect;  ///< what it is for, in Markdown
  bool text;                ///< see kinds.hpp
  bool names;
  nlohmann::json (*schema)();
  void (*read)(const place&, const nlohmann::json&, Root&);
  nlohmann::json (*show)(const Root&);
};

/// All keys of a configuration, or of an entry of "roles" or "hosts".
template <class Root>
std::span<const key<Root>> keys();

template <>
std::span<const key<config>> keys();
template <>
std::span<const key<role_config>> keys();
template <>
std::span<const key<host_config>> keys();

/// The key of that path; nullptr if there is none.
template <class Root>
const key<Root>* find_key(std::string_view path) {
  auto found = std::ranges::find(keys<Root>(), path, &key<Root>::path);
  return found == keys<Root>().end() ? nullptr : &*found;
}

/// The names that may follow a prefix such as "master.".
template <class Root>
std::vector<std::string> names_below(std::string_view prefix) {
  std::vector<std::string> result;
  for (const auto& x : keys<Root>()) {
    if (!x.path.starts_with(prefix))
      continue;
    auto rest = x.path.substr(prefix.size());
    std::string name{rest.substr(0, rest.find('.'))};
    if (result.empty() || result.back() != name)
      result.push_back(std::move(name));
  }
  return result;
}

/// Reads the part of `out` whose keys begin with `prefix` (empty for all) from an object.
template <class Root>
void read_object(const place& at, const nlohmann::json& value, const std::string& prefix,
                 Root& out) {
  if (!value.is_object())
    return at.expected("an object", value);
  auto known = names_below<Root>(prefix);
  for (const auto& [name, child] : value.items()) {
    auto path = prefix + name;
    if (std::ranges::find(known, name) == known.end())
      at.unknown(name, known);
    else if (const auto* found = find_key<Root>(path))
      found->read(at.at(name), child, out);
    else
      read_object(at.at(name), child, path + ".", out);
  }
}

/// All keys of `value` that have something to show, as an object.
template <class Root>
nlohmann::json show_object(const Root& value) {
  auto result = nlohmann::json::object();
  for (const auto& x : keys<Root>()) {
    auto shown = x.show(value);
    if (shown.is_null())
      continue;
    auto pointer = "/" + std::string{x.path};
    std::ranges::replace(pointer, '.', '/');
    result[nlohmann::json::json_pointer{pointer}] = std::move(shown);
  }
  return result;
}

/// The JSON Schema of the object whose keys begin with `prefix` (empty for all).
template <class Root>
nlohmann::json schema_of_object(const std::string& prefix = {}) {
  nlohmann::json result{{"type", "object"}, {"additionalProperties", false}};
  for (const auto& name : names_below<Root>(prefix)) {
    auto path = prefix + name;
    const auto* found = find_key<Root>(path);
    auto& entry = result["properties"][name];
    entry = found ? found->schema() : schema_of_object<Root>(path + ".");
    if (found)
      entry["description"] = found->effect;
  }
  return result;
}

/// Applies an overlay of a host's entry, which was checked when it was read.
void apply_overlay(const std::string& text, const std::string& prefix, config& out);

}  // namespace entente
