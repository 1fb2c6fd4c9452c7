#pragma once

#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "network.hpp"

namespace entente::simulation {

/// Runs the actors of all hosts, one message at a time, in an order that the dice decide. Time
/// stands still while there is something to do, then goes on to the next timer or arrival.
///
/// An actor belongs to the host of the actor, or of the call to `on`, that has started it.
class scheduler {
public:
  using time_point = network::time_point;
  using duration = caf::actor_clock::duration_type;

  /// As long as no time passes, more steps than this are a livelock.
  static constexpr std::uint64_t most_steps_at_once = 200'000;

  /// @pre the system's scheduler has the policy `testing`
  scheduler(caf::actor_system& system, network& net, dice& chance, trace& log);

  time_point now() const { return coordinator_.clock().now(); }

  /// How much was done so far.
  std::uint64_t steps() const noexcept { return steps_; }

  /// Runs one message of one actor, or delivers one from host to host; if there is none, goes on to
  /// the next time at which something happens, unless that is after `end`.
  /// @returns false if nothing happens until `end`.
  /// @throws std::runtime_error on a livelock
  bool step(time_point end);

  /// Goes on for as long; the clock stands at the end of it then.
  void run_for(duration time);

  /// Goes on until the condition is true, which is looked at after every step, or as long as this.
  /// @returns whether the condition is true.
  template <std::predicate Condition>
  bool run_until(Condition is_true, duration limit) {
    auto end = now() + limit;
    while (!is_true())
      if (!step(end))
        return false;
    return true;
  }

  /// Calls `f`; the actors that it starts live on the host.
  template <std::invocable F>
  std::invoke_result_t<F> on(host where, F f) {
    struct settle_at_end {
      scheduler* self;
      std::size_t known;
      host where;
      ~settle_at_end() { self->settle_new(known, where); }
    } guard{this, coordinator_.jobs.size(), where};
    return f();
  }

  /// Forgets all timers, and runs what is ready, until nothing is.
  void drain();

private:
  /// The same for the whole simulation: actors remember by what they were run last.
  class worker : public caf::execution_unit {
  public:
    worker(caf::actor_system& system, caf::scheduler::test_coordinator& coordinator)
        : execution_unit(&system), coordinator_(coordinator) {}
    void exec_later(caf::resumable* job) override { coordinator_.jobs.push_back(job); }

  private:
    caf::scheduler::test_coordinator& coordinator_;
  };

  void run(std::size_t which);
  void note(caf::scheduled_actor& actor);
  void settle_new(std::size_t known, host where);
  bool advance(time_point end);
  std::optional<time_point> next_event();
  void go_to(time_point time);

  caf::scheduler::test_coordinator& coordinator_;
  network& net_;
  dice& dice_;
  trace& trace_;
  worker worker_;
  std::uint64_t steps_ = 0;
  std::uint64_t steps_at_once_ = 0;
};

}  // namespace entente::simulation
