#include "actors/runtime/repeated_work.hpp"

#include <algorithm>
#include <utility>

#include "actors/runtime/signal_shield.hpp"

namespace entente::runtime {

namespace {

using clock = std::chrono::steady_clock;

/// How much longer than the work itself the pause after it is, at least.
constexpr int times_longer = 9;

}  // namespace

repeated_work::repeated_work(std::chrono::milliseconds pause, std::function<void()> work)
    : pause_(pause), work_(std::move(work)) {
  signal_shield shield;
  thread_ = std::thread{[this] { run(); }};
}

repeated_work::~repeated_work() {
  {
    std::lock_guard guard{mutex_};
    quit_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void repeated_work::run() {
  std::unique_lock guard{mutex_};
  auto pause = clock::duration{pause_};
  while (!changed_.wait_for(guard, pause, [this] { return quit_; })) {
    guard.unlock();
    auto begin = clock::now();
    work_();
    pause = std::max(clock::duration{pause_}, times_longer * (clock::now() - begin));
    guard.lock();
  }
}

}  // namespace entente::runtime
