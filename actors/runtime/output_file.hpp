#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/runtime/sandbox.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// What one stream of a task has written, in at most two files of a limited size: `stdout` takes
/// what comes; when it is full it becomes `stdout.OFFSET`, named by the place in the stream of its
/// first byte, and the one before that is removed. So the newest part of the stream is kept, at
/// least `limit` and at most twice as much, and every byte has one offset for good.
///
/// `stdout.full` is a link to the full file, so that readers need not search a sandbox for it; it
/// changes before the next `stdout` is there. Where it leads to no file, that would be empty.
class output_file {
public:
  /// Makes the file in the sandbox, and removes what an earlier run has left there.
  /// @param limit of one file, in bytes; at least 1
  static std::variant<output_file, failure> create(const std::filesystem::path& sandbox,
                                                   const std::string& name, std::uint64_t limit);

  /// Appends. What cannot be written, for want of disk space, is dropped and counted: a task must
  /// not stand still because nobody can keep what it says.
  void write(std::string_view bytes);

  /// How many bytes were dropped.
  std::uint64_t lost() const noexcept { return lost_; }

private:
  output_file(std::filesystem::path sandbox, std::string name, std::uint64_t limit, unique_fd file)
      : sandbox_(std::move(sandbox)),
        name_(std::move(name)),
        limit_(limit),
        file_(std::move(file)) {}

  bool rotate();
  std::optional<std::uint64_t> put_aside(const std::filesystem::path& path) const;
  bool name_full(const std::string& full) const;

  std::filesystem::path sandbox_;
  std::string name_;
  std::uint64_t limit_;
  unique_fd file_;
  std::uint64_t start_ = 0;  ///< the offset of the file's first byte
  std::uint64_t size_ = 0;   ///< of the file
  std::optional<std::filesystem::path> older_;
  std::uint64_t lost_ = 0;
};

/// A piece of a stream.
struct output_piece {
  std::string data;
  /// Where `data` begins: later than what was asked for if that is not kept any more.
  std::uint64_t offset = 0;
  /// The size of the whole stream now, with what is not kept any more.
  std::uint64_t size = 0;
};

/// Reads up to `max_bytes` of a stream. As read_chunk(), it follows no link that a task has made.
/// It takes no longer where a task has made many files.
std::variant<output_piece, failure> read_output(const std::filesystem::path& sandbox,
                                                const std::string& name, std::uint64_t offset,
                                                std::size_t max_bytes);

}  // namespace entente::runtime
