#include "apps/wordcount/word_counts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace entente::wordcount {

namespace {

/// The lower case of letters, 0 for all else.
constexpr auto letters = [] {
  std::array<char, 256> result{};
  for (auto c = 'a'; c <= 'z'; ++c) {
    result[static_cast<unsigned char>(c)] = c;
    result[static_cast<unsigned char>(c - 'a' + 'A')] = c;
  }
  return result;
}();

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<word_counts::entry> parse_line(std::string_view line) {
  std::uint64_t count = 0;
  auto* last = line.data() + line.size();
  auto [end, error] = std::from_chars(line.data(), last, count);
  if (error != std::errc{} || count == 0 || end == last || *end != '\t')
    return std::nullopt;
  std::string_view word{end + 1, static_cast<std::size_t>(last - end - 1)};
  if (!is_word(word))
    return std::nullopt;
  return word_counts::entry{word, count};
}

std::optional<std::vector<word_counts::entry>> parse_lines(std::string_view text) {
  std::vector<word_counts::entry> result;
  while (!text.empty()) {
    auto end = text.find('\n');
    if (end == text.npos)
      return std::nullopt;
    auto line = parse_line(text.substr(0, end));
    if (!line)
      return std::nullopt;
    result.push_back(*line);
    text.remove_prefix(end + 1);
  }
  return result;
}

bool is_before(const word_counts::entry& a, const word_counts::entry& b) {
  return a.second != b.second ? a.second > b.second : a.first < b.first;
}

}  // namespace

void word_counts::add(std::string_view word, std::uint64_t count) {
  auto found = counts_.find(word);
  if (found == counts_.end())
    found = counts_.emplace(word, 0).first;
  found->second += count;
  total_ += count;
}

bool word_counts::add_lines(std::string_view text) {
  auto lines = parse_lines(text);
  if (!lines)
    return false;
  for (auto [word, count] : *lines)
    add(word, count);
  return true;
}

std::vector<word_counts::entry> word_counts::top(std::size_t limit) const {
  std::vector<entry> result(counts_.begin(), counts_.end());
  auto size = std::min(limit, result.size());
  std::partial_sort(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(size),
                    result.end(), is_before);
  result.resize(size);
  return result;
}

void word_counts::write(std::ostream& out) const {
  for (const auto& [word, count] : counts_)
    out << count << '\t' << word << '\n';
}

void word_splitter::add(std::string_view block) {
  for (auto c : block) {
    if (auto letter = letters[static_cast<unsigned char>(c)])
      word_ += letter;
    else if (!word_.empty())
      finish();
  }
}

void word_splitter::finish() {
  if (!word_.empty())
    counts_.add(word_);
  word_.clear();
}

}  // namespace entente::wordcount
