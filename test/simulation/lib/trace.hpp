#pragma once

#include <concepts>
#include <cstdint>
#include <ostream>
#include <string_view>

namespace entente::simulation {

/// What happened in a simulation, in order, as a hash: two runs with the same hash were the same
/// run. The events are written out, too, to look at a run that went wrong.
class trace {
public:
  /// Writes every event from now on as a line; nullptr writes none.
  void write_to(std::ostream* out) noexcept { out_ = out; }

  bool writes() const noexcept { return out_ != nullptr; }

  std::uint64_t hash() const noexcept { return hash_; }

  /// Takes part in the hash, but is not written.
  void mix(std::integral auto x) noexcept { add(static_cast<std::uint64_t>(x)); }

  void mix(std::string_view text) noexcept {
    for (unsigned char c : text)
      add(c);
    add(text.size());
  }

  /// An event: texts and numbers.
  template <class... Ts>
  void note(const Ts&... xs) {
    (mix(xs), ...);
    if (out_) {
      ((*out_ << xs << ' '), ...);
      *out_ << '\n';
    }
  }

  /// Only written.
  void remark(std::string_view text) {
    if (out_)
      *out_ << "  " << text << '\n';
  }

private:
  /// FNV-1a, over whole numbers in place of bytes.
  void add(std::uint64_t x) noexcept { hash_ = (hash_ ^ x) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::ostream* out_ = nullptr;
};

}  // namespace entente::simulation
