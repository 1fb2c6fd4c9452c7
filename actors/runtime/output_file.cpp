#include "actors/runtime/output_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

/// A reader that finds the files moved under its hands looks again, this often.
constexpr int most_attempts = 10;

unique_fd make_file(const std::filesystem::path& path) {
  // Whatever lies there was put there by a task, and may be a link: it goes.
  ::unlink(path.c_str());
  return unique_fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644)};
}

/// The offset in a name such as `stdout.4096`.
std::optional<std::uint64_t> offset_in(const std::string& file, const std::string& name) {
  if (file.size() < name.size() + 2 || !file.starts_with(name) || file[name.size()] != '.')
    return std::nullopt;
  std::uint64_t result = 0;
  const auto* end = file.data() + file.size();
  auto parsed = std::from_chars(file.data() + name.size() + 1, end, result);
  return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional{result} : std::nullopt;
}

/// A full file of the stream.
struct full_file {
  std::filesystem::path path;
  std::uint64_t start = 0;
};

/// The newest of the full ones; there is more than one for a moment only.
std::optional<full_file> find_full(const std::filesystem::path& sandbox, const std::string& name) {
  std::optional<full_file> result;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{sandbox, ignored})
    if (auto start = offset_in(entry.path().filename(), name);
        start && (!result || *start > result->start))
      result = full_file{entry.path(), *start};
  return result;
}

bool are_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::variant<output_file, failure> output_file::create(const std::filesystem::path& sandbox,
                                                       const std::string& name,
                                                       std::uint64_t limit) {
  while (auto old = find_full(sandbox, name))
    if (::unlink(old->path.c_str()) != 0)
      return make_failure(errno, "cannot remove " + in_quotes(old->path));
  auto path = sandbox / name;
  auto file = make_file(path);
  if (!file)
    return make_failure(errno, "cannot make output file " + in_quotes(path));
  return output_file{sandbox, name, std::max<std::uint64_t>(limit, 1), std::move(file)};
}

void output_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (size_ >= limit_ && !rotate()) {
      lost_ += bytes.size();
      return;
    }
    auto part = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), limit_ - size_));
    auto count = ::write(file_.value(), part.data(), part.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      lost_ += bytes.size();
      return;
    }
    size_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool output_file::rotate() {
  auto path = sandbox_ / name_;
  auto full = sandbox_ / (name_ + '.' + std::to_string(start_));
  // A task may have removed the file: then there is nothing to keep of it.
  if (::rename(path.c_str(), full.c_str()) != 0 && errno != ENOENT)
    return false;
  auto next = make_file(path);
  if (!next) {
    ::rename(full.c_str(), path.c_str());
    return false;
  }
  file_ = std::move(next);
  if (older_)
    ::unlink(older_->c_str());
  older_ = std::move(full);
  start_ += size_;
  size_ = 0;
  return true;
}

std::variant<output_piece, failure> read_output(const std::filesystem::path& sandbox,
                                                const std::string& name, std::uint64_t offset,
                                                std::size_t max_bytes) {
  auto current = sandbox / name;
  for (auto attempt = 0; attempt < most_attempts; ++attempt) {
    struct stat before {};
    struct stat after {};
    if (::lstat(current.c_str(), &before) != 0)
      return make_failure(errno, "cannot read " + in_quotes(current));
    auto full = find_full(sandbox, name);
    std::uint64_t start = 0;
    if (full) {
      std::error_code error;
      start = full->start + std::filesystem::file_size(full->path, error);
      if (error)
        continue;
    }
    auto in_full = full && offset < start;
    auto first = in_full ? std::max(offset, full->start) : std::max(offset, start);
    auto chunk = in_full ? read_chunk(full->path, first - full->start, max_bytes)
                         : read_chunk(current, first - start, max_bytes);
    if (::lstat(current.c_str(), &after) != 0 || !are_same(before, after))
      continue;  // It became full meanwhile: what was read may have been of another file.
    if (auto* failed = std::get_if<failure>(&chunk))
      return *failed;
    auto& got = std::get<file_chunk>(chunk);
    return output_piece{std::move(got.data), first,
                        in_full ? start + static_cast<std::uint64_t>(after.st_size)
                                : start + got.size};
  }
  return failure{EAGAIN, "cannot read " + in_quotes(current) + ": it grows too quickly"};
}

}  // namespace entente::runtime
