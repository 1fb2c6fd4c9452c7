#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace entente::wordcount {

/// A part of a file that ends where a line ends, or where the file ends.
struct piece {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const piece&, const piece&) = default;
};

/// What one map task counts.
using chunk = std::vector<piece>;

/// The size of chunks that makes a good number of tasks of so many bytes.
std::uint64_t chunk_size_for(std::uint64_t total_bytes);

/// Splits files into chunks of about the same size. It never cuts a line, so a chunk with a very
/// long one is larger; small files share a chunk.
///
/// Invariants: (1) the pieces of a file, in order, are the whole file; (2) none is empty;
/// (3) a chunk has at most `max_pieces` pieces, so that it fits into a command line.
class chunker {
public:
  static constexpr std::size_t max_pieces = 200;

  /// The end of the line that the byte at an offset is in, just behind its newline.
  using line_end_function = std::function<std::uint64_t(std::uint64_t offset)>;

  /// Needs a size of at least 1.
  explicit chunker(std::uint64_t chunk_size);

  /// Adds a file of `size` bytes.
  void add(const std::string& file, std::uint64_t size, const line_end_function& line_end);

  /// The chunks of all files that were added.
  std::vector<chunk> take();

private:
  void append(piece next);
  void close_chunk();

  std::uint64_t chunk_size_;
  std::uint64_t open_bytes_ = 0;
  chunk open_;
  std::vector<chunk> chunks_;
};

}  // namespace entente::wordcount
