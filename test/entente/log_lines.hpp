#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "actors/runtime/log_event.hpp"
#include "support/generate.hpp"

namespace entente::test {

/// Takes a line of text apart, as a reader of logs does.
class text_parser {
public:
  explicit text_parser(std::string_view line) : rest_(line) {}

  /// @returns the event, or nothing if the line is none
  std::optional<log_event> parse() {
    log_event result;
    take_until(' ');
    auto severity = take_until(' ');
    for (auto level :
         {log_level::trace, log_level::debug, log_level::info, log_level::warn, log_level::error})
      if (severity == to_string(level))
        result.severity = level;
    result.part = take_until(' ');
    if (take_until('=') != "event")
      return std::nullopt;
    result.name = take_value();
    while (!rest_.empty()) {
      std::string key{take_until('=')};
      result.fields.emplace_back(std::move(key), take_value());
    }
    return result;
  }

private:
  std::string_view take_until(char end) {
    auto found = rest_.find(end);
    auto result = rest_.substr(0, found);
    rest_.remove_prefix(found == rest_.npos ? rest_.size() : found + 1);
    return result;
  }

  std::string take_value() {
    if (!rest_.starts_with('"'))
      return std::string{take_until(' ')};
    rest_.remove_prefix(1);
    std::string result;
    while (!rest_.empty() && rest_.front() != '"')
      result += take_character();
    take_until(' ');
    return result;
  }

  std::string take_character() {
    auto c = take();
    if (c != '\\')
      return {c};
    auto kind = take();
    if (kind == 'x')
      return {static_cast<char>(take_hex(2))};
    if (kind == 'u')
      return to_utf8(take_hex(4));
    return {kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind};
  }

  char take() {
    auto result = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return result;
  }

  unsigned take_hex(std::size_t digits) {
    std::string text{rest_.substr(0, digits)};
    rest_.remove_prefix(text.size());
    return static_cast<unsigned>(std::stoul(text, nullptr, 16));
  }

  static std::string to_utf8(unsigned code) {
    auto tail = [](unsigned x) { return static_cast<char>(0x80 | (x & 0x3F)); };
    if (code < 0x80)
      return {static_cast<char>(code)};
    if (code < 0x800)
      return {static_cast<char>(0xC0 | code >> 6), tail(code)};
    return {static_cast<char>(0xE0 | code >> 12), tail(code >> 6), tail(code)};
  }

  std::string_view rest_;
};

/// Any event, with texts that try to break out of their line.
inline log_event any_event(generator& make) {
  constexpr std::array nasty{
    "event=",       " x=1",         "\r\n",     "\x1b[2K",      "\xc2\x85",
    "\xe2\x80\xa8", "\xe2\x80\xae", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
    "\xe2\x80",     "\x7f",         "\\u0041",  "\"}",          "\xef\xbb\xbf"};
  constexpr std::array severities{log_level::trace, log_level::warn, log_level::error};
  auto text = [&] {
    std::string result;
    for (auto n = make.below(6); n > 0; --n)
      result += make.flip() ? make.text() : nasty[make.below(nasty.size())];
    return result;
  };
  log_event result{severities[make.below(severities.size())], "agent_registered", {}, "master"};
  for (auto n = make.below(4); n > 0; --n)
    result.fields.emplace_back("key_" + std::to_string(n), text());
  return result;
}

}  // namespace entente::test
