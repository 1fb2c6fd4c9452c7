#pragma once

#include "actors/runtime/log_event.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <string_view>
#include <thread>

namespace entente {

/// The actor library's own log, and what it prints of actors that go wrong, as events `message`
/// and `complaint` of the part `caf`.
///
/// CAF 0.18 can only write its log to files and to the terminal, with what was printed on stdout;
/// so it gets a pipe for a file. How much it can tell is fixed when it is built (CAF_LOG_LEVEL;
/// quiet unless told otherwise): with a quiet one there are complaints only. What it does tell is
/// fixed when the actor system starts; the part's level can leave out more of that later, not less.
/// Its `debug` and `trace` are never taken: they have messages in them, and so the variables of
/// tasks.
class caf_log {
public:
  /// Before the actor system is made from `config`, and for longer than it lives. Throws
  /// std::system_error.
  caf_log(caf::actor_system_config& config, event_log log);

  /// Takes what is still in the pipe.
  ~caf_log();

  caf_log(const caf_log&) = delete;
  caf_log& operator=(const caf_log&) = delete;

  /// From now on, what actors print is in the log as well.
  void take_complaints_of(caf::actor_system& system);

private:
  void run();

  event_log log_;
  int pipe_[2] = {-1, -1};
  int stop_ = -1;
  std::thread thread_;
};

/// The event that a line of CAF's pipe stands for: `WARN caf_io 12 message` or anything at all.
log_event event_of_caf(std::string_view line);

}  // namespace entente
