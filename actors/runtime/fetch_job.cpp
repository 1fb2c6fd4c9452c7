#include "actors/runtime/fetch_job.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "actors/runtime/sandbox.hpp"

namespace entente::runtime {

namespace {

using nlohmann::json;

constexpr std::size_t sha256_digits = 64;
constexpr std::size_t longest_uri = 8 * 1024;
constexpr std::size_t longest_name = 1024;

constexpr std::array archive_endings{".tar",     ".tar.gz", ".tgz",     ".tar.xz", ".txz",
                                     ".tar.bz2", ".tbz2",   ".tar.zst", ".tzst",   ".zip"};

failure wrong(const fetch_item& x, const std::string& what) {
  return {EINVAL, "artifact " + in_quotes(x.uri.substr(0, 200)) + ": " + what};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view x) {
  std::string result{x};
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
  return result;
}

bool has_control_character(std::string_view x) {
  return std::any_of(x.begin(), x.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_sha256(std::string_view x) {
  return x.size() == sha256_digits && x.find_first_not_of("0123456789abcdef") == x.npos;
}

/// Nothing if a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> decode(std::string_view x) {
  std::string result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] != '%') {
      result += x[i];
      continue;
    }
    auto digits = x.substr(i + 1, 2);
    unsigned char value = 0;
    auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || parsed.ptr != digits.data() + 2)
      return std::nullopt;
    result += static_cast<char>(value);
    i += 2;
  }
  return result;
}

/// A URI's scheme, in small letters; empty for a path.
std::string scheme_of(std::string_view uri) {
  auto end = uri.find("://");
  return end == uri.npos || uri.starts_with('/') ? "" : lower(uri.substr(0, end));
}

/// What is between `//` and the path.
std::string_view authority_of(std::string_view uri) {
  auto begin = uri.find("://") + 3;
  return uri.substr(begin, uri.find_first_of("/?#", begin) - begin);
}

std::string without_password(const std::string& uri) {
  if (scheme_of(uri).empty())
    return uri;
  auto authority = authority_of(uri);
  auto at = authority.rfind('@');
  if (at == authority.npos)
    return uri;
  auto begin = static_cast<std::size_t>(authority.data() - uri.data());
  return uri.substr(0, begin) + uri.substr(begin + at + 1);
}

/// The last part of the URI's path, or of the path.
std::optional<std::string> last_part(const fetch_item& x, const fetch_plan& plan) {
  std::string_view path = plan.from;
  if (!plan.is_local) {
    path.remove_prefix(path.find("://") + 3);
    path = path.substr(0, path.find_first_of("?#"));
    path.remove_prefix(std::min(path.find('/'), path.size()));
  }
  auto part = path.substr(path.rfind('/') + 1);
  return scheme_of(x.uri).empty() || plan.is_local ? std::string{part} : decode(part);
}

bool has_archive_ending(std::string_view name) {
  auto small = lower(name);
  return std::any_of(archive_endings.begin(), archive_endings.end(),
                     [&](const char* ending) { return small.ends_with(ending); });
}

std::optional<std::string> problem_of_name(const std::string& name) {
  auto what = "the name in the sandbox, " + in_quotes(name.substr(0, 200)) + ", ";
  if (name.size() > longest_name || has_control_character(name))
    return what + "is too long or has control characters";
  if (name.starts_with('/'))
    return what + "must not be an absolute path";
  for (std::size_t begin = 0; begin <= name.size();) {
    auto end = std::min(name.find('/', begin), name.size());
    auto part = std::string_view{name}.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..")
      return what + "must be a path within it, without empty parts, \".\" and \"..\"";
    begin = end + 1;
  }
  if (is_output_name(name))
    return what + "is that of the task's own output; give another with name=";
  return std::nullopt;
}

/// Where a file URI points to. @returns what is wrong
std::optional<std::string> read_file_uri(const fetch_item& x, fetch_plan& plan) {
  auto host = authority_of(x.uri);
  if (!host.empty() && lower(host) != "localhost")
    return "a file URI has no host: file:///PATH";
  auto path = decode(std::string_view{x.uri}.substr(x.uri.find("://") + 3 + host.size()));
  if (!path || !path->starts_with('/') || has_control_character(*path))
    return "expected file:///PATH";
  plan.is_local = true;
  plan.from = *path;
  return std::nullopt;
}

std::optional<std::string> read_uri(const fetch_item& x, fetch_plan& plan) {
  auto scheme = scheme_of(x.uri);
  if (x.uri.size() > longest_uri || has_control_character(x.uri))
    return "the URI is too long or has control characters";
  if (scheme == "file")
    return read_file_uri(x, plan);
  if (scheme == "http" || scheme == "https") {
    plan.from = x.uri;
    if (authority_of(x.uri).empty())
      return "the URI has no host";
    if (x.sha256.empty())
      return "what comes by " + scheme + " needs its SHA-256";
    return std::nullopt;
  }
  if (!x.uri.starts_with('/'))
    return "expected an absolute path, or a URI that begins with file://, http:// or https://";
  plan.is_local = true;
  plan.from = x.uri;
  return std::nullopt;
}

}  // namespace

bool is_output_name(std::string_view name) {
  for (std::string_view output : {stdout_name, stderr_name})
    if (name.starts_with(output) && (name.size() == output.size() || name[output.size()] == '.'))
      return name.find('/') == name.npos;
  return false;
}

std::variant<fetch_plan, failure> plan_of(const fetch_item& x) {
  fetch_plan result;
  result.sha256 = lower(x.sha256);
  auto shown = x;
  shown.uri = result.shown = without_password(x.uri);
  if (!x.sha256.empty() && !is_sha256(result.sha256))
    return wrong(shown, "a SHA-256 has 64 hexadecimal digits");
  if (auto problem = read_uri(x, result))
    return wrong(shown, *problem);
  auto part = last_part(x, result);
  if (x.name.empty() && (!part || part->empty() || part->find('/') != part->npos))
    return wrong(shown, "its last part is no name for a file; give one with name=");
  auto name = x.name.empty() ? *part : x.name;
  if (auto problem = problem_of_name(name))
    return wrong(shown, *problem);
  result.name = name;
  result.is_archive =
    x.extract && (has_archive_ending(name) || (part && has_archive_ending(*part)));
  result.executable = x.executable;
  return result;
}

std::string to_text(const fetch_job& x) {
  auto items = json::array();
  for (const auto& item : x.items)
    items.push_back({{"uri", item.uri},
                     {"sha256", item.sha256},
                     {"name", item.name},
                     {"extract", item.extract},
                     {"executable", item.executable}});
  return json{{"sandbox", x.sandbox.string()},           {"cache", x.cache.string()},
              {"file_bytes", x.limits.file_bytes},       {"cache_bytes", x.limits.cache_bytes},
              {"time_ms", x.limits.time.count()},        {"silence_ms", x.limits.silence.count()},
              {"sandbox_bytes", x.limits.sandbox_bytes}, {"items", items}}
    .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::variant<fetch_job, failure> parse_fetch_job(const std::string& text) {
  try {
    auto read = json::parse(text);
    fetch_job result;
    result.sandbox = read.at("sandbox").get<std::string>();
    result.cache = read.at("cache").get<std::string>();
    result.limits = {read.at("file_bytes"), read.at("cache_bytes"),
                     std::chrono::milliseconds{read.at("time_ms").get<std::int64_t>()},
                     std::chrono::milliseconds{read.at("silence_ms").get<std::int64_t>()},
                     read.value("sandbox_bytes", std::uint64_t{0})};
    for (const auto& item : read.at("items"))
      result.items.push_back({item.at("uri"), item.at("sha256"), item.at("name"),
                              item.at("extract"), item.at("executable")});
    return result;
  } catch (const json::exception& x) {
    return failure{EINVAL, std::string{"not work for a fetcher: "} + x.what()};
  }
}

}  // namespace entente::runtime
