#pragma once

#include <optional>
#include <vector>

#include "actors/runtime/failure.hpp"
#include "messages/checkpoint.hpp"

namespace entente {

/// Where an agent keeps what its next life has to know. A checkpoint is safe when the sync() after
/// its append(), or a rewrite() with it, has returned without a failure. All of one sync outlive
/// the agent, or none of them does. Not thread-safe.
class checkpoint_store {
public:
  virtual ~checkpoint_store() = default;

  virtual void append(const std::vector<checkpoint>& changes) = 0;
  /// Whether something was appended that is not safe.
  virtual bool is_dirty() const = 0;
  /// A failure changes nothing: what was appended is still to be synced.
  virtual std::optional<runtime::failure> sync() = 0;

  /// Whether it has much that does not hold any more.
  virtual bool wants_rewrite() const = 0;
  /// @param all what holds now, with everything that was appended
  virtual std::optional<runtime::failure> rewrite(const std::vector<checkpoint>& all) = 0;
};

}  // namespace entente
