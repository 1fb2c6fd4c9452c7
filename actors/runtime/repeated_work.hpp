#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace entente::runtime {

/// Does something again and again, on a thread of its own, until it is destroyed. Never more than a
/// tenth of the time is spent on it: after work that took long the next waits for longer.
class repeated_work {
public:
  /// @param work must not throw, nor destroy this
  repeated_work(std::chrono::milliseconds pause, std::function<void()> work);

  repeated_work(const repeated_work&) = delete;
  repeated_work& operator=(const repeated_work&) = delete;

  /// Waits for the end of what is being done.
  ~repeated_work();

private:
  void run();

  std::chrono::milliseconds pause_;
  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace entente::runtime
