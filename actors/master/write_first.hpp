#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/master/waiting_line.hpp"
#include "actors/registry/registry_store.hpp"

namespace entente {

/// What is decided is written down before it is said: keeps back what is to be done or said until
/// that is safe. No actor, no clock. Not thread-safe.
///
/// While nothing can be written, what is kept back stays kept back; answers to calls are not: they
/// say why. Whoever adds to it should add little then.
template <class Peer>
class write_first {
public:
  using action = std::function<void()>;
  /// Is told why it could not be written down; empty: it is.
  using answer = std::function<void(const std::string&)>;

  /// @param file null if nothing is written down: then all is safe
  explicit write_first(std::shared_ptr<registry_store> file) : file_(std::move(file)) {}

  /// True if nothing waits to be written down.
  bool is_safe() const noexcept { return is_safe_; }
  /// True if it could be written the last time.
  bool can_write() const noexcept { return problem_.empty(); }
  /// Why it could not be written the last time.
  const std::string& problem() const noexcept { return problem_; }
  std::size_t waiting() const noexcept { return line_.size() + answers_.size(); }

  /// @returns true if write() is to be called, for the first of what is to be written together.
  bool append(const std::vector<registry_change>& changes) {
    if (!file_ || changes.empty())
      return false;
    file_->append(changes);
    return std::exchange(is_safe_, false);
  }

  /// Does it now if it is safe.
  void when_safe(action x) {
    if (is_safe_)
      x();
    else
      line_.add(std::move(x));
  }
  /// In place of what waits for the peer.
  void replace(const Peer& peer, action x) { line_.replace(peer, std::move(x)); }
  void when_known(answer x) { answers_.push_back(std::move(x)); }

  /// Writes down what was appended. If it fails, it is to be called again later.
  /// @returns what is to be done now.
  std::list<action> write() {
    auto failed = file_->sync();
    problem_ = failed ? failed->message : std::string{};
    is_safe_ = !failed;
    auto due = failed ? std::list<action>{} : line_.take();
    for (auto& x : std::exchange(answers_, {}))
      due.push_back([x = std::move(x), why = problem_] { x(why); });
    return due;
  }

private:
  std::shared_ptr<registry_store> file_;
  bool is_safe_ = true;
  std::string problem_;
  waiting_line<Peer> line_;
  std::vector<answer> answers_;
};

}  // namespace entente
