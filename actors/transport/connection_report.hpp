#pragma once

#include <mutex>
#include <string>
#include <utility>

namespace entente {

/// Why a connection has failed: noted where it is read, told by whoever has asked for it. Threads:
/// any.
class connection_report {
public:
  /// The first reason is the one that counts; an empty one is none.
  void note(std::string why) {
    std::lock_guard guard{mutex_};
    if (why_.empty())
      why_ = std::move(why);
  }

  std::string why() const {
    std::lock_guard guard{mutex_};
    return why_;
  }

private:
  mutable std::mutex mutex_;
  std::string why_;
};

}  // namespace entente
