#pragma once

#include <memory>
#include <utility>

namespace entente {

/// A value that is mostly not there: as std::optional, but it takes no room then.
template <class T>
class boxed {
public:
  boxed() = default;
  boxed(T x) : value_(std::make_unique<T>(std::move(x))) {}
  boxed(const boxed& x) : value_(x ? std::make_unique<T>(*x) : nullptr) {}
  boxed(boxed&&) noexcept = default;
  boxed& operator=(boxed x) noexcept {
    value_.swap(x.value_);
    return *this;
  }

  explicit operator bool() const noexcept { return value_ != nullptr; }
  bool has_value() const noexcept { return value_ != nullptr; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  T& emplace() {
    value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() { value_.reset(); }

  friend bool operator==(const boxed& x, const boxed& y) {
    return x && y ? *x == *y : x.has_value() == y.has_value();
  }

private:
  std::unique_ptr<T> value_;
};

}  // namespace entente
