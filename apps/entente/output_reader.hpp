#pragma once

#include <optional>
#include <string>
#include <variant>

#include "apps/entente/client.hpp"

namespace entente {

/// Reads a task's output, piece by piece. One that follows it outlasts restarts of its agent and of
/// the master: it says once on stderr that it waits, and later what keeps the master from it.
class output_reader {
public:
  output_reader(client& master, read_output from, bool follows)
      : master_(&master), call_(std::move(from)), follows_(follows) {}

  /// @returns the next piece, or why there is none
  std::variant<output_chunk, caf::error> next();

private:
  enum class prospect { comes, unknown, over };

  std::variant<output_chunk, caf::error> ask();
  bool may_come(const caf::error& why);
  void look_for_master();
  prospect look_for_task();
  bool is_away(const agent_id& agent);

  client* master_;
  read_output call_;
  bool follows_;
  bool was_there_ = false;  ///< the task
  bool waits_ = false;      ///< and has said so
  int attempts_ = 0;        ///< to find the master, in a row, without success
  std::string told_;        ///< what was wrong with them
  std::optional<time_point> unknown_since_;
};

}  // namespace entente
