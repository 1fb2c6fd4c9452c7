#include "actors/runtime/fetch/entry_rules.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch_job.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;

/// Deeper is only somebody who wants to make trouble.
constexpr std::ptrdiff_t most_parts = 100;

std::optional<fs::path> clean(const std::string& text) {
  fs::path result;
  for (const auto& part : fs::path{text}) {
    if (part.is_absolute() || part == "..")
      return std::nullopt;
    if (!part.empty() && part != ".")
      result /= part;
  }
  return result;
}

std::ptrdiff_t parts_of(const fs::path& path) {
  return std::distance(path.begin(), path.end());
}

bool stays_inside(const fs::path& link, const fs::path& target) {
  auto left = parts_of(link.parent_path());
  auto leads_down = false;
  for (const auto& part : target) {
    if (part.is_absolute() || (part == ".." && (leads_down || --left < 0)))
      return false;
    leads_down = leads_down || (part != ".." && part != "." && !part.empty());
  }
  return true;
}

}  // namespace

std::variant<clean_entry, std::string> check_entry(const entry_facts& x, const fs::path& below) {
  auto what = "its entry " + in_quotes(x.path.substr(0, 200)) + " ";
  auto path = clean(x.path);
  if (!path || x.path.find('\0') != x.path.npos)
    return what + "leads out of the sandbox";
  if (parts_of(*path) > most_parts)
    return what + "is nested too deep";
  clean_entry result{*path, x.kind, {}};
  if (is_output_name((below / *path).string()))
    return what + "has the name of the task's own output";
  switch (x.kind) {
  case entry_kind::file:
  case entry_kind::directory:
    return result;
  case entry_kind::symbolic_link:
    result.target = x.target;
    if (path->empty() || x.target.empty() || !stays_inside(below / *path, result.target))
      return what + "is a link out of the sandbox";
    return result;
  case entry_kind::hard_link: {
    auto target = clean(x.target);
    if (!target || target->empty() || is_output_name((below / *target).string()))
      return what + "is a link out of the sandbox";
    result.target = *target;
    return result;
  }
  case entry_kind::other:
    break;
  }
  return what + "is neither a file nor a directory nor a link";
}

}  // namespace entente::runtime
