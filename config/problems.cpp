#include "config/problems.hpp"

#include <algorithm>

namespace entente {

namespace {

using nlohmann::json;

constexpr std::size_t max_shown = 80;

/// Cuts between two characters of UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= max_shown)
    return text;
  auto cut = max_shown;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
    --cut;
  return text.substr(0, cut) + "...";
}

std::string describe(const json& value) {
  if (value.is_object())
    return "an object";
  if (value.is_array())
    return "a list";
  return value.is_string() ? in_quotes(value.get_ref<const std::string&>()) : value.dump();
}

/// A key's name as it is, unless that would garble the message.
std::string shown_name(std::string_view name) {
  constexpr std::string_view plain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./*";
  auto fine =
    !name.empty() && name.size() <= max_shown && name.find_first_not_of(plain) == name.npos;
  return fine ? std::string{name} : in_quotes(name);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  auto cut = text.substr(0, 4 * max_shown);
  auto result = json(cut).dump(-1, ' ', false, json::error_handler_t::replace);
  auto shown = shortened(result);
  return shown == result && cut == text ? shown : shown + '"';
}

std::string hint(std::string_view name, const std::vector<std::string>& known) {
  auto near = closest(name, known);
  return near.empty() ? near : "; did you mean " + in_quotes(near) + "?";
}

void problems::add(config_error error) {
  if (!error.key.empty() &&
      std::ranges::find(errors_, error.key, &config_error::key) != errors_.end())
    return;
  if (full())
    ++uncounted_;
  else
    errors_.push_back(std::move(error));
}

void problems::add(std::string key, std::string message) {
  add({source_, std::move(key), std::move(message)});
}

void problems::add_at(std::string_view text, std::size_t offset, std::string message) {
  auto before = text.substr(0, offset);
  auto line = 1 + std::ranges::count(before, '\n');
  auto start = before.rfind('\n');
  auto column = before.size() - (start == before.npos ? 0 : start + 1) + 1;
  add(
    {source_ + ":" + std::to_string(line) + ":" + std::to_string(column), {}, std::move(message)});
}

void problems::move_to(std::vector<config_error>& out) {
  std::ranges::move(errors_, std::back_inserter(out));
  if (uncounted_ > 0)
    out.push_back({source_, {}, std::to_string(uncounted_) + " more errors"});
  errors_.clear();
  uncounted_ = 0;
}

place place::at(std::string_view name) const {
  return place{*sink_, key_ + (key_.empty() ? "" : ".") + shown_name(name)};
}

place place::at(std::size_t index) const {
  return place{*sink_, key_ + "[" + std::to_string(index) + "]"};
}

void place::report(std::string message) const {
  sink_->add(key_, std::move(message));
}

void place::expected(std::string_view what, const json& found, std::string_view more) const {
  report("expected " + std::string{what} + ", found " + describe(found) + std::string{more});
}

void place::unknown(std::string_view name, const std::vector<std::string>& known) const {
  at(name).report("unknown key" + (sink_->full() ? "" : hint(name, known)));
}

}  // namespace entente
