#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace entente {

/// Writes a task's output so that lines of several tasks never mix: whole lines only, each with a
/// prefix. Without a prefix all passes through as it comes.
class line_writer {
public:
  /// A line longer than this is written in pieces, as if it had line breaks there.
  static constexpr std::size_t longest_line = 1024 * 1024;

  line_writer(std::ostream& to, std::string prefix) : to_(&to), prefix_(std::move(prefix)) {}

  void write(std::string_view bytes);

  /// Writes what is left of a last line that has no end.
  void finish();

private:
  void write_line(std::string_view line);

  std::ostream* to_;
  std::string prefix_;
  std::string partial_;
};

}  // namespace entente
