#pragma once

#include <optional>
#include <string>
#include <utility>

namespace entente::simulation {

/// The first promise that was broken in a run. What comes after it is a consequence as a rule.
class verdict {
public:
  /// @param promise such as `P1`
  void violated(std::string promise, const std::string& how) {
    if (!violation_)
      violation_ = std::move(promise) + ": " + how;
  }

  const std::optional<std::string>& violation() const noexcept { return violation_; }

private:
  std::optional<std::string> violation_;
};

}  // namespace entente::simulation
