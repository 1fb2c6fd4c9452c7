#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace entente {

/// A name that cannot be mixed up with a name of another kind of thing.
/// An empty id names nothing: it stands for "not known yet".
template <class Tag>
class strong_id {
public:
  strong_id() = default;
  explicit strong_id(std::string value) : value_(std::move(value)) {}

  const std::string& str() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }
  explicit operator bool() const noexcept { return !value_.empty(); }

  friend auto operator<=>(const strong_id&, const strong_id&) = default;
  friend std::ostream& operator<<(std::ostream& out, const strong_id& x) { return out << x.value_; }

private:
  std::string value_;
};

/// Given by the agent itself, once in its life.
using agent_id = strong_id<struct agent_id_tag>;
/// Given by the master when a framework subscribes for the first time.
using framework_id = strong_id<struct framework_id_tag>;
/// Given by the master; never used twice.
using offer_id = strong_id<struct offer_id_tag>;
/// Given by the framework; unique within it.
using task_id = strong_id<struct task_id_tag>;
/// Given by the framework; unique within it, on each agent.
using executor_id = strong_id<struct executor_id_tag>;
/// Given by the framework; unique within it.
using claim_id = strong_id<struct claim_id_tag>;
/// Given by the master to every attempt to reach agreement; never used twice.
using round_id = strong_id<struct round_id_tag>;
/// A grant is known by the round that made it.
using grant_id = round_id;

}  // namespace entente

template <class Tag>
struct std::hash<entente::strong_id<Tag>> {
  std::size_t operator()(const entente::strong_id<Tag>& x) const noexcept {
    return std::hash<std::string>{}(x.str());
  }
};
