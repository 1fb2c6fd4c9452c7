#include "config/json_text.hpp"

#include <list>
#include <string>
#include <utility>
#include <vector>

namespace entente {

namespace {

using nlohmann::json;

/// The library's sentence without its own error code and position.
std::string reason(std::string_view what) {
  if (auto end = what.find("] "); what.starts_with('[') && end != what.npos)
    what.remove_prefix(end + 2);
  if (auto end = what.find(": "); what.starts_with("parse error") && end != what.npos)
    what.remove_prefix(end + 2);
  std::string result;
  for (auto c : what.substr(0, 200))
    result += c >= ' ' && c <= '~' ? c : '?';
  return result + (what.size() > 200 ? "..." : "");
}

/// Builds the value from the parser's events, and knows where in it the parser is.
class builder : public json::json_sax_t {
public:
  builder(std::string_view text, problems& out) : text_(text), out_(&out) {}

  json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool x) override { return add(x); }
  bool number_integer(number_integer_t x) override { return add(x); }
  bool number_unsigned(number_unsigned_t x) override { return add(x); }
  bool number_float(number_float_t x, const string_t&) override { return add(x); }
  bool string(string_t& x) override { return add(std::move(x)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    auto& object = *open_.back();
    if (object.contains(name)) {
      here().at(name).report("given twice");
      member_ = &discarded_.emplace_back();
    } else {
      member_ = &object[name];
    }
    names_.back() = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    auto offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    out_->add_at(text_, offset, "not valid JSON: " + reason(error.what()));
    return false;
  }

private:
  /// The innermost object that is open.
  place here() const {
    place result{*out_};
    for (std::size_t i = 0; i + 1 < open_.size(); ++i)
      result = open_[i]->is_array() ? result.at(open_[i]->size() - 1) : result.at(names_[i]);
    return result;
  }

  json* put(json value) {
    if (open_.empty())
      return &(root_ = std::move(value));
    if (open_.back()->is_array())
      return &open_.back()->emplace_back(std::move(value));
    return &(*member_ = std::move(value));
  }

  bool add(json value) {
    put(std::move(value));
    return true;
  }

  bool open(json value) {
    if (open_.size() >= static_cast<std::size_t>(max_config_depth)) {
      out_->add({}, "nested deeper than " + std::to_string(max_config_depth));
      return false;
    }
    open_.push_back(put(std::move(value)));
    names_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  std::string_view text_;
  problems* out_;
  json root_;
  std::vector<json*> open_;         // the objects and lists around the parser
  std::vector<std::string> names_;  // for each of them, the key that was read last
  json* member_ = nullptr;          // where the value of that key goes
  std::list<json> discarded_;       // values of keys that were given before
};

}  // namespace

std::optional<json> parse_json(std::string_view text, problems& out) {
  builder result{text, out};
  constexpr auto whole = true;
  constexpr auto comments = true;  // Like those of C++; they say nothing.
  if (!json::sax_parse(text.begin(), text.end(), &result, json::input_format_t::json, whole,
                       comments))
    return std::nullopt;
  return result.take();
}

}  // namespace entente
