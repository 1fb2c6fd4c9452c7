#include "actors/runtime/output_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

/// A reader that finds the files moved under its hands looks again, this often.
constexpr int most_attempts = 10;

/// What is added to the name of a stream: by the link to its full file, the link that will replace
/// that, and the file that will take what comes.
constexpr auto full_suffix = ".full";
constexpr auto next_full_suffix = ".full.next";
constexpr auto next_suffix = ".next";

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

  friend bool operator==(const full_file&, const full_file&) = default;
};

/// As the link says.
std::optional<full_file> find_full(const std::filesystem::path& sandbox, const std::string& name) {
  std::array<char, NAME_MAX> target;
  auto length = ::readlink((sandbox / (name + full_suffix)).c_str(), target.data(), target.size());
  if (length < 0)
    return std::nullopt;
  // Whatever a task has made of it: it can only name a file of the sandbox.
  std::string file{target.data(), static_cast<std::size_t>(length)};
  auto start = offset_in(file, name);
  return start ? std::optional{full_file{sandbox / file, *start}} : std::nullopt;
}

/// All that an earlier run has left, but for the file itself.
std::vector<std::filesystem::path> find_old(const std::filesystem::path& sandbox,
                                            const std::string& name) {
  std::vector<std::filesystem::path> result;
  for (const auto* suffix : {full_suffix, next_full_suffix, next_suffix})
    result.push_back(sandbox / (name + suffix));
  std::error_code error;
  std::filesystem::directory_iterator entry{sandbox, error};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
    if (offset_in(entry->path().filename(), name))
      result.push_back(entry->path());
  return result;
}

bool are_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// The size of a full file; 0 if a task has removed it, or while it is the current one still.
std::uint64_t size_of(const std::filesystem::path& full, const struct stat& current) {
  struct stat info {};
  auto is_there = ::lstat(full.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  return is_there && !are_same(info, current) ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

std::variant<output_file, failure> output_file::create(const std::filesystem::path& sandbox,
                                                       const std::string& name,
                                                       std::uint64_t limit) {
  for (const auto& old : find_old(sandbox, name))
    if (::unlink(old.c_str()) != 0 && errno != ENOENT)
      return make_failure(errno, "cannot remove " + in_quotes(old));
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
  auto waiting = sandbox_ / (name_ + next_suffix);
  auto next = make_file(waiting);
  if (!next)
    return false;
  auto full_start = put_aside(path);
  auto full = name_ + '.' + std::to_string(full_start.value_or(start_));
  if (!full_start || !name_full(full) || ::rename(waiting.c_str(), path.c_str()) != 0) {
    ::rename((sandbox_ / full).c_str(), path.c_str());
    ::unlink(waiting.c_str());
    return false;
  }
  file_ = std::move(next);
  // The same after one that was removed.
  if (older_ && *older_ != sandbox_ / full)
    ::unlink(older_->c_str());
  older_ = sandbox_ / full;
  start_ += size_;
  size_ = 0;
  return true;
}

/// Gives the file its name as a full one, and lets it keep the other, so that readers always find
/// one; only where no file can have two, it is missing for a moment.
/// @returns the offset in the name; nothing if that cannot be
std::optional<std::uint64_t> output_file::put_aside(const std::filesystem::path& path) const {
  auto full = sandbox_ / (name_ + '.' + std::to_string(start_));
  ::unlink(full.c_str());
  if (::link(path.c_str(), full.c_str()) == 0 || ::rename(path.c_str(), full.c_str()) == 0)
    return start_;
  // A task may have removed it: then there is nothing to keep of it, and an empty one would end
  // here.
  return errno == ENOENT ? std::optional{start_ + size_} : std::nullopt;
}

bool output_file::name_full(const std::string& full) const {
  auto link = sandbox_ / (name_ + full_suffix);
  auto next = sandbox_ / (name_ + next_full_suffix);
  ::unlink(next.c_str());
  if (::symlink(full.c_str(), next.c_str()) != 0)
    return false;
  if (::rename(next.c_str(), link.c_str()) == 0)
    return true;
  ::unlink(next.c_str());
  return false;
}

std::variant<output_piece, failure> read_output(const std::filesystem::path& sandbox,
                                                const std::string& name, std::uint64_t offset,
                                                std::size_t max_bytes) {
  auto current = sandbox / name;
  failure why{EAGAIN, "cannot read " + in_quotes(current) + ": it grows too quickly"};
  for (auto attempt = 0; attempt < most_attempts; ++attempt) {
    struct stat before {};
    struct stat after {};
    if (::lstat(current.c_str(), &before) != 0) {
      why = make_failure(errno, "cannot read " + in_quotes(current));
      continue;
    }
    auto full = find_full(sandbox, name);
    auto full_size = full ? size_of(full->path, before) : 0;
    auto start = full ? full->start + full_size : 0;
    auto in_full = full_size > 0 && offset < start;
    auto first = in_full ? std::max(offset, full->start) : std::max(offset, start);
    auto chunk = in_full ? read_chunk(full->path, first - full->start, max_bytes)
                         : read_chunk(current, first - start, max_bytes);
    if (::lstat(current.c_str(), &after) != 0 || !are_same(before, after) ||
        find_full(sandbox, name) != full)
      continue;  // It became full meanwhile: what was read may have been of another file.
    if (auto* failed = std::get_if<failure>(&chunk))
      return *failed;
    auto& got = std::get<file_chunk>(chunk);
    return output_piece{std::move(got.data), first,
                        in_full ? start + static_cast<std::uint64_t>(after.st_size)
                                : start + got.size};
  }
  return why;
}

}  // namespace entente::runtime
