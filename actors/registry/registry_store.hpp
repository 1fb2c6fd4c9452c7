#pragma once

#include <optional>
#include <vector>

#include "actors/registry/registry_change.hpp"
#include "actors/runtime/failure.hpp"

namespace entente {

/// Where a master keeps what the next one has to know. A change is safe when the sync() after its
/// append() has returned without a failure. All changes of one sync outlive the master, or none of
/// them does. Not thread-safe.
class registry_store {
public:
  virtual ~registry_store() = default;

  /// What was there at first, and everything that was appended since.
  virtual const registry_state& state() const = 0;
  virtual void append(const std::vector<registry_change>& changes) = 0;
  /// A failure changes nothing: what was appended is still to be synced.
  virtual std::optional<runtime::failure> sync() = 0;
};

}  // namespace entente
