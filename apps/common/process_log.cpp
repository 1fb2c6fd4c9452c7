#include "apps/common/process_log.hpp"

#include "apps/common/log_format.hpp"
#include "apps/common/log_outlet.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <csignal>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace entente {

namespace {

using namespace std::chrono_literals;
using pool = spdlog::details::thread_pool;
using clock = std::chrono::steady_clock;

/// How soon a file that could not be written is opened again.
constexpr auto reopen_pause = 1s;

std::string line_of(log_format format, const log_event& x) {
  auto now = std::chrono::system_clock::now();
  return format == log_format::json ? json_line(now, x) : text_line(now, x);
}

/// Writes lines to an outlet that can be exchanged, and says what is missing. It is called by the
/// log's own thread; settings come from others.
class log_writer : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit log_writer(const log_config& settings) : settings_(settings) { open(settings); }

  /// Once, before the first line. The queue lives as long as lines come from it.
  void reads_from(pool& queue) { queue_ = &queue; }

  /// Throws spdlog::spdlog_ex, and stays as it was, if the file cannot be opened.
  void change(const log_config& settings) {
    std::scoped_lock lock{mutex_};
    open(settings);
    settings_ = settings;
    told_failure_ = false;
  }

  void is_ending() { ending_ = true; }

protected:
  void sink_it_(const spdlog::details::log_msg& x) override {
    tell_dropped(queue_->overrun_counter());
    write({x.payload.data(), x.payload.size()});
    if (queue_->queue_size() == 0)
      flush_();  // What comes quickly is written together.
  }

  void flush_() override {
    if (outlet_)
      attempt([this] { outlet_->flush(); });
  }

private:
  void open(const log_config& settings) { outlet_ = make_log_outlet(settings, ending_); }

  void tell_dropped(std::size_t dropped) {
    auto more = dropped - std::exchange(dropped_, dropped);
    if (more > 0)
      write_event({log_level::warn, "lines_dropped", {{"count", std::to_string(more)}}, "entente"});
  }

  void tell_lost() {
    auto lost = std::exchange(lost_, 0);
    if (lost > 0)
      write_event({log_level::error, "lines_lost", {{"count", std::to_string(lost)}}, "entente"});
    told_failure_ = false;
  }

  void write_event(const log_event& x) { write(line_of(settings_.format, x)); }

  void write(const std::string& line) {
    if (!outlet_)
      reopen();
    if (!outlet_ || !attempt([&] { outlet_->log({"", spdlog::level::info, line}); }))
      ++lost_;
  }

  void reopen() {
    if (clock::now() >= reopen_at_ && attempt([this] { open(settings_); }))
      tell_lost();
  }

  /// @returns whether it went well; else there is no outlet for a while
  template <class Action>
  bool attempt(Action action) {
    try {
      action();
      return true;
    } catch (const spdlog::spdlog_ex& failed) {
      outlet_.reset();
      reopen_at_ = clock::now() + reopen_pause;
      if (!settings_.file.empty() && !std::exchange(told_failure_, true))
        tell_on_stderr("entente: the log cannot be written: " + std::string{failed.what()});
      return false;
    }
  }

  void tell_on_stderr(const std::string& line) {
    try {
      make_log_outlet({}, ending_)->log({"", spdlog::level::info, line});
    } catch (const spdlog::spdlog_ex&) {
      // There is nobody else to tell.
    }
  }

  log_config settings_;
  std::atomic<bool> ending_ = false;
  log_outlet outlet_;  ///< none for a while after it has failed
  pool* queue_ = nullptr;
  clock::time_point reopen_at_{};
  std::size_t dropped_ = 0;
  std::size_t lost_ = 0;
  bool told_failure_ = false;
};

/// The log's thread must live on when whoever reads stderr has gone.
void is_started() {
  sigset_t broken_pipe;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

log_level level_of(const log_config& settings, std::string_view part) {
  auto found = settings.levels.find(std::string{part});
  return found == settings.levels.end() ? settings.level : found->second;
}

}  // namespace

/// Outlives the log for those who still tell it something.
class process_log::core {
public:
  explicit core(const log_config& settings)
      : format_(settings.format), writer_(std::make_shared<log_writer>(settings)) {
    for (auto part : log_parts)
      levels_[part] = std::make_shared<std::atomic<log_level>>(level_of(settings, part));
    writer_->reads_from(*queue_);
    // It only fails when the queue has ended.
    logger_->set_error_handler([](const std::string&) {});
  }

  void tell(const log_event& x) { logger_->log(spdlog::level::info, line_of(format_, x)); }

  void change(const log_config& settings) {
    writer_->change(settings);
    format_ = settings.format;
    for (auto& [part, level] : levels_)
      *level = level_of(settings, part);
  }

  void end() {
    writer_->is_ending();
    queue_.reset();  // It ends when all is written.
  }

  const auto& levels() const { return levels_; }

private:
  std::atomic<log_format> format_;
  std::map<std::string_view, std::shared_ptr<std::atomic<log_level>>> levels_;
  std::shared_ptr<log_writer> writer_;
  std::shared_ptr<pool> queue_ = std::make_shared<pool>(log_queue_length, 1, is_started);
  std::shared_ptr<spdlog::async_logger> logger_ = std::make_shared<spdlog::async_logger>(
    "entente", writer_, queue_, spdlog::async_overflow_policy::overrun_oldest);
};

process_log::process_log(const log_config& settings) try : core_(std::make_shared<core>(settings)) {
} catch (const spdlog::spdlog_ex& failed) {
  throw std::runtime_error{failed.what()};
}

process_log::~process_log() {
  core_->end();
}

std::optional<std::string> process_log::change(const log_config& settings) {
  try {
    core_->change(settings);
    return std::nullopt;
  } catch (const spdlog::spdlog_ex& failed) {
    return failed.what();
  }
}

event_log process_log::part(std::string_view name) const {
  return {std::string{name}, core_->levels().at(name),
          [core = core_](const log_event& x) { core->tell(x); }};
}

}  // namespace entente
