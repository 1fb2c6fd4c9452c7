#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace entente::wordcount {

/// How often each word is there.
class word_counts {
public:
  using entry = std::pair<std::string_view, std::uint64_t>;

  void add(std::string_view word, std::uint64_t count = 1);

  /// Adds lines of `count<TAB>word`, as `write` makes them.
  /// @returns whether all of them were; if not, nothing is added.
  bool add_lines(std::string_view text);

  /// The number of different words.
  std::size_t distinct() const noexcept { return counts_.size(); }

  /// The number of all words.
  std::uint64_t total() const noexcept { return total_; }

  /// The `limit` most frequent words, by count descending, then by word ascending.
  /// They are valid until the next change.
  std::vector<entry> top(std::size_t limit) const;

  /// Writes a line of `count<TAB>word` for each word, in no particular order.
  void write(std::ostream& out) const;

private:
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, std::uint64_t, hash, std::equal_to<>> counts_;
  std::uint64_t total_ = 0;
};

/// Finds the words in a text that comes in blocks, cut anywhere: a word is a maximal run of ASCII
/// letters, in lower case.
class word_splitter {
public:
  explicit word_splitter(word_counts& counts) : counts_{counts} {}

  /// Counts the words of the text's next block.
  void add(std::string_view block);

  /// Ends the text, and with it the last word.
  void finish();

private:
  word_counts& counts_;
  std::string word_;  ///< as far as it is known
};

}  // namespace entente::wordcount
