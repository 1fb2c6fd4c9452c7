#include "apps/wordcount/chunker.hpp"

#include <algorithm>
#include <utility>

namespace entente::wordcount {

namespace {

constexpr std::uint64_t smallest_chunk = std::uint64_t{16} * 1024;
constexpr std::uint64_t largest_chunk = std::uint64_t{4} * 1024 * 1024;
constexpr std::uint64_t good_number_of_tasks = 32;

}  // namespace

std::uint64_t chunk_size_for(std::uint64_t total_bytes) {
  return std::clamp(total_bytes / good_number_of_tasks, smallest_chunk, largest_chunk);
}

chunker::chunker(std::uint64_t chunk_size) : chunk_size_{chunk_size} {}

void chunker::add(const std::string& file, std::uint64_t size, const line_end_function& line_end) {
  for (std::uint64_t offset = 0; offset < size;) {
    auto wanted = std::min(chunk_size_ - open_bytes_, size - offset);
    auto end = std::min(line_end(offset + wanted - 1), size);
    append({file, offset, end - offset});
    offset = end;
  }
}

std::vector<chunk> chunker::take() {
  close_chunk();
  return std::exchange(chunks_, {});
}

void chunker::append(piece next) {
  open_bytes_ += next.length;
  open_.push_back(std::move(next));
  if (open_bytes_ >= chunk_size_ || open_.size() == max_pieces)
    close_chunk();
}

void chunker::close_chunk() {
  if (!open_.empty())
    chunks_.push_back(std::exchange(open_, {}));
  open_bytes_ = 0;
}

}  // namespace entente::wordcount
