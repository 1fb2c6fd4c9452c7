#pragma once

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/world.hpp"

/// Small actors to try the simulation on.
namespace entente::simulation {

/// Starts an actor on a host.
template <class F, class... Ts>
caf::actor start(world& w, host where, F behavior, Ts... args) {
  return w.run.on(where, [&]() -> caf::actor { return w.system.spawn(behavior, args...); });
}

/// Keeps the numbers that it is told, and answers with twice the number.
inline caf::actor start_listener(world& w, host where, std::vector<int>& heard) {
  return start(w, where, [&heard](caf::event_based_actor*) -> caf::behavior {
    return {[&heard](int x) {
      heard.push_back(x);
      return 2 * x;
    }};
  });
}

/// How a request went.
struct answer {
  std::optional<int> value;
  caf::error problem;
};

/// Asks once; the time-out is 1 s.
inline void ask(world& w, host where, const caf::actor& whom, int question,
                std::vector<answer>& answers) {
  start(w, where, [=, &answers](caf::event_based_actor* self) {
    self->request(whom, std::chrono::seconds{1}, question)
      .then(
        [&answers](int x) {
          answers.push_back({x, {}});
        },
        [&answers](const caf::error& x) {
          answers.push_back({{}, x});
        });
  });
}

/// Keeps whose end it is told. Nobody needs to hold it.
inline caf::actor start_monitor(world& w, host where, const caf::actor& whom,
                                std::vector<caf::down_msg>& ends) {
  return start(w, where, [=, &ends](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(whom);
    self->set_down_handler(
      [&ends, self_held = caf::actor{self}](const caf::down_msg& x) { ends.push_back(x); });
    return {[](int) {}};
  });
}

inline std::vector<int> numbers(int count) {
  std::vector<int> xs;
  for (int i = 0; i < count; ++i)
    xs.push_back(i);
  return xs;
}

inline void tell(const caf::actor& whom, const std::vector<int>& xs) {
  for (int x : xs)
    caf::anon_send(whom, x);
}

/// The links are between a and b; the listener lives on b.
struct two_hosts {
  caf::actor listen() { return start_listener(w, b, heard); }
  /// For an actor on b, on a.
  caf::actor near_a(const caf::actor& x) { return w.net.stand_in(a, x, b); }

  world w{1};
  host a = w.net.add_host("a");
  host b = w.net.add_host("b");
  std::vector<int> heard;
  std::vector<answer> answers;
  std::vector<caf::down_msg> ends;
};

}  // namespace entente::simulation
