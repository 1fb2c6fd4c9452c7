#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "messages/resources.hpp"

namespace entente {

/// Scalars in thousandths, by the index that a scalar_table has given to their names: sums without
/// text. What was never set is 0. Not thread-safe; a plain value.
class quantities {
public:
  std::int64_t operator[](std::size_t index) const {
    if (index >= size_)
      return 0;
    return index < near_.size() ? near_[index] : far_[index - near_.size()];
  }
  void set(std::size_t index, std::int64_t milli) {
    size_ = std::max(size_, index + 1);
    if (index < near_.size()) {
      near_[index] = milli;
      return;
    }
    if (size_ > near_.size() + far_.size())
      far_.resize(size_ - near_.size(), 0);
    far_[index - near_.size()] = milli;
  }
  /// Beyond this all are 0.
  std::size_t size() const noexcept { return size_; }

  quantities& operator+=(const quantities& other) {
    for (std::size_t i = 0; i < other.size(); ++i)
      if (other[i] != 0)
        set(i, sum((*this)[i], other[i]));
    return *this;
  }
  /// May go below zero.
  quantities& operator-=(const quantities& other) {
    for (std::size_t i = 0; i < other.size(); ++i)
      if (other[i] != 0)
        set(i, sum((*this)[i], -other[i]));
    return *this;
  }
  friend quantities operator+(quantities a, const quantities& b) { return a += b; }
  friend quantities operator-(quantities a, const quantities& b) { return a -= b; }

  /// True if one is above zero.
  bool any() const {
    for (std::size_t i = 0; i < size_; ++i)
      if ((*this)[i] > 0)
        return true;
    return false;
  }

  friend bool operator==(const quantities& a, const quantities& b) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      if (a[i] != b[i])
        return false;
    return true;
  }

private:
  /// Stops at the largest int64: amounts are a peer's word.
  static std::int64_t sum(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (!__builtin_add_overflow(a, b, &result))
      return result;
    return a > 0 ? std::numeric_limits<std::int64_t>::max()
                 : -std::numeric_limits<std::int64_t>::max();
  }

  std::array<std::int64_t, 6> near_{};  ///< hardly a cluster has more: no memory is asked for
  std::vector<std::int64_t> far_;
  std::size_t size_ = 0;
};

/// More than there is of anything; sums of a few of it do not overflow.
inline constexpr auto unbounded = std::numeric_limits<std::int64_t>::max() / 4;

/// The smaller, or the larger, of both, index by index.
inline quantities min(const quantities& a, const quantities& b) {
  quantities result;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    result.set(i, std::min(a[i], b[i]));
  return result;
}
inline quantities max(const quantities& a, const quantities& b) {
  quantities result;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    result.set(i, std::max(a[i], b[i]));
  return result;
}

/// Gives every name of a scalar a small index, in the order in which they come. Not thread-safe.
class scalar_table {
public:
  std::size_t index(const std::string& name) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name)
        return i;
    names_.push_back(name);
    return names_.size() - 1;
  }
  const std::string& name(std::size_t index) const { return names_[index]; }
  std::size_t size() const noexcept { return names_.size(); }

  quantities of(const resources& x) {
    quantities result;
    for (const auto& [name, milli] : x.scalars())
      result.set(index(name), milli);
    return result;
  }
  /// Without the scalars whose names are not here yet.
  quantities known_of(const resources& x) const {
    quantities result;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (auto milli = x.milli(names_[i]); milli > 0)
        result.set(i, milli);
    return result;
  }
  /// What is above zero.
  resources as_resources(const quantities& x) const {
    resources result;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (x[i] > 0)
        result.set_milli(names_[i], x[i]);
    return result;
  }

private:
  std::vector<std::string> names_;  ///< few: a search is as quick as a map
};

}  // namespace entente
