#include "apps/common/log_format.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace entente {

namespace {

using std::chrono::system_clock;

std::string shown(system_clock::time_point when) {
  auto ms = std::chrono::floor<std::chrono::milliseconds>(when);
  auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(system_clock::to_time_t(seconds)),
                     (ms - seconds).count());
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string cut(std::string_view text) {
  if (text.size() <= longest_log_value)
    return std::string{text};
  auto end = longest_log_value;
  while (end > longest_log_value - 3 && is_continuation(text[end]))
    --end;
  return std::string{text.substr(0, end)} + "...";
}

struct character {
  char32_t code;
  std::size_t size;  ///< in bytes
};

/// The character that the text, which is not empty, begins with; none if that is not UTF-8 (RFC
/// 3629: neither longer than it has to be, nor half of a surrogate pair, nor above U+10FFFF).
std::optional<character> first_character(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80)
    return character{lead, 1};
  std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size)
    return std::nullopt;
  char32_t code = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i]))
      return std::nullopt;
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  constexpr char32_t least[]{0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return std::nullopt;
  return character{code, size};
}

/// Control characters, and those that break lines or turn the direction of writing.
bool is_escaped(char32_t x) {
  return x < 0x20 || (x >= 0x7F && x < 0xA0) || x == 0x061C || x == 0x200E || x == 0x200F ||
         (x >= 0x2028 && x <= 0x202E) || (x >= 0x2066 && x <= 0x2069) || x == 0xFEFF;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto x = first_character(text);
    auto size = x ? x->size : 1;
    if (!x)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    else if (x->code == '"' || x->code == '\\')
      (out += '\\') += text[0];
    else if (x->code == '\n' || x->code == '\r' || x->code == '\t')
      out += x->code == '\n' ? "\\n" : x->code == '\r' ? "\\r" : "\\t";
    else if (is_escaped(x->code))
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(x->code));
    else
      out += text.substr(0, size);
    text.remove_prefix(size);
  }
  out += '"';
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

void append_value(std::string& out, std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain))
    out += text;
  else
    append_quoted(out, text);
}

}  // namespace

std::string text_line(system_clock::time_point when, const log_event& x) {
  auto result = shown(when);
  for (auto word : {to_string(x.severity), std::string_view{x.part}})
    (result += ' ') += word;
  result += " event=" + x.name;
  for (const auto& [key, text] : x.fields) {
    result += ' ' + key + '=';
    append_value(result, cut(text));
  }
  return result;
}

std::string json_line(system_clock::time_point when, const log_event& x) {
  nlohmann::ordered_json result{
    {"time", shown(when)}, {"level", to_string(x.severity)}, {"part", x.part}, {"event", x.name}};
  for (const auto& [key, text] : x.fields)
    result[key] = cut(text);
  return result.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace entente
