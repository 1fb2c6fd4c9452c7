#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace entente {

/// A process that shares this one's terminal, waited for beside other things.
class child {
public:
  /// Starts a command, looked up in PATH, with these variables added to the environment.
  /// @param blocked signals that it begins with blocked, for it is known to wait for them
  /// @returns it, or why it cannot be started.
  static std::variant<child, std::string> start(const std::vector<std::string>& argv,
                                                const std::map<std::string, std::string>& added,
                                                std::initializer_list<int> blocked = {});

  child(child&& other) noexcept;
  child& operator=(child&&) = delete;
  ~child();

  /// Readable when the process has ended; for poll loops.
  int descriptor() const noexcept { return descriptor_; }

  void signal(int signo) const;

  /// Waits for its end.
  /// @returns its exit code, or 128 + the signal that ended it.
  int wait();

private:
  child(pid_t pid, int descriptor) : pid_(pid), descriptor_(descriptor) {}

  pid_t pid_;
  int descriptor_;
};

}  // namespace entente
