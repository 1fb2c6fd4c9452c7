#include "apps/wordcount/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace entente::wordcount {

std::variant<text_file, file_error> text_file::open(const std::string& path) {
  auto failed = [&path](std::string_view why) {
    return file_error{"cannot read " + path + ": " + std::string{why}};
  };
  // Not to block on a pipe that nobody writes to.
  auto descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return failed(std::strerror(errno));
  struct stat status {};
  ::fstat(descriptor, &status);
  text_file result{descriptor, static_cast<std::uint64_t>(status.st_size)};
  if (S_ISDIR(status.st_mode))
    return failed(std::strerror(EISDIR));
  if (!S_ISREG(status.st_mode))
    return failed("not a regular file");
  return result;
}

text_file::~text_file() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

text_file::text_file(text_file&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, size_{other.size_} {}

std::size_t text_file::read(std::uint64_t offset, char* buffer, std::size_t size) const {
  ssize_t count = 0;
  do
    count = ::pread(descriptor_, buffer, size, static_cast<off_t>(offset));
  while (count < 0 && errno == EINTR);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::uint64_t text_file::line_end(std::uint64_t offset) const {
  std::array<char, 4096> block;
  while (auto count = read(offset, block.data(), block.size())) {
    auto at = std::string_view{block.data(), count}.find('\n');
    if (at != std::string_view::npos)
      return offset + at + 1;
    offset += count;
  }
  return size_;
}

}  // namespace entente::wordcount
