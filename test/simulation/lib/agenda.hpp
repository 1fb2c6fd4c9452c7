#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "network.hpp"

namespace entente::simulation {

/// What is to happen from outside of all actors, and when; things of one time in the order in which
/// they were written down.
class agenda {
public:
  using time_point = network::time_point;

  void add(time_point at, std::function<void()> what) {
    entries_.emplace(std::pair{at, ++added_}, std::move(what));
  }

  std::optional<time_point> next() const {
    if (entries_.empty())
      return std::nullopt;
    return entries_.begin()->first.first;
  }

  /// Takes out the next one. @pre there is one
  std::function<void()> take() { return std::move(entries_.extract(entries_.begin()).mapped()); }

private:
  std::map<std::pair<time_point, std::uint64_t>, std::function<void()>> entries_;
  std::uint64_t added_ = 0;
};

}  // namespace entente::simulation
