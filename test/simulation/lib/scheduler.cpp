#include "scheduler.hpp"

#include <algorithm>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <stdexcept>

namespace entente::simulation {

namespace {

/// The actor behind a job; nullptr for a job that is none.
caf::scheduled_actor* actor_of(caf::resumable* job) {
  return job->subtype() == caf::resumable::scheduled_actor ? static_cast<caf::scheduled_actor*>(job)
                                                           : nullptr;
}

}  // namespace

scheduler::scheduler(caf::actor_system& system, network& net, dice& chance, trace& log)
    : coordinator_(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())),
      net_(net),
      dice_(chance),
      trace_(log),
      worker_(system, coordinator_) {}

bool scheduler::step(time_point end) {
  auto jobs = coordinator_.jobs.size();
  auto choices = jobs + net_.arrived();
  if (choices == 0)
    return advance(end);
  if (++steps_at_once_ > most_steps_at_once)
    throw std::runtime_error("livelock: no time passes");
  ++steps_;
  auto choice = dice_.below(choices);
  if (choice < jobs)
    run(choice);
  else
    net_.deliver(choice - jobs);
  return true;
}

void scheduler::run(std::size_t which) {
  auto& jobs = coordinator_.jobs;
  auto* job = jobs[which];
  jobs[which] = jobs.back();
  jobs.pop_back();
  auto known = jobs.size();
  auto* actor = actor_of(job);
  auto home = actor ? net_.find(actor->id()) : std::nullopt;
  if (actor)
    note(*actor);
  switch (job->resume(&worker_, 1)) {
  case caf::resumable::resume_later:
    jobs.push_back(job);
    break;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
    caf::intrusive_ptr_release(job);
    break;
  case caf::resumable::shutdown_execution_unit:
    break;
  }
  if (home)
    settle_new(known, home->where);
}

void scheduler::note(caf::scheduled_actor& actor) {
  trace_.note("runs", actor.id());
  if (!trace_.writes())
    return;
  if (auto* next = actor.peek_at_next_mailbox_element())
    trace_.remark(caf::to_string(next->payload));
}

void scheduler::settle_new(std::size_t known, host where) {
  for (auto i = known; i < coordinator_.jobs.size(); ++i)
    if (auto* actor = actor_of(coordinator_.jobs[i]))
      net_.settle(caf::strong_actor_ptr{actor->ctrl()}, where);
}

bool scheduler::advance(time_point end) {
  auto next = next_event();
  if (!next || *next > end)
    return false;
  go_to(*next);
  return true;
}

std::optional<scheduler::time_point> scheduler::next_event() {
  auto& timers = coordinator_.clock().schedule;
  while (!timers.empty() && timers.begin()->second.f.disposed())
    timers.erase(timers.begin());
  auto arrival = net_.next_arrival();
  if (timers.empty())
    return arrival;
  return std::min(timers.begin()->first, arrival.value_or(time_point::max()));
}

void scheduler::go_to(time_point time) {
  trace_.note("time", time.time_since_epoch().count());
  steps_at_once_ = 0;
  auto now = coordinator_.clock().now();
  coordinator_.advance_time(std::max(time, now) - now);
}

void scheduler::run_for(duration time) {
  auto end = now() + time;
  while (step(end)) {
  }
  go_to(end);
}

void scheduler::drain() {
  coordinator_.clock().schedule.clear();
  while (!coordinator_.jobs.empty())
    run(0);
}

}  // namespace entente::simulation
