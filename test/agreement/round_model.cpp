// A round against agents that keep holds and parts, over links that lose, repeat and reorder. One
// seed is one round; it is printed when a rule is broken.
//
// The agents follow the ledger's rules: a hold ends with its lease, a release is remembered, the
// same question gets the same answer. The link may hand a message over long after the round's end,
// as long as the round is still there to hear the answer.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>
#include <string>

#include "actors/agreement/round.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

struct broken_rule {
  std::string what;
};

struct fake_agent {
  agent_id id;
  std::uint32_t room = 0;
  std::uint32_t held = 0;
  std::uint32_t part = 0;
  time_point hold_end{};
  bool released = false;
  bool lost = false;

  bid hear(const solicit& x, time_point now) {
    if (released || (part == 0 && room == 0))
      return {x.round, id, 0, 0, {}, released ? bid_refusal::stale : bid_refusal::no_room};
    if (part == 0 && held == 0) {
      held = std::min(room, x.wanted);
      hold_end = now + x.lease;
    }
    auto slots = part != 0 ? part : held;
    bid answer{x.round, id, slots, 500, {}, bid_refusal::none};
    answer.ports.resize(std::size_t{slots} * x.ports);
    return answer;
  }

  confirmed hear(const confirm& x) {
    if (released || (held < x.slots && part == 0))
      return {x.round, id, bid_refusal::stale, 0};
    if (part == 0)
      part = x.slots;
    held = 0;
    return {x.round, id, bid_refusal::none, 1};
  }

  void hear() {
    released = true;
    held = part = 0;
  }

  void expire(time_point now) {
    if (held > 0 && hold_end <= now) {
      held = 0;
      released = true;
    }
  }
};

class world {
public:
  explicit world(std::uint32_t seed)
      : random_(seed), loss_(below(3) * 20), plan_(make_plan()), round_(plan_) {
    round_.start(now_);
    send();
  }

  void run() {
    for (auto step = 0; step < 400 && !links_.empty(); ++step) {
      happen();
      check();
    }
    settle();
    check_end();
  }

private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  round_plan make_plan() {
    round_plan plan;
    plan.id = round_id{"r1"};
    plan.claim.count = 1 + below(8);
    plan.claim.max_count = chance(30) ? plan.claim.count + below(4) : 0;
    plan.claim.max_per_agent = chance(20) ? 1 : 0;
    plan.claim.ports = below(2);
    for (auto n = below(6); n > 0; --n) {
      agent_id id{"a" + std::to_string(n)};
      plan.agents.push_back({id, 1 + below(4), {}});
      agents_.push_back({id, below(5)});
    }
    return plan;
  }

  // -- links ------------------------------------------------------------------------

  /// Puts a message on its way: lost, once, or twice. All that are on their way are in no order.
  void put(std::function<void()> message) {
    if (!quiet_ && chance(loss_))
      return;
    if (!quiet_ && chance(15))
      links_.push_back(message);
    links_.push_back(std::move(message));
  }

  void send() {
    for (auto& [id, message] : round_.take_effects())
      put([this, id = id, message = message] { arrive(id, message); });
  }

  void arrive(const agent_id& id, const decltype(tell_party::message)& message) {
    auto& to =
      *std::find_if(agents_.begin(), agents_.end(), [&](const auto& x) { return x.id == id; });
    if (const auto* x = std::get_if<solicit>(&message))
      put([this, answer = to.hear(*x, now_)] { round_.on_bid(answer, now_); });
    else if (const auto* y = std::get_if<confirm>(&message))
      put([this, answer = to.hear(*y)] { round_.on_confirmed(answer, now_); });
    else
      to.hear();
  }

  // -- what happens -------------------------------------------------------------------

  void happen() {
    auto what = below(100);
    if (what < 85)
      deliver();
    else if (what < 95)
      pass(std::chrono::milliseconds{below(200)});
    else if (what < 98 && !agents_.empty())
      round_.on_lost(agents_[below(static_cast<std::uint32_t>(agents_.size()))].id, now_);
    else if (chance(20))
      round_.cancel();
    send();
  }

  void deliver() {
    std::swap(links_[below(static_cast<std::uint32_t>(links_.size()))], links_.back());
    auto message = std::move(links_.back());
    links_.pop_back();
    message();
  }

  void pass(std::chrono::milliseconds time) {
    now_ += time;
    for (auto& x : agents_)
      x.expire(now_);
    round_.expire(now_);
  }

  /// Both deadlines pass, nothing is lost any more, then all leases end.
  void settle() {
    pass(plan_.bid_timeout);
    send();
    pass(plan_.confirm_timeout);
    if (!round_.outcome())
      throw broken_rule{"it has not ended at its second deadline"};
    quiet_ = true;
    for (send(); !links_.empty(); send())
      deliver();
    pass(plan_.lease);
  }

  // -- rules --------------------------------------------------------------------------

  /// Once it is granted, each member has its part, and they are as many as claimed.
  void check() const {
    if (round_.next_deadline() && round_.outcome())
      throw broken_rule{"it has ended and still waits"};
    if (round_.outcome() && round_.outcome()->granted)
      check_grant();
  }

  void check_grant() const {
    std::uint32_t sum = 0;
    for (const auto& part : round_.outcome()->parts) {
      auto has = std::find_if(agents_.begin(), agents_.end(),
                              [&](const auto& x) { return x.id == part.agent; });
      if (has->part != part.ports.size())
        throw broken_rule{part.agent.str() + " is granted and has not that part"};
      sum += has->part;
    }
    if (sum < plan_.claim.count || sum > most_slots(plan_.claim))
      throw broken_rule{"the grant does not fit the claim"};
  }

  void check_end() const {
    check();
    const auto& outcome = *round_.outcome();
    std::uint32_t answers = 0;
    for (const auto& [why, count] : outcome.refusals)
      answers += count;
    if (answers > agents_.size())
      throw broken_rule{"an agent is counted twice"};
    for (const auto& x : agents_)
      check_nothing_is_left(x);
  }

  /// A release that was lost leaves a part until its agent reports it: not if nothing was lost.
  void check_nothing_is_left(const fake_agent& x) const {
    const auto& outcome = *round_.outcome();
    auto is_member = std::any_of(outcome.parts.begin(), outcome.parts.end(),
                                 [&](const auto& part) { return part.agent == x.id; });
    if (x.held > 0)
      throw broken_rule{x.id.str() + " holds after its lease"};
    if (x.part > 0 && !is_member && loss_ == 0)
      throw broken_rule{x.id.str() + " keeps a part of nothing"};
  }

  std::mt19937 random_;
  std::uint32_t loss_;  ///< in percent
  time_point now_{};
  bool quiet_ = false;
  std::vector<std::function<void()>> links_;
  std::vector<fake_agent> agents_;
  round_plan plan_;
  round round_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(round_model)

BOOST_AUTO_TEST_CASE(it_is_granted_by_all_or_nothing_is_left) {
  for (std::uint32_t seed = 0; seed < 20'000; ++seed) {
    try {
      world{seed}.run();
    } catch (const broken_rule& rule) {
      BOOST_FAIL("seed " << seed << ": " << rule.what);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
