#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace entente::wordcount {

/// Why a file cannot be read, in one line that names it.
struct file_error {
  std::string message;
};

/// A regular file that is open for reading.
class text_file {
public:
  static std::variant<text_file, file_error> open(const std::string& path);

  ~text_file();
  text_file(text_file&& other) noexcept;
  text_file& operator=(text_file&&) = delete;

  /// Its size when it was opened.
  std::uint64_t size() const noexcept { return size_; }

  /// Reads up to `size` bytes.
  /// @returns how many; 0 at the end of the file, and also if reading fails.
  std::size_t read(std::uint64_t offset, char* buffer, std::size_t size) const;

  /// The end of the line that the byte at `offset` is in, just behind its newline.
  std::uint64_t line_end(std::uint64_t offset) const;

private:
  text_file(int descriptor, std::uint64_t size) : descriptor_{descriptor}, size_{size} {}

  int descriptor_;
  std::uint64_t size_;
};

}  // namespace entente::wordcount
