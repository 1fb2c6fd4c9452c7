#include "actors/registry/registry_file.hpp"

#include <cerrno>
#include <sqlite3.h>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::registry_file {

namespace {

constexpr const char* lock_name = "registry.lock";

runtime::failure failed_to(const std::string& what, const std::filesystem::path& file) {
  return runtime::make_failure(errno, "cannot " + what + ' ' + runtime::in_quotes(file));
}

/// What the user can do about it.
std::string advice_on(const database_error& why) {
  switch (why.code) {
  case SQLITE_FULL:
  case SQLITE_IOERR:
    return "make room on its disk, or mend the disk";
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_CANTOPEN:
    return "let the master's user read and write it, and its directory";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "end the other program that has it locked";
  case SQLITE_SCHEMA:
    return "start the version that wrote it, or restore a back-up from before it with entente "
           "registry restore";
  default:
    return "restore a back-up with entente registry restore, or move it away to start anew: quota, "
           "weights, reservations, drains and maintenance that calls have set are gone then, and "
           "tasks of run --detach are ended after master.agent_timeout; agents, other frameworks "
           "and their tasks go on";
  }
}

int errno_of(const database_error& why) {
  if (why.system_code != 0)
    return why.system_code;
  switch (why.code) {
  case SQLITE_FULL:
    return ENOSPC;
  case SQLITE_BUSY:
    return EBUSY;
  case SQLITE_READONLY:
    return EACCES;
  default:
    return EBADMSG;
  }
}

}  // namespace

std::filesystem::path of(const std::filesystem::path& work_dir) {
  return work_dir / "registry.db";
}

std::filesystem::path restore_mark(const std::filesystem::path& work_dir) {
  return work_dir / "registry.restoring";
}

std::filesystem::path ahead_of(const std::filesystem::path& file) {
  return file.string() + "-wal";
}

std::filesystem::path shared_by(const std::filesystem::path& file) {
  return file.string() + "-shm";
}

std::variant<runtime::file_lock, runtime::failure> lock(const std::filesystem::path& work_dir) {
  auto got = runtime::file_lock::take(work_dir / lock_name);
  if (auto* failed = std::get_if<runtime::failure>(&got))
    return std::move(*failed);
  if (auto* other = std::get_if<runtime::file_lock::taken>(&got))
    return runtime::failure{EWOULDBLOCK, "the registry in " + runtime::in_quotes(work_dir) +
                                           " is in use by another master" + other->by +
                                           ": end that one first; two masters of one cluster "
                                           "cannot share a work directory"};
  return std::move(std::get<runtime::file_lock>(got));
}

std::optional<runtime::failure> make(const std::filesystem::path& file) {
  runtime::unique_fd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!fd)
    return failed_to("open", file);
  return sync(file.parent_path());
}

std::optional<runtime::failure> remove(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::remove(file, error);
  if (error)
    return runtime::make_failure(error.value(), "cannot remove " + runtime::in_quotes(file));
  return std::nullopt;
}

std::optional<runtime::failure> rename(const std::filesystem::path& from,
                                       const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error && error != std::errc::no_such_file_or_directory)
    return runtime::make_failure(error.value(), "cannot rename " + runtime::in_quotes(from) +
                                                  " to " + runtime::in_quotes(to));
  return std::nullopt;
}

std::optional<runtime::failure> give_to_owner(const std::filesystem::path& work_dir) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(work_dir.c_str(), &owner) != 0)
    return std::nullopt;
  for (const auto& file : {of(work_dir), work_dir / lock_name})
    if (::lchown(file.c_str(), owner.st_uid, owner.st_gid) != 0 && errno != ENOENT)
      return failed_to("give the directory's owner", file);
  return std::nullopt;
}

std::optional<runtime::failure> sync(const std::filesystem::path& path) {
  runtime::unique_fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd)
    return failed_to("open", path);
  if (::fsync(fd.value()) != 0)
    return failed_to("sync", path);
  return std::nullopt;
}

runtime::failure failure_of(const std::filesystem::path& file, const database_error& why) {
  auto text = "the registry " + runtime::in_quotes(file) + " cannot be used: " + why.message;
  if (why.system_code != 0)
    text += " (" + std::generic_category().message(why.system_code) + ')';
  return {errno_of(why), text + "; " + advice_on(why)};
}

}  // namespace entente::registry_file
