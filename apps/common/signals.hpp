#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace entente {

/// Some signals as something to wait for, not as something that strikes.
///
/// Make one in main(), before the first thread (so before the actor system): it blocks the signals
/// in this thread and in all that come from it, until the process ends. Processes inherit that, so
/// whoever starts one unblocks them in it.
class awaited_signals {
public:
  explicit awaited_signals(std::initializer_list<int> numbers) {
    ::sigemptyset(&set_);
    for (auto signo : numbers)
      ::sigaddset(&set_, signo);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    descriptor_ = ::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0)
      throw std::system_error{errno, std::generic_category(), "signalfd"};
  }

  ~awaited_signals() { ::close(descriptor_); }

  awaited_signals(const awaited_signals&) = delete;
  awaited_signals& operator=(const awaited_signals&) = delete;

  /// Readable when a signal has come; for poll loops.
  int descriptor() const noexcept { return descriptor_; }

  /// Takes a signal that has come.
  /// @returns its number, or nothing if none has.
  std::optional<int> take() const {
    signalfd_siginfo info;
    if (::read(descriptor_, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
      return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

  /// Waits for a signal, a negative time-out for as long as it takes.
  std::optional<int> wait(std::chrono::milliseconds timeout) const {
    pollfd entry{descriptor_, POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(timeout.count()));
    return take();
  }

private:
  sigset_t set_;
  int descriptor_ = -1;
};

/// What ends a process in order.
class termination_signals : public awaited_signals {
public:
  termination_signals() : awaited_signals{SIGINT, SIGTERM} {}
};

/// What has it read its configuration again.
class reload_signal : public awaited_signals {
public:
  reload_signal() : awaited_signals{SIGHUP} {}
};

/// Tells of each signal, from a thread of its own, until it is destroyed.
class signal_watcher {
public:
  using callback = std::function<void(int signo)>;

  signal_watcher(const awaited_signals& signals, callback on_signal)
      : stop_{::eventfd(0, EFD_CLOEXEC)} {
    if (stop_ < 0)
      throw std::system_error{errno, std::generic_category(), "eventfd"};
    thread_ =
      std::thread{[this, &signals, on_signal = std::move(on_signal)] { run(signals, on_signal); }};
  }

  ~signal_watcher() {
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
  }

  signal_watcher(const signal_watcher&) = delete;
  signal_watcher& operator=(const signal_watcher&) = delete;

private:
  void run(const awaited_signals& signals, const callback& on_signal) const {
    pollfd entries[]{{signals.descriptor(), POLLIN, 0}, {stop_, POLLIN, 0}};
    while ((entries[1].revents & POLLIN) == 0) {
      if (::poll(entries, 2, -1) > 0)
        if (auto signo = signals.take())
          on_signal(*signo);
    }
  }

  int stop_;
  std::thread thread_;
};

}  // namespace entente
