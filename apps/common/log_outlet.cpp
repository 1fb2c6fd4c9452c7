#include "apps/common/log_outlet.hpp"

#include "apps/common/process_log.hpp"
#include "config/quantities.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How often a writer that waits looks whether the process is to end.
constexpr auto look_pause = 100ms;

/// Writes to stderr, which is not made non-blocking: others have it too.
class stderr_outlet : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  explicit stderr_outlet(const std::atomic<bool>& ending) : ending_(ending) {}

protected:
  void sink_it_(const spdlog::details::log_msg& x) override {
    std::string line{x.payload.data(), x.payload.size()};
    line += '\n';
    for (std::string_view rest = line; !rest.empty();) {
      if (!may_write())
        throw spdlog::spdlog_ex{"stderr is not read", EAGAIN};
      auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno != EINTR && errno != EAGAIN)
        throw spdlog::spdlog_ex{"cannot write to stderr", errno};
      rest.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
  }

  void flush_() override {}

private:
  bool may_write() {
    pollfd entry{STDERR_FILENO, POLLOUT, 0};
    while (::poll(&entry, 1, static_cast<int>(look_pause.count())) == 0)
      if (ending_ && (patience_ -= look_pause) <= 0ms)
        return false;
    return true;
  }

  const std::atomic<bool>& ending_;
  std::chrono::milliseconds patience_ = log_patience;
};

bool ends_with_a_line(const std::string& file) {
  auto fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return true;
  struct stat about {};
  char last = '\n';
  if (::fstat(fd, &about) == 0 && about.st_size > 0)
    static_cast<void>(::pread(fd, &last, 1, about.st_size - 1) == 1);
  ::close(fd);
  return last == '\n';
}

/// Tasks and other children must not have it.
void is_opened(const std::string& name, std::FILE* file) {
  ::fcntl(::fileno(file), F_SETFD, FD_CLOEXEC);
  if (!ends_with_a_line(name))
    std::fputc('\n', file);
}

/// Made here, if it is not there, because the file's own failure would not say that it is missing.
void require_directory(const std::string& file) {
  auto directory = std::filesystem::path{file}.parent_path();
  std::error_code failed;
  if (directory.empty() || std::filesystem::exists(directory, failed))
    return;
  std::filesystem::create_directories(directory, failed);
  if (failed)
    throw spdlog::spdlog_ex{"the directory of " + file + " is not there and cannot be made (" +
                            failed.message() +
                            "): make it, and let the user that this runs as write there"};
}

std::size_t bytes_of(const std::string& size) {
  auto milli_megabytes = static_cast<std::uint64_t>(parse_quantity("disk", size).value_or(100'000));
  return milli_megabytes * 1024 * 1024 / 1000;
}

}  // namespace

log_outlet make_log_outlet(const log_config& settings, const std::atomic<bool>& ending) {
  if (settings.file.empty())
    return std::make_unique<stderr_outlet>(ending);
  require_directory(settings.file);
  spdlog::file_event_handlers handlers;
  handlers.after_open = is_opened;
  auto result = std::make_unique<spdlog::sinks::rotating_file_sink_st>(
    settings.file, bytes_of(settings.max_size), settings.keep, false, handlers);
  result->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  return result;
}

}  // namespace entente
