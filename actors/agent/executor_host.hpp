#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "actors/agent/executor_book.hpp"

namespace entente {

/// What an executor host is told; see executor_book.
struct executor_launch {
  framework_id framework;
  task_info task;
};
struct executor_signal {
  task_key key;
  int signo = 0;
};
struct executor_report_safe {
  task_key key;
};
struct executor_end_safe {
  task_key key;
};
struct executor_ended {
  executor_key key;
  std::string how;
  task_reason reason = task_reason::executor_terminated;
};
struct executor_found {
  executor_key key;
  executor_info info;
  std::string token;
  resources limits;
  bool goes_on = false;
};
struct executor_task_found {
  framework_id framework;
  task_info task;
  bool goes_on = false;
};
struct executors_all_found {};
using executor_news =
  std::variant<executor_launch, executor_signal, executor_report_safe, executor_end_safe,
               executor_ended, executor_found, executor_task_found, executors_all_found>;

struct executor_host_options {
  agent_id agent;
  std::string hostname;
  executor_times times;
  // Called on the host's thread.
  std::function<std::optional<std::string>(const start_executor&)> start;  ///< or why not
  std::function<void(const limit_executor&)> limit;
  std::function<void(const executor_key&)> kill;
  std::function<void(const executor_key&)> forget;
  std::function<void(const task_key&, const task_reported&)> report;
};

/// The actor that executors talk to, `agent_for_executors`, around an executor book.
///
/// It lives in an actor system of its own: what listens on a port lets whoever connects to it reach
/// any actor of its system that is known outside, and the agent itself is none of an executor's
/// business, nor of other users' of the machine.
class executor_host {
public:
  explicit executor_host(executor_host_options options);
  executor_host(const executor_host&) = delete;
  executor_host& operator=(const executor_host&) = delete;
  ~executor_host();

  /// Listens on a free port of 127.0.0.1. @returns the port, or why not
  std::variant<std::uint16_t, std::string> open();

  /// What is told after close() is dropped. May be called from any thread.
  void tell(executor_news news);

  /// Kills the executors that have nothing to do, and ends; the callbacks are not called any more.
  void close();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace entente
