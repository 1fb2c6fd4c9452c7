#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <utility>

namespace entente {

/// What is to be done later, in order. Of what is for the same peer and replaces what was for it
/// before, only the newest waits: peers that ask again and again do not make the line longer.
/// No actor, no clock. Not thread-safe.
template <class Peer>
class waiting_line {
public:
  using action = std::function<void()>;

  void add(action x) { line_.push_back(std::move(x)); }

  /// Takes the place of what waits for the peer; at the end of the line.
  void replace(const Peer& peer, action x) {
    auto [known, is_first] = newest_.try_emplace(peer);
    if (!is_first)
      line_.erase(known->second);
    known->second = line_.insert(line_.end(), std::move(x));
  }

  std::size_t size() const noexcept { return line_.size(); }

  /// All of it, oldest first; nothing waits any more.
  std::list<action> take() {
    newest_.clear();
    return std::exchange(line_, {});
  }

private:
  std::list<action> line_;
  std::map<Peer, typename std::list<action>::iterator> newest_;
};

}  // namespace entente
