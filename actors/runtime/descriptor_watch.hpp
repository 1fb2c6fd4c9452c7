#pragma once

#include <set>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// Waits until one of several descriptors is readable. One thread waits; the other members may be
/// called from any thread.
class descriptor_watch {
public:
  /// @throws std::system_error if the system has no room for it
  descriptor_watch();

  /// From now on wait() tells `owner` whenever `what` is readable, or has nobody left to write to
  /// it; maybe before this returns. @returns 0, or the errno of why it is not watched
  int add(const unique_fd& what, void* owner);

  /// Not needed for none. Closing would not do: a child between fork and exec shares the
  /// descriptor, and keeps it watched.
  void remove(const unique_fd& what);

  /// Ends the wait, or the next one.
  void wake();

  /// @param time_out_ms after which nothing is told; -1: never
  /// @returns the owners, each once; empty when it was woken
  std::set<void*> wait(int time_out_ms);

private:
  const unique_fd epoll_;
  const unique_fd wakeup_;
};

}  // namespace entente::runtime
