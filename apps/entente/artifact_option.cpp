#include "apps/entente/artifact_option.hpp"

#include <algorithm>
#include <optional>

#include "actors/runtime/fetch_job.hpp"

namespace entente {

namespace {

constexpr std::string_view sha256_word = "sha256=";
constexpr std::string_view name_word = "name=";

usage_error wrong(const std::string& what) {
  return {"--artifact: " + what};
}

/// @returns false if there is no such word, or a word says nothing.
bool take_word(std::string_view word, artifact& x) {
  auto value_of = [&](std::string_view name) -> std::string {
    return std::string{word.starts_with(name) ? word.substr(name.size()) : ""};
  };
  auto sum = value_of(sha256_word);
  auto name = value_of(name_word);
  if (!sum.empty())
    x.sha256 = sum;
  else if (!name.empty())
    x.name = name;
  else if (word == "no-extract")
    x.extract = false;
  else if (word == "executable")
    x.executable = true;
  else
    return false;
  return true;
}

}  // namespace

std::variant<artifact, usage_error> parse_artifact(std::string_view text,
                                                   const std::filesystem::path& directory) {
  auto end = std::min(text.find(','), text.size());
  artifact result{std::string{text.substr(0, end)}};
  if (result.uri.empty())
    return wrong(std::string{"expected "} + artifact_form + ", found \"" + std::string{text} + '"');
  while (end < text.size()) {
    auto begin = end + 1;
    end = std::min(text.find(',', begin), text.size());
    auto word = text.substr(begin, end - begin);
    if (!take_word(word, result))
      return wrong(std::string{"expected "} + artifact_form + ", found \"" + std::string{word} +
                   "\" after a comma; a comma in a URI is %2C");
  }
  if (result.uri.find("://") == result.uri.npos)
    result.uri = (directory / result.uri).lexically_normal().string();
  auto plan =
    runtime::plan_of({result.uri, result.sha256, result.name, result.extract, result.executable});
  if (auto* problem = std::get_if<runtime::failure>(&plan))
    return wrong(problem->message);
  return result;
}

}  // namespace entente
