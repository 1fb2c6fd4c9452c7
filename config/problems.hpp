#pragma once

#include "config/config.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace entente {

/// Collects what is wrong with one source of values.
class problems {
public:
  /// @param source the file, variable or flag that all errors name
  explicit problems(std::string source) : source_(std::move(source)) {}

  /// Adds an error of a key, unless that key has one already.
  void add(std::string key, std::string message);

  /// Adds an error of the source's text, at a byte of it, as `file:line:column`.
  void add_at(std::string_view text, std::size_t offset, std::string message);

  bool empty() const { return errors_.empty(); }

  /// Whether more errors would only be counted.
  bool full() const { return errors_.size() >= max_config_errors; }

  /// Moves the errors to the end of `out`.
  void move_to(std::vector<config_error>& out);

private:
  void add(config_error error);

  std::string source_;
  std::vector<config_error> errors_;
  std::size_t uncounted_ = 0;
};

/// A key of the document that is being read, and where to report what is wrong there.
class place {
public:
  explicit place(problems& sink, std::string key = {}) : sink_(&sink), key_(std::move(key)) {}

  /// The place of a name in the object that is here.
  place at(std::string_view name) const;

  /// The place of an item of the list that is here.
  place at(std::size_t index) const;

  void report(std::string message) const;

  /// Reports `expected <what>, found <a short form of found>`, and then `more`.
  void expected(std::string_view what, const nlohmann::json& found,
                std::string_view more = {}) const;

  /// Reports a name in the object that is here as unknown, with the closest of the known ones.
  void unknown(std::string_view name, const std::vector<std::string>& known) const;

private:
  problems* sink_;
  std::string key_;
};

/// `; did you mean "x"?` for the closest of the known names, or nothing.
std::string hint(std::string_view name, const std::vector<std::string>& known);

/// The text in double quotes, escaped and shortened, fit for one line of a terminal.
std::string in_quotes(std::string_view text);

}  // namespace entente
