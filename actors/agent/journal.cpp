#include "actors/agent/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/agent/journal_format.hpp"

namespace entente {

namespace {

using problem = std::optional<runtime::failure>;

problem failed_to(const std::string& what, const std::filesystem::path& file) {
  return runtime::make_failure(errno, "cannot " + what + ' ' + runtime::in_quotes(file));
}

/// @returns false, with errno, if not all of it was written.
bool write_all(int fd, std::string_view bytes, std::size_t at) {
  while (!bytes.empty()) {
    auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    if (n == 0) {
      errno = EIO;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
    at += static_cast<std::size_t>(n);
  }
  return true;
}

/// @returns false, with errno, if not all of it was read.
bool read_all(int fd, std::string& to) {
  struct stat found {};
  if (::fstat(fd, &found) != 0)
    return false;
  to.resize(static_cast<std::size_t>(found.st_size));
  std::size_t done = 0;
  while (done < to.size()) {
    auto n = ::pread(fd, to.data() + done, to.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    if (n == 0)
      break;
    done += static_cast<std::size_t>(n);
  }
  to.resize(done);
  return true;
}

}  // namespace

const std::size_t journal::empty_batch = journal_format::batch_header_size;

journal::journal(std::filesystem::path directory)
    : directory_(std::move(directory)), file_(directory_ / "journal") {
  clear_pending();
}

// -- opening ----------------------------------------------------------------------

std::variant<journal::opened, runtime::failure>
journal::open(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return runtime::make_failure(error.value(),
                                 "cannot create the directory " + runtime::in_quotes(directory));
  journal result{directory};
  if (auto failed = result.lock())
    return *failed;
  if (auto failed = result.open_file())
    return *failed;
  auto records = result.load();
  if (auto* failed = std::get_if<runtime::failure>(&records))
    return *failed;
  return opened{std::move(result), std::move(std::get<0>(records))};
}

problem journal::lock() {
  auto got = runtime::file_lock::take(directory_ / "journal.lock");
  if (auto* failed = std::get_if<runtime::failure>(&got))
    return std::move(*failed);
  if (auto* other = std::get_if<runtime::file_lock::taken>(&got))
    return runtime::failure{EWOULDBLOCK, "the work directory " + runtime::in_quotes(directory_) +
                                           " is in use by another agent" + other->by +
                                           ": end that one, or give this one a directory of its "
                                           "own"};
  lock_ = std::move(std::get<runtime::file_lock>(got));
  return std::nullopt;
}

problem journal::open_file() {
  fd_ = runtime::unique_fd{::open(file_.c_str(), O_RDWR | O_CLOEXEC)};
  if (fd_)
    return std::nullopt;
  if (errno != ENOENT)
    return failed_to("open", file_);
  if (auto failed = replace_file(journal_format::file_header()))
    return failed;
  return sync_directory();
}

std::variant<std::vector<std::string>, runtime::failure> journal::load() {
  std::string bytes;
  if (!read_all(fd_.value(), bytes))
    return *failed_to("read", file_);
  auto parsed = journal_format::parse(bytes);
  if (auto* bad = std::get_if<journal_format::damage>(&parsed))
    return unusable("at offset " + std::to_string(bad->offset) + ": " + bad->message);
  auto& content = std::get<journal_format::content>(parsed);
  batches_ = content.batches;
  size_ = content.end;
  plan_rewrite(content.first_end);
  torn_ = bytes.size() > size_;
  if (auto failed = cut_tail())
    return *failed;
  if (bytes.size() > size_ && ::fdatasync(fd_.value()) != 0)
    return *failed_to("sync", file_);
  return std::move(content.records);
}

runtime::failure journal::unusable(const std::string& why) const {
  return {EBADMSG, "the journal " + runtime::in_quotes(file_) + " cannot be used: " + why +
                     ". Restore the file, or move it away to start anew: tasks that run here are "
                     "ended then, and the agent gets another id"};
}

// -- writing ----------------------------------------------------------------------

void journal::append(std::string_view record) {
  journal_format::add_record(pending_, record);
}

problem journal::sync() {
  if (auto failed = sync_directory())
    return failed;
  if (!has_pending())
    return std::nullopt;
  if (auto failed = cut_tail())
    return failed;
  return write_batch();
}

problem journal::write_batch() {
  journal_format::seal(pending_, batches_ + 1);
  torn_ = true;
  problem failed;
  if (!write_all(fd_.value(), pending_, size_))
    failed = failed_to("write", file_);
  else if (::fdatasync(fd_.value()) != 0)
    failed = failed_to("sync", file_);
  if (failed) {
    cut_tail();  // Tried again before the next write if it does not work now.
    return failed;
  }
  torn_ = false;
  ++batches_;
  size_ += pending_.size();
  clear_pending();
  return std::nullopt;
}

problem journal::cut_tail() {
  if (torn_ && ::ftruncate(fd_.value(), static_cast<off_t>(size_)) != 0)
    return failed_to("cut", file_);
  torn_ = false;
  return std::nullopt;
}

void journal::clear_pending() {
  pending_.assign(empty_batch, '\0');
  if (pending_.capacity() > smallest_rewrite)
    pending_.shrink_to_fit();
}

// -- rewriting --------------------------------------------------------------------

problem journal::rewrite(const std::vector<std::string>& records) {
  std::string batch(empty_batch, '\0');
  for (const auto& record : records)
    journal_format::add_record(batch, record);
  journal_format::seal(batch, 1);
  auto content = journal_format::file_header() + batch;
  if (auto failed = replace_file(content)) {
    rewrite_above_ = 2 * size_;
    return failed;
  }
  batches_ = 1;
  size_ = content.size();
  torn_ = false;
  clear_pending();
  plan_rewrite(size_);
  return sync_directory();
}

problem journal::replace_file(const std::string& content) {
  auto made = directory_ / "journal.new";
  runtime::unique_fd fd{::open(made.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!fd)
    return failed_to("create", made);
  problem failed;
  if (!write_all(fd.value(), content, 0))
    failed = failed_to("write", made);
  else if (::fsync(fd.value()) != 0)
    failed = failed_to("sync", made);
  else if (::rename(made.c_str(), file_.c_str()) != 0)
    failed = failed_to("rename", made);
  if (failed) {
    ::unlink(made.c_str());
    return failed;
  }
  fd_ = std::move(fd);
  name_is_safe_ = false;
  return std::nullopt;
}

/// Until this was done, a crash may bring back the file that had the name before.
problem journal::sync_directory() {
  if (name_is_safe_)
    return std::nullopt;
  runtime::unique_fd fd{::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd)
    return failed_to("open", directory_);
  if (::fsync(fd.value()) != 0)
    return failed_to("sync", directory_);
  name_is_safe_ = true;
  return std::nullopt;
}

void journal::plan_rewrite(std::size_t base) {
  rewrite_above_ = std::max(smallest_rewrite, 2 * base);
}

}  // namespace entente
