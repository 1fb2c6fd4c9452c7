#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "messages/resources.hpp"

namespace entente::test {

/// Scalars by name, in thousandths; what is not there is 0.
struct amounts {
  std::map<std::string, std::int64_t> of;

  amounts() = default;
  explicit amounts(const resources& x) : of(x.scalars().begin(), x.scalars().end()) {}

  std::int64_t operator[](const std::string& name) const {
    auto i = of.find(name);
    return i == of.end() ? 0 : i->second;
  }

  /// f of both, name by name.
  template <class F>
  static amounts both(const amounts& a, const amounts& b, F f) {
    amounts result;
    for (const auto* x : {&a, &b})
      for (const auto& [name, milli] : x->of)
        result.of[name] = f(a[name], b[name]);
    return result;
  }

  friend amounts operator+(const amounts& a, const amounts& b) {
    return both(a, b, [](auto x, auto y) { return x + y; });
  }
  friend amounts operator-(const amounts& a, const amounts& b) {
    return both(a, b, [](auto x, auto y) { return x - y; });
  }
  /// What of a is more than b.
  friend amounts beyond(const amounts& a, const amounts& b) {
    return both(a, b, [](auto x, auto y) { return std::max<std::int64_t>(0, x - y); });
  }
  friend amounts least(const amounts& a, const amounts& b) {
    return both(a, b, [](auto x, auto y) { return std::min(x, y); });
  }
  friend amounts most(const amounts& a, const amounts& b) {
    return both(a, b, [](auto x, auto y) { return std::max(x, y); });
  }

  bool any() const {
    return std::any_of(of.begin(), of.end(), [](const auto& x) { return x.second > 0; });
  }

  resources as_resources() const {
    resources result;
    for (const auto& [name, milli] : of)
      result.set_milli(name, milli);
    return result;
  }
};

}  // namespace entente::test
