#include "actors/runtime/run_directory.hpp"

#include <cerrno>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

constexpr auto lock_name = "lock";
constexpr auto work_name = "work";
constexpr auto why_name = "why";
constexpr auto over_name = "over";
constexpr auto begun_name = "begun";
constexpr auto end_name = "end";
constexpr auto new_suffix = ".new";
/// What is always enough for an end that is a status.
constexpr off_t reserved_bytes = 512;
/// ext4 writes to the disk at once what was cut to nothing and written again.
constexpr off_t empty_lock = 1;
/// To do what others may undo in between.
constexpr auto most_attempts = 100;
constexpr std::size_t most_work_bytes = 16 * 1024 * 1024;

bool write_all(int fd, const std::string& text) {
  return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string to_text(const run_end& x) {
  std::ostringstream out;
  if (const auto* status = std::get_if<exit_status>(&x))
    out << (status->signaled ? "killed " : "exited ") << status->code << ' ' << status->core << ' '
        << status->output_lost << '\n';
  else
    out << "unstarted " << std::get<failure>(x).code << ' ' << std::get<failure>(x).message << '\n';
  return out.str();
}

/// With those above it. Who removes the last directory beside it removes the one above as well, and
/// may do so in between. @returns an error's number, or 0
int make_directory(const std::filesystem::path& path) {
  std::error_code error;
  for (auto attempt = 0; attempt < most_attempts; ++attempt) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error)
      return error.value();
    if (::mkdir(path.c_str(), 0700) == 0)
      return 0;
    if (errno != ENOENT)
      return errno;
  }
  return ENOENT;
}

std::optional<run_end> parse_end(const std::string& text, const std::string& owner) {
  std::istringstream in{text};
  std::string word;
  int code = 0;
  if (!std::getline(in, word) || word != owner || !(in >> word >> code))
    return std::nullopt;
  if (word == "unstarted") {
    failure why{code, {}};
    in.ignore();
    std::getline(in, why.message);
    return why;
  }
  exit_status status{word == "killed", code};
  if ((word != "exited" && word != "killed") || !(in >> status.core >> status.output_lost))
    return std::nullopt;
  return status;
}

}  // namespace

std::variant<unique_fd, failure> run_directory::create(const std::string& tag) const {
  auto lock = lock_new();
  if (std::holds_alternative<failure>(lock))
    return lock;
  if (auto why = remove_all_but_lock())
    return *why;
  auto descriptor = std::get<unique_fd>(lock).value();
  if (::ftruncate(descriptor, empty_lock) != 0 || !write_all(descriptor, tag + '\n'))
    return make_failure(errno, "cannot write " + in_quotes(path_ / lock_name));
  return lock;
}

/// Makes what is not there of directory and lock. Another thread may take away or remove what an
/// earlier run has left there, until it is locked.
std::variant<unique_fd, failure> run_directory::lock_new() const {
  auto what = "cannot make " + in_quotes(path_);
  for (auto attempt = 0; attempt < most_attempts; ++attempt) {
    if (auto code = make_directory(path_); code != 0 && code != EEXIST)
      return make_failure(code, what);
    auto lock = open_lock(O_RDWR | O_CREAT);
    if (!lock && errno == ENOENT)
      continue;
    if (!lock)
      return make_failure(errno, "cannot open " + in_quotes(path_ / lock_name));
    if (::flock(lock.value(), LOCK_EX | LOCK_NB) != 0)
      return failure{EBUSY, what + ": its task is still running"};
    if (has_lock(lock))
      return lock;
  }
  return failure{EBUSY, what + ": it is taken away again and again"};
}

bool run_directory::has_lock(const unique_fd& lock) const {
  struct stat here {};
  struct stat locked {};
  return ::stat((path_ / lock_name).c_str(), &here) == 0 && ::fstat(lock.value(), &locked) == 0 &&
         here.st_dev == locked.st_dev && here.st_ino == locked.st_ino;
}

unique_fd run_directory::open_lock(int flags) const {
  return unique_fd{::open((path_ / lock_name).c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

unique_fd run_directory::clear() const {
  auto lock = open_lock(O_RDWR);
  if (!lock || ::flock(lock.value(), LOCK_EX | LOCK_NB) != 0)
    return {};
  if (remove_all_but_lock() || ::pwrite(lock.value(), "\n", empty_lock, 0) != empty_lock ||
      ::ftruncate(lock.value(), empty_lock) != 0) {
    unlock(std::move(lock));
    return {};
  }
  return lock;
}

void run_directory::unlock(unique_fd lock) {
  ::flock(lock.value(), LOCK_UN);
}

std::optional<failure> run_directory::remove_all_but_lock() const {
  for (const auto* name : {work_name, why_name, over_name, begun_name, end_name})
    for (const auto& file : {std::string{name}, name + std::string{new_suffix}})
      if (::unlink((path_ / file).c_str()) != 0 && errno != ENOENT)
        return make_failure(errno, "cannot remove " + in_quotes(path_ / file));
  return std::nullopt;
}

std::string run_directory::owner() const {
  return path_.parent_path().filename().string() + '/' + path_.filename().string();
}

std::filesystem::path run_directory::reserved_end() const {
  return path_ / (std::string{end_name} + new_suffix);
}

bool run_directory::is_locked() const {
  auto lock = open_lock(O_RDONLY);
  return lock && ::flock(lock.value(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

bool run_directory::has_begun() const {
  return ::access((path_ / begun_name).c_str(), F_OK) == 0;
}

bool run_directory::is_preparing() const {
  return ::access((path_ / work_name).c_str(), F_OK) == 0;
}

std::variant<std::string, failure> run_directory::work() const {
  if (auto text = read(work_name, most_work_bytes))
    return *std::move(text);
  return make_failure(errno, "cannot read " + in_quotes(path_ / work_name));
}

std::string run_directory::why() const {
  return first_line(read(why_name).value_or(""));
}

std::optional<std::string> run_directory::over_limit() const {
  auto text = read(over_name);
  return text ? std::optional{first_line(*text)} : std::nullopt;
}

std::optional<failure> run_directory::write_over_limit(const std::string& text) const {
  auto why = write(over_name, text + '\n');
  // A disk that is full has no room for the text; that there was one needs none.
  if (why)
    unique_fd{
      ::open((path_ / over_name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  return why;
}

std::optional<failure> run_directory::write_work(const std::string& text) const {
  if (text.size() > most_work_bytes)
    return failure{E2BIG, "cannot write " + in_quotes(path_ / work_name) + ": it is too long"};
  return write(work_name, text);
}

std::optional<failure> run_directory::write_why(const std::string& text) const {
  return write(why_name, text + '\n');
}

void run_directory::end_work() const {
  ::unlink((path_ / work_name).c_str());
}

std::string run_directory::tag() const {
  return first_line(read(lock_name).value_or(""));
}

std::optional<pid_t> run_directory::supervisor() const {
  std::istringstream in{read(lock_name).value_or("")};
  std::string tag;
  pid_t pid = 0;
  if (!std::getline(in, tag) || !(in >> pid) || in.get() != '\n' || pid <= 0)
    return std::nullopt;
  return pid;
}

std::optional<run_end> run_directory::end() const {
  auto text = read(end_name);
  return text ? parse_end(*text, owner()) : std::nullopt;
}

std::optional<failure> run_directory::write_supervisor(pid_t pid) const {
  auto path = path_ / lock_name;
  unique_fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)};
  if (!file || !write_all(file.value(), std::to_string(pid) + '\n'))
    return make_failure(errno, "cannot write " + in_quotes(path));
  return std::nullopt;
}

std::optional<failure> run_directory::reserve_end() const {
  auto path = reserved_end();
  unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  auto error = file ? ::posix_fallocate(file.value(), 0, reserved_bytes) : errno;
  if (error != 0)
    return make_failure(error, "cannot write " + in_quotes(path));
  return std::nullopt;
}

std::optional<failure> run_directory::write_begun() const {
  auto lock = path_ / lock_name;
  if (::link(lock.c_str(), (path_ / begun_name).c_str()) == 0 || errno == EEXIST)
    return std::nullopt;
  return write(begun_name, "\n");  // Not every file system has files with two names.
}

std::optional<failure> run_directory::write_end(const run_end& end) const {
  return write(end_name, owner() + '\n' + to_text(end));
}

void run_directory::remove() const {
  if (is_locked())
    return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  remove_parent();
}

void run_directory::remove_parent() const {
  ::rmdir(path_.parent_path().c_str());
}

/// By another name first, so that nobody ever reads half of it.
std::optional<failure> run_directory::write(const char* name, const std::string& text) const {
  auto to = path_ / name;
  auto from = path_ / (std::string{name} + new_suffix);
  // Cut after it is written: room that was reserved is not given back before it is used.
  unique_fd file{::open(from.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file || !write_all(file.value(), text) ||
      ::ftruncate(file.value(), static_cast<off_t>(text.size())) != 0 ||
      ::rename(from.c_str(), to.c_str()) != 0)
    return make_failure(errno, "cannot write " + in_quotes(to));
  return std::nullopt;
}

std::optional<std::string> run_directory::read(const char* name, std::size_t most) const {
  unique_fd file{::open((path_ / name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  std::string result(most, '\0');
  auto count = file ? ::read(file.value(), result.data(), result.size()) : -1;
  if (count < 0)
    return std::nullopt;
  result.resize(static_cast<std::size_t>(count));
  return result;
}

}  // namespace entente::runtime
