// All that may happen to a cluster with roles, quotas and reservations, in a random order, and the
// rules of its books after every step. One seed is one life; it is printed when a rule is broken.
//
// More than the suite tries: `test_master --run_test=shares_model -- --operations N --seed S` lives
// as many lives as N operations take, from seed S on.
#include <boost/test/unit_test.hpp>

#include "shares_world_fixture.hpp"

namespace entente::test {

namespace {

constexpr std::uint64_t operations_of_a_life = 3'000;
constexpr std::uint64_t lives_of_the_suite = 8;

class world : shares_world {
public:
  explicit world(std::uint64_t seed) : shares_world(seed) {
    for (auto n = 2 + below(4); n > 0; --n)
      add_agent(agent_id{"a" + std::to_string(n)});
    for (auto n = 1 + below(3); n > 0; --n)
      add_framework();
    after();
  }

  /// Something happens.
  void step() {
    now_ += std::chrono::milliseconds{below(200)};
    auto what = below(1000);
    if (what < 250)
      carry_a_message();
    else if (what < 400)
      drive_a_round();
    else if (what < 480)
      end_a_task();
    else if (what < 700)
      let_a_framework_act();
    else if (what < 760)
      let_an_operator_act();
    else if (what < 960)
      let_the_master_act();
    else if (what < 998)
      let_somebody_come_or_go();
    else if (chance(50))
      replace_the_master();
    after();
  }

  /// All frameworks leave, all agents come back and answer: nothing is taken in the end.
  void end_everything() {
    std::vector<agent_id> away;
    for (const auto& [id, x] : agents_)
      if (!x.connected)
        away.push_back(id);
    for (const auto& id : away)  // One that comes back anew takes the place of the old one.
      come_back(id, agents_.at(id));
    for (auto name : {"w0", "w1", "w2"})
      book_.change(cancel_maintenance{name}, now_);
    for (auto round = 0; round < 100 && !is_over(); ++round) {
      now_ += 2s;
      pass_time();
      for (auto& [id, x] : agents_) {
        book_.change(undrain_agent{id});
        book_.change(reactivate_agent{id});
        x.say_all();
      }
      for (const auto& x : book_.view({listing::frameworks}).frameworks)
        book_.remove_framework(x.info.id);
      frameworks_.clear();
      after();
      settle();
    }
    require(is_over(), "agents or rounds never come to an end");
    checks_.check_nothing_is_taken(book_);
  }

  /// How many grants were taken back for a guarantee so far.
  std::uint64_t recalls() const { return recalls_; }

private:
  std::uint32_t below(std::uint32_t limit) { return values_.below(limit); }
  bool chance(std::uint32_t percent) { return values_.chance(percent); }
  template <class Container>
  auto any(Container& xs) -> decltype(*xs.begin()) {
    return values_.any(xs);
  }

  void after() {
    carry_out_all();
    check();
  }

  // -- agents and rounds ------------------------------------------------------------------

  void carry_a_message() {
    auto& x = any(agents_).second;
    if (!x.in.empty() && (x.out.empty() || chance(50)))
      x.hear();
    else if (!x.out.empty())
      say_to_master(x);
  }

  void drive_a_round() {
    if (!rounds_.empty())
      drive(std::next(rounds_.begin(), below(static_cast<std::uint32_t>(rounds_.size()))));
  }

  void end_a_task() {
    auto& x = any(agents_).second;
    auto running = x.running();
    if (!running.empty())
      x.end(any(running));
  }

  // -- frameworks ---------------------------------------------------------------------------

  void let_a_framework_act() {
    if (frameworks_.empty())
      return;
    auto& x = any(frameworks_);
    if (!x.connected)
      return;
    auto what = below(100);
    if (what < 30)
      answer_an_offer(x);
    else if (what < 50)
      claim_something(x);
    else if (what < 75)
      use_a_grant(x);
    else if (what < 85)
      release_a_grant(x);
    else if (what < 90)
      withdraw_a_claim(x);
    else if (what < 93)
      say_all(x);
    else if (what < 97)
      suppress_or_revive(x);
    else
      reserve_or_not(x.info.id);
  }

  void answer_an_offer(framework& x) {
    if (x.offers.empty())
      return;
    std::vector<offer_id> ids{any(x.offers).first};
    if (chance(20))
      ids.push_back(any(x.offers).first);
    for (const auto& id : ids)
      x.offers.erase(id);
    if (chance(70))
      book_.accept({x.info.id, ids, some_tasks(), values_.filter()}, now_);
    else
      book_.decline({x.info.id, ids, values_.filter()}, now_);
  }

  /// Now and then as one group.
  std::vector<task_info> some_tasks() {
    auto result = values_.tasks(3);
    if (chance(25))
      for (auto& task : result)
        task.group = "g";
    return result;
  }

  void claim_something(framework& x) {
    if (x.claims.size() > 4)
      return;
    auto wanted = values_.claim_of(x.info);
    x.claims.emplace(wanted.id, wanted);
    book_.add_claim({x.info.id, wanted, ++x.revision}, now_);
  }

  void withdraw_a_claim(framework& x) {
    if (x.claims.empty())
      return;
    auto id = any(x.claims).first;
    x.claims.erase(id);
    book_.withdraw({x.info.id, id, ++x.revision});
  }

  void use_a_grant(framework& x) {
    if (x.grants.empty())
      return;
    const auto& grant = any(x.grants).second;
    launch_on_grant call{x.info.id, grant.id, {}};
    auto slots = static_cast<std::uint32_t>(grant.slots.size());
    auto rank = below(slots);
    for (auto& task : some_tasks()) {
      if (task.group.empty() || chance(10))
        rank = below(slots);
      call.tasks.push_back({rank, std::move(task)});
    }
    book_.launch(call, now_);
  }

  void release_a_grant(framework& x) {
    if (x.grants.empty())
      return;
    auto id = any(x.grants).first;
    release_grant call{x.info.id, id, {}, 0};
    if (chance(30))
      call.ranks = {below(5)};
    else
      x.grants.erase(id);
    call.revision = ++x.revision;
    book_.release(call);
  }

  void suppress_or_revive(framework& x) {
    std::vector<std::string> roles;
    if (chance(50))
      roles = {values_.role()};
    if (chance(40))
      book_.suppress({x.info.id, roles});
    else
      book_.revive({x.info.id, roles});
  }

  // -- operators ------------------------------------------------------------------------------

  void let_an_operator_act() {
    switch (below(13)) {
    case 10:
      return deactivate_or_not();
    case 9:
      return plan_or_cancel();
    case 8:
      return drain_or_not();
    case 6:
    case 7:
    case 11:
    case 12:
      return guarantee_what_waits();
    case 0:
    case 1:
      book_.change(
        set_quota{values_.role(), values_.amount(2, 100), values_.amount(6, 300), chance(30)});
      return;
    case 2:
      book_.change(remove_quota{values_.role()});
      return;
    case 3:
      book_.change(set_weight{values_.role(), 0.5 * (1 + below(6))});
      return;
    case 4:
      return kill_a_task();
    default:
      return reserve_or_not({});
    }
  }

  /// Of roles that may take back what others have, one gets a claim that its guarantee covers.
  void guarantee_what_waits() {
    for (auto& x : frameworks_)
      for (const auto& role : {"prod", "eng/ads"})
        if (const auto roles = roles_of(x.info);
            x.connected && std::find(roles.begin(), roles.end(), role) != roles.end()) {
          auto wanted = values_.claim_of(x.info);
          wanted.role = role;
          wanted.wait = 20s;
          x.claims.emplace(wanted.id, wanted);
          book_.add_claim({x.info.id, wanted, ++x.revision}, now_);
          resources guarantee;
          guarantee.set_milli("cpus", 1000 * (2 + below(10)));
          book_.change(set_quota{role, guarantee, {}, true});
          return;
        }
  }

  void reserve_or_not(const framework_id& who) {
    if (!values_.has_reservations())
      return;
    auto agent = any(agents_).first;
    auto amount = values_.amount(2, 100);
    if (chance(50))
      book_.change(reserve_resources{who, agent, values_.role(), amount});
    else
      book_.change(unreserve_resources{who, agent, values_.role(), amount});
  }

  /// An agent that would be gone then would never come to an end here.
  void drain_or_not() {
    drain_agent call{any(agents_).first, std::nullopt, false};
    if (chance(40))
      call.deadline = std::chrono::seconds{below(20)};
    if (chance(50))
      book_.change(call, now_);
    else
      book_.change(undrain_agent{call.agent});
  }

  void deactivate_or_not() {
    auto agent = any(agents_).first;
    if (chance(25))
      book_.change(deactivate_agent{agent});
    else
      book_.change(reactivate_agent{agent});
  }

  void plan_or_cancel() {
    auto name = "w" + std::to_string(below(3));
    if (chance(60)) {
      book_.change(cancel_maintenance{name}, now_);
      return;
    }
    maintenance_window x{name, {any(agents_).first}, {}, {}, {}};
    if (chance(50))
      x.agents.push_back(any(agents_).first);
    x.starts_in = std::chrono::seconds{below(20)};
    x.lasts = std::chrono::seconds{1 + below(5)};
    x.drains_ahead = std::chrono::seconds{below(5)};
    book_.change(plan_maintenance{std::move(x)}, now_);
  }

  void kill_a_task() {
    auto tasks = book_.view({listing::tasks}).tasks;
    if (!tasks.empty())
      book_.kill({{}, any(tasks).id, {}});
  }

  // -- the master -------------------------------------------------------------------------------

  void let_the_master_act() {
    auto what = below(100);
    last_.gives = what < 80;
    if (what < 40)
      book_.make_offers(now_);
    else if (what < 80)
      book_.serve_claims(now_);
    else if (what < 99)
      pass_time();
    else
      now_ += std::chrono::seconds{below(80)};
  }

  // -- who comes and goes -----------------------------------------------------------------------

  void add_framework() {
    frameworks_.emplace_back().info = values_.framework();
    come(frameworks_.back());
  }

  void let_somebody_come_or_go() {
    if (chance(50))
      return let_an_agent_come_or_go();
    if (frameworks_.empty() || (frameworks_.size() < 6 && chance(40)))
      return add_framework();
    auto& x = any(frameworks_);
    if (x.connected && chance(60)) {
      x.connected = false;
      return book_.disconnect_framework(x.info.id, now_);
    }
    if (!x.connected && come(x))
      return;
    book_.remove_framework(x.info.id);
    frameworks_.remove_if([&](const framework& y) { return &y == &x; });
  }

  void let_an_agent_come_or_go() {
    auto& [id, x] = any(agents_);
    if (!x.connected)
      return come_back(id, x);
    x.disconnect();
    auto what = below(100);
    if (what < 20)
      book_.remove_agent(id, now_);
    else if (what < 70)
      book_.disconnect_agent(id, now_);
    else if (what < 85)
      come_back(id, x);
    // Else nobody notices.
  }

  /// With what it has, in this life or in the next, or with nothing.
  void come_back(agent_id id, fake_agent& x) {
    if (chance(30))
      return add_agent(id);
    if (chance(30))
      return x.recover(++lives_);
    x.connected = true;
    x.say_all();
  }

  // -- the end ------------------------------------------------------------------------------------

  bool is_over() {
    return rounds_.empty() && book_.view({listing::frameworks}).frameworks.empty() &&
           std::all_of(agents_.begin(), agents_.end(),
                       [](const auto& x) { return x.second.is_idle(); });
  }

  /// Until nothing is on its way any more.
  void settle() {
    while (!rounds_.empty()) {
      now_ += 100ms;
      drive(rounds_.begin());
      after();
    }
    for (auto& [id, x] : agents_)
      for (const auto& key : x.running())
        x.end(key);
    for (auto busy = true; busy;) {
      busy = false;
      for (auto& [id, x] : agents_)
        while (!x.in.empty() || !x.out.empty()) {
          busy = true;
          if (x.in.empty())
            say_to_master(x);
          else
            x.hear();
          after();
        }
    }
  }
};

/// The number that follows this word on the command line.
std::uint64_t argument(const std::string& name, std::uint64_t otherwise) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (auto i = 1; i + 1 < suite.argc; ++i)
    if (suite.argv[i] == name)
      return std::stoull(suite.argv[i + 1]);
  return otherwise;
}

/// @returns the rule that was broken, and when; empty if none was. Adds what was taken back.
std::string live(std::uint64_t seed, std::uint64_t operations, std::uint64_t& recalls) {
  std::uint64_t step = 0;
  try {
    world x{seed};
    for (; step < operations; ++step)
      x.step();
    x.end_everything();
    recalls += x.recalls();
    return {};
  } catch (const std::exception& x) {
    return "seed " + std::to_string(seed) + ", operation " + std::to_string(step) + ": " + x.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shares_model)

BOOST_AUTO_TEST_CASE(the_books_of_shares_are_right_whatever_happens) {
  auto operations = argument("--operations", lives_of_the_suite * operations_of_a_life);
  std::uint64_t recalls = 0;
  for (auto seed = argument("--seed", 1); operations > 0; ++seed) {
    auto now = std::min(operations, operations_of_a_life);
    auto broken = live(seed, now, recalls);
    BOOST_REQUIRE_MESSAGE(broken.empty(), broken);
    operations -= now;
  }
  BOOST_TEST_MESSAGE(recalls << " grants were taken back for a guarantee");
  BOOST_CHECK_MESSAGE(recalls > 0, "no grant was ever taken back: the model is too tame");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
