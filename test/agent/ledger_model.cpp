// The ledger against a naive model of it: thousands of random lives, compared after every step.
#include <boost/test/unit_test.hpp>
#include <tuple>

#include "actors/agent/ledger.hpp"
#include "naive_ledger.hpp"
#include "support/generate.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t lives = 2'000;
constexpr int steps = 100;

/// One life: the same calls to the ledger and to the model.
class life {
public:
  explicit life(std::uint64_t seed) : random_(seed) {}

  void step() {
    now_ += std::chrono::milliseconds{random_.below(3) * random_.below(200)};
    revision_ = book_.revision();
    before_ = reported();
    call();
    compare();
  }

private:
  using report = std::tuple<ledger_sums, std::vector<grant_part>, std::size_t>;

  /// Everything whose change counts. Tasks are taken from the model.
  report reported() const { return {book_.sums(), book_.parts(), model_.tasks.size()}; }

  void call() {
    switch (random_.below(14)) {
    case 0:
    case 1:
      return hold();
    case 2:
    case 3:
      return confirm();
    case 4:
      return release();
    case 5:
    case 6:
      return allocate();
    case 7:
      return free();
    case 8:
      return random_.below(12) == 0 ? release_all() : expire();
    case 9:
      return random_.flip() ? vouch() : expire();
    default:
      return hold();
    }
  }

  /// Mostly a round in the given state; else a new one, the newest, or an older one whose messages
  /// come late or again.
  round_id round(naive_ledger::state usual) {
    std::vector<round_id> usual_ones;
    for (const auto& [id, x] : model_.rounds)
      if (x.is == usual)
        usual_ones.push_back(id);
    if (!usual_ones.empty() && random_.below(4) > 0)
      return usual_ones[random_.below(usual_ones.size())];
    if (random_.below(3) == 0)
      ++newest_;
    auto back = std::min(newest_, random_.below(2) * random_.below(12));
    return round_id{"r" + std::to_string(newest_ - back)};
  }

  /// A new one, mostly.
  round_id round_to_hold() {
    if (random_.below(3) == 0)
      return round(naive_ledger::state::held);
    return round_id{"r" + std::to_string(++newest_)};
  }

  framework_id framework_of(const round_id& x) const {
    return framework_id{x.str().back() % 3 == 0 ? "f2" : "f1"};
  }

  task_key task() {
    return {framework_id{random_.below(3) == 0 ? "f2" : "f1"},
            task_id{"t" + std::to_string(random_.below(8))}};
  }

  resources limits() {
    resources x;
    x.set_milli("cpus", static_cast<std::int64_t>(random_.below(5) * 500));
    x.set_milli("mem", static_cast<std::int64_t>(random_.below(4) * 700));
    return x;
  }

  std::chrono::milliseconds pick_time() {
    return std::chrono::milliseconds{500 + 500 * random_.below(4)};
  }

  void hold() {
    solicit x;
    x.round = round_to_hold();
    x.framework = framework_of(x.round);
    x.limits = limits();
    x.ports = static_cast<std::uint32_t>(random_.below(2) * random_.below(5));
    x.wanted = static_cast<std::uint32_t>(random_.below(5));
    x.lease = pick_time();
    BOOST_CHECK(book_.hold(x, now_) == model_.hold(x, now_));
  }

  void confirm() {
    entente::confirm x;
    x.round = round(naive_ledger::state::held);
    x.framework = framework_of(x.round);
    x.claim = claim_id{"c"};
    x.slots = static_cast<std::uint32_t>(random_.below(4));
    x.unused_timeout = pick_time();
    x.members = {{self, x.slots}, {agent_id{"a2"}, 1}};
    x.role = random_.flip() ? "eng" : "ads";
    x.preemptible = random_.flip();
    auto knew = model_.is(x.round, naive_ledger::state::part);
    auto answer = book_.confirm(x, now_);
    BOOST_CHECK(answer.refusal == model_.confirm(x, now_));
    if (answer.refusal != bid_refusal::none)
      return;
    auto first = knew ? first_answers_.at(x.round) : confirmed{x.round, self, {}, book_.revision()};
    BOOST_CHECK(answer == first);
    first_answers_[x.round] = answer;
  }

  void release() {
    entente::release x{
      round(random_.flip() ? naive_ledger::state::held : naive_ledger::state::part), {}};
    for (auto n = random_.below(4); n > 0; --n)
      x.slots.push_back(static_cast<std::uint32_t>(random_.below(4)));
    auto ending = book_.release(x, now_);
    BOOST_CHECK(std::set(ending.begin(), ending.end()) ==
                model_.release(x.round, {x.slots.begin(), x.slots.end()}, now_));
  }

  void release_all() {
    framework_id f{random_.flip() ? "f1" : "f2"};
    auto ending = book_.release_all(f, now_);
    model_.end_holds(now_);
    std::set<task_key> expected;
    for (auto which : {naive_ledger::state::held, naive_ledger::state::part})
      for (const auto& [id, x] : model_.rounds)
        if (x.is == which && x.framework == f)
          expected.merge(model_.release(id, {}, now_));
    BOOST_CHECK(std::set(ending.begin(), ending.end()) == expected);
  }

  void allocate() {
    auto key = task();
    naive_ledger::task x{limits(), {}, 0};
    if (random_.below(3) == 0) {
      BOOST_CHECK_EQUAL(!book_.allocate(key, x.limits, now_), model_.allocate(key, x, now_));
      return;
    }
    x.grant = round(naive_ledger::state::part);
    if (random_.below(4) > 0)
      key.framework = framework_of(x.grant);
    x.slot = static_cast<std::uint32_t>(random_.below(3));
    x.limits -= limits();
    BOOST_CHECK_EQUAL(!book_.allocate_in(key, x.limits, x.grant, x.slot, now_),
                      model_.allocate(key, x, now_));
  }

  void free() {
    auto key = task();
    book_.free(key, now_);
    model_.free(key, now_);
  }

  void expire() {
    book_.expire(now_);
    model_.expire(now_);
  }

  void vouch() {
    book_.vouch(now_);
    model_.vouch(now_);
  }

  void compare() {
    BOOST_CHECK_NO_THROW(book_.check());
    BOOST_CHECK(book_.sums() == (ledger_sums{capacity, model_.taken(naive_ledger::state::held),
                                             model_.taken(naive_ledger::state::part)}));
    BOOST_CHECK_EQUAL(book_.free() + book_.sums().held + book_.sums().allocated, capacity);
    BOOST_CHECK(book_.parts() == model_.parts());
    BOOST_CHECK(book_.next_deadline() == model_.next_deadline());
    for (const auto* name : {"f1", "f2"})
      BOOST_CHECK_EQUAL(book_.used_by(framework_id{name}), used_by(framework_id{name}));
    BOOST_CHECK_GE(book_.revision(), revision_);
    if (reported() != before_)
      BOOST_CHECK_GT(book_.revision(), revision_);
    compare_released();
  }

  void compare_released() {
    auto words = book_.take_released();
    auto expected = std::exchange(model_.said, {});
    BOOST_REQUIRE_EQUAL(words.size(), expected.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      BOOST_CHECK_EQUAL(words[i].round, expected[i].first);
      BOOST_TEST(words[i].slots == expected[i].second);
      BOOST_CHECK_GE(words[i].revision, revision_);
      BOOST_CHECK_LE(words[i].revision, book_.revision());
    }
  }

  std::uint32_t used_by(const framework_id& f) const {
    std::size_t used = 0;
    for (const auto& [id, x] : model_.rounds)
      used += x.is == naive_ledger::state::part && x.framework == f ? x.slots.size() : 0;
    for (const auto& [key, x] : model_.tasks)
      used += x.grant.empty() && key.framework == f ? 1 : 0;
    return static_cast<std::uint32_t>(used);
  }

  generator random_;
  time_point now_;
  std::uint64_t newest_ = 0;
  std::uint64_t revision_ = 0;
  report before_;
  entente::ledger book_{self, capacity};
  naive_ledger model_;
  std::map<round_id, confirmed> first_answers_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger_model)

BOOST_AUTO_TEST_CASE(the_ledger_does_what_a_naive_model_does) {
  for (std::uint64_t seed = 0; seed < lives; ++seed) {
    life one{seed};
    for (int step = 0; step < steps; ++step) {
      BOOST_TEST_CONTEXT("seed " << seed << ", step " << step) {
        one.step();
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
