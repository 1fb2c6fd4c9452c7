#pragma once

namespace entente {

/// One function object out of several, to visit a variant with.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

}  // namespace entente
