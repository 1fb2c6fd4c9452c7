// The allocator's books against naive ones that add everything up anew: random calls, compared
// after every one. A life is one seed; it is printed when something differs. With arguments after
// `--`, OPERATIONS and then the FIRST SEED, it tries more or others.
#include <cstdlib>
#include <random>

#include "allocator_fixture.hpp"
#include "naive_shares.hpp"

namespace entente::test {

namespace {

constexpr int operations_of_a_life = 200;
constexpr std::uint64_t operations_of_the_suite = 20'000;

const std::vector<account> all_accounts{{f1, "eng"},         {f2, "eng"}, {f1, "eng/ads"},
                                        {f2, "eng/ads/web"}, {f3, "ops"}, {f1, "ops"},
                                        {f2, "eng/ml"},      {f3, "lab"}};
const std::vector<std::string> all_roles{"eng", "eng/ads", "eng/ads/web", "eng/ml", "ops", "lab"};
const std::vector<agent_id> all_agents{a1, a2, a3, agent_id{"a4"}, agent_id{"a5"}};

/// One life: the same calls to the allocator and to the model.
class life {
public:
  explicit life(std::uint64_t seed) : random_(seed), model_(options_of(seed).min_offer) {
    book_.emplace(options_of(seed));
  }

  void step() {
    now_ += std::chrono::milliseconds{below(500)};
    call();
    model_.sweep();
    compare();
  }

private:
  static allocator_options options_of(std::uint64_t seed) {
    allocator_options x;
    if (seed % 2 == 0)
      x.min_offer = parse("cpus:1;mem:2");
    if (seed % 3 == 0)
      x.fault_domain = "rack";
    return x;
  }

  void call() {
    switch (below(24)) {
    case 0:
      return add_agent();
    case 1:
      return below(3) == 0 ? remove_agent() : add_agent();
    case 2:
    case 3:
      return revive();
    case 4:
      return suppress();
    case 5:
    case 6:
      return take();
    case 7:
      return hold();
    case 8:
      return unhold();
    case 9:
      return expect();
    case 10:
      return unexpect();
    case 11:
      return reserve();
    case 12:
      return unreserve();
    case 13:
      return set_options();
    case 14:
      return set_aside();
    case 15:
    case 16:
    case 17:
    case 18:
    case 19:
      return give_back();
    default:
      return allocate();
    }
  }

  // -- choosing -----------------------------------------------------------------------

  std::uint64_t below(std::uint64_t count) { return random_() % count; }

  template <class Range>
  const auto& any(const Range& range) {
    return *std::next(range.begin(), static_cast<std::ptrdiff_t>(below(range.size())));
  }

  /// Up to so many cpus and so much memory, now and then gpus.
  resources scalars(std::uint64_t most) {
    resources x;
    x.set_milli("cpus", static_cast<std::int64_t>(500 * below(2 * most + 1)));
    x.set_milli("mem", static_cast<std::int64_t>(1000 * below(2 * most + 1)));
    if (below(3) == 0)
      x.set_milli("gpus", static_cast<std::int64_t>(1000 * below(3)));
    return x;
  }

  /// Some or all of x, ports too.
  resources part_of(const resources& x) {
    if (below(3) == 0)
      return x;
    auto result = x;
    for (const auto& [name, milli] : x.scalars())
      result.set_milli(
        name, static_cast<std::int64_t>(500 * below(static_cast<std::uint64_t>(milli) / 500 + 1)));
    if (below(2) == 0)
      result.set_ranges("ports", {});
    return result;
  }

  // -- calls ----------------------------------------------------------------------------

  void add_agent() {
    agent_info info;
    info.id = any(all_agents);
    if (model_.machines.contains(info.id) && below(4) > 0)
      return take();
    info.total = scalars(8);
    info.total.set_ranges("ports", {{1, 1 + below(20)}});
    if (below(4) > 0)
      info.attributes["rack"] = "r" + std::to_string(below(3));
    auto rest = scalars_of(info.total);
    for (auto n = below(6); n < 3; ++n) {
      auto amount = part_of(rest);
      rest -= amount;
      info.reservations[any(all_roles)] += amount;
    }
    book_->add_agent(info);
    model_.machines.erase(info.id);
    model_.sweep();
    model_.machines[info.id].info = info;
    for (const auto& [role, amount] : info.reservations)
      model_.notice(role);
  }

  void remove_agent() {
    auto id = any(all_agents);
    book_->remove_agent(id);
    model_.machines.erase(id);
  }

  void revive() {
    auto who = any(all_accounts);
    book_->revive(who.framework, {who.role});
    model_.notice(who);
    model_.wanting.insert(who);
    for (auto& [id, x] : model_.machines)
      x.filters.erase(who);
  }

  void suppress() {
    auto who = any(all_accounts);
    book_->suppress(who.framework, {who.role});
    model_.wanting.erase(who);
  }

  /// More than there is, now and then, but no port twice.
  void take() {
    auto who = any(all_accounts);
    auto id = any(all_agents);
    auto amount = scalars(3);
    auto i = model_.machines.find(id);
    if (i != model_.machines.end()) {
      if (below(4) > 0)
        amount = part_of(i->second.free());
      model_.notice(who);
      i->second.has[who] += amount;
    }
    book_->take(who, id, amount);
  }

  /// Mostly what is there, now and then more, or of who has nothing.
  void give_back() {
    auto who = any(all_accounts);
    auto id = any(all_agents);
    auto amount = scalars(3);
    if (auto i = model_.machines.find(id); i != model_.machines.end()) {
      auto& has = i->second.has;
      if (below(6) > 0 && !has.empty()) {
        who = any(has).first;
        amount = part_of(has[who]);
        if (below(6) == 0)
          amount += scalars(1);
      }
    }
    std::optional<time_point> until;
    if (below(2) == 0)
      until = now_ + std::chrono::milliseconds{below(3'000)};
    give_back(who, id, amount, until);
  }

  void give_back(const account& who, const agent_id& id, const resources& amount,
                 std::optional<time_point> until) {
    book_->give_back(who, id, amount, until);
    auto i = model_.machines.find(id);
    if (i == model_.machines.end())
      return;
    if (until && model_.accounts().contains(who))
      filter(i->second.filters[who], amount, *until);
    if (auto j = i->second.has.find(who); j != i->second.has.end()) {
      j->second -= amount;
      if (j->second.empty())
        i->second.has.erase(j);
    }
  }

  void hold() {
    auto id = any(all_agents);
    auto amount = scalars(2);
    book_->hold(id, amount);
    if (auto i = model_.machines.find(id); i != model_.machines.end())
      i->second.held += amount;
  }

  void unhold() {
    auto id = any(all_agents);
    auto amount = scalars(2);
    auto i = model_.machines.find(id);
    if (i != model_.machines.end()) {
      if (below(4) > 0)
        amount = part_of(i->second.held);
      i->second.held -= amount;
    }
    book_->unhold(id, amount);
  }

  void expect() {
    auto who = any(all_accounts);
    auto amount = scalars(2);
    book_->expect(who, amount);
    model_.notice(who);
    model_.expected[who] = model_.expected[who] + amounts{amount};
  }

  void unexpect() {
    if (model_.expected.empty())
      return;
    auto who = any(model_.expected).first;
    auto amount = part_of(model_.expected[who].as_resources());
    book_->unexpect(who, amount);
    model_.expected[who] = model_.expected[who] - amounts{amount};
    if (!model_.expected[who].any())
      model_.expected.erase(who);
  }

  void reserve() {
    auto id = any(all_agents);
    auto role = any(all_roles);
    auto amount = scalars(2);
    auto i = model_.machines.find(id);
    if (i != model_.machines.end() && below(3) > 0)
      amount = part_of(model_.spare_on(i->second).as_resources());
    auto fits = i != model_.machines.end() &&
                !beyond(amounts{amount}, model_.spare_on(i->second)).any() &&
                model_.leaves_enough(role, amount);
    BOOST_REQUIRE_EQUAL(!book_->reserve(id, role, amount), fits);
    if (!fits)
      return;
    auto& mine = i->second.reserved_by_calls[role];
    mine = mine + amounts{amount};
    if (mine.any())
      model_.notice(role);
    else
      i->second.reserved_by_calls.erase(role);
  }

  void unreserve() {
    auto id = any(all_agents);
    auto role = any(all_roles);
    auto amount = scalars(2);
    auto i = model_.machines.find(id);
    amounts known;
    if (i != model_.machines.end()) {
      auto& by_calls = i->second.reserved_by_calls;
      if (!by_calls.empty() && below(4) > 0) {
        role = any(by_calls).first;
        amount = part_of(by_calls[role].as_resources());
      }
      if (auto j = by_calls.find(role); j != by_calls.end())
        known = j->second;
    }
    auto fits = known.any() && !beyond(amounts{amount}, known).any();
    BOOST_REQUIRE_EQUAL(!book_->unreserve(id, role, amount), fits);
    if (!fits)
      return;
    auto& mine = i->second.reserved_by_calls[role];
    mine = mine - amounts{amount};
    if (!mine.any())
      i->second.reserved_by_calls.erase(role);
  }

  void set_options() {
    auto role = any(all_roles);
    role_options x;
    if (below(2) == 0)
      x.weight = 0.5 * static_cast<double>(1 + below(6));
    if (below(2) == 0)
      x.guarantee = scalars(4);
    if (below(2) == 0)
      x.limit = scalars(6);
    book_->set_options(role, x);
    model_.options[role] = x;
    model_.notice(role);
  }

  void set_aside() {
    model_.aside.clear();
    for (const auto& id : all_agents)
      if (below(4) == 0)
        model_.aside.insert(id);
    if (below(2) == 0)
      model_.aside.clear();
    book_->set_aside(model_.aside);
  }

  template <class Filters>
  static void filter(Filters& known, const resources& amount, time_point until) {
    std::erase_if(known, [&](const auto& x) { return amount.contains(x.amount); });
    if (known.size() == 16)
      known.erase(known.begin());
    known.push_back({amount, until});
  }

  // -- allocating -----------------------------------------------------------------------

  void allocate() {
    for (auto& [id, x] : model_.machines)
      for (auto& [who, filters] : x.filters)
        std::erase_if(filters, [&](const auto& y) { return y.until <= now_; });
    auto plans = book_->allocate(now_);
    for (auto i = plans.begin(); i != plans.end();) {
      auto expected = give_out(i->agent);
      BOOST_REQUIRE_MESSAGE(!expected.empty(), text_of(*i) << " is planned for nobody");
      for (const auto& x : expected) {
        BOOST_REQUIRE(i != plans.end());
        BOOST_REQUIRE_MESSAGE(*i == x, text_of(*i) << " is planned, not " << text_of(x));
        ++i;
      }
    }
    // Nothing more is to be had, wherever one looks.
    for (const auto& [id, x] : model_.machines)
      for (const auto& more : model_.give_out(id))
        BOOST_FAIL(text_of(more) << " is not planned");
  }

  /// What the model gives out, if it is within the rules.
  std::vector<offer_plan> give_out(const agent_id& id) {
    auto shortfall = model_.shortfall();
    auto plans = model_.give_out(id);
    BOOST_REQUIRE(!beyond(model_.shortfall(), shortfall).any());
    for (const auto& x : plans)
      for (auto role = x.to.role; !role.empty(); role = naive_shares::parent_of(role))
        for (const auto& [name, limit] : model_.options_of(role).limit.scalars())
          if (x.available.milli(name) > 0)
            BOOST_REQUIRE_LE(model_.charged(role)[name], limit);
    return plans;
  }

  static std::string text_of(const offer_plan& x) {
    return x.to.framework.str() + " in " + x.to.role + ": " + x.available.to_string() + " (" +
           x.reserved.to_string() + ") of " + x.agent.str();
  }

  // -- comparing ------------------------------------------------------------------------

  static resources scalars_of(const resources& x) { return amounts{x}.as_resources(); }

  resources text(const quantities& x) { return book_->scalars().as_resources(x); }

  void compare() {
    BOOST_REQUIRE_NO_THROW(book_->check());
    auto& tree = book_->tree();
    std::set<std::string> roles;
    for (const auto* x : tree.roles())
      roles.insert(x->name);
    BOOST_TEST_REQUIRE(roles == model_.roles(), boost::test_tools::per_element());
    for (const auto& role : roles) {
      auto* node = tree.find_role(role);
      BOOST_REQUIRE_EQUAL(text(node->charged), model_.charged(role).as_resources());
      BOOST_REQUIRE_EQUAL(text(node->kept), model_.kept(role).as_resources());
    }
    for (const auto& who : all_accounts) {
      auto* client = tree.find_client(who.role, who.framework);
      BOOST_REQUIRE_EQUAL(client != nullptr, model_.accounts().contains(who));
      if (client)
        BOOST_REQUIRE_EQUAL(text(client->charged), model_.charged(who).as_resources());
    }
    BOOST_REQUIRE_EQUAL(text(tree.need()), model_.need().as_resources());
    compare_agents();
    compare_claims();
  }

  void compare_agents() {
    auto role = any(all_roles);
    for (const auto& [id, x] : model_.machines) {
      std::map<std::string, resources> reserved;
      for (const auto& [name, amount] : model_.reserved_on(x))
        reserved[name] = amount.as_resources();
      BOOST_REQUIRE(book_->reservations_on(id) == reserved);
      auto withheld = model_.all_unused_on(x) - model_.usable_on(x, role);
      BOOST_REQUIRE_EQUAL(book_->withheld_from(role, id), withheld.as_resources());
      for (const auto& [who, filters] : x.filters)
        for (const auto& filter : filters)
          if (filter.until > now_)
            BOOST_REQUIRE(book_->next_filter_end() && *book_->next_filter_end() <= filter.until);
    }
  }

  void compare_claims() {
    auto role = any(all_roles);
    auto amount = scalars(4);
    auto room = model_.cut_to_limits(role, amounts{amount});
    auto allowed = model_.covers(role) + beyond(model_.spare(), model_.need());
    for (const auto& [id, x] : model_.machines)
      allowed = allowed + model_.usable_on(x, role);
    auto possible = room.as_resources() == amount;
    for (const auto& [name, milli] : amount.scalars())
      possible = possible && (model_.need()[name] <= 0 || milli <= allowed[name]);
    BOOST_REQUIRE_EQUAL(!book_->problem_of_taking(role, amount, {}), possible);
  }

  std::mt19937_64 random_;
  time_point now_ = t0;
  std::optional<entente::fair_allocator> book_;
  naive_shares model_;
};

std::uint64_t argument(int index, std::uint64_t otherwise) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  return index < suite.argc ? std::strtoull(suite.argv[index], nullptr, 10) : otherwise;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fair_model)

BOOST_AUTO_TEST_CASE(the_books_are_those_of_a_naive_model) {
  auto first = argument(2, 0);
  auto lives =
    (argument(1, operations_of_the_suite) + operations_of_a_life - 1) / operations_of_a_life;
  for (auto seed = first; seed < first + lives; ++seed) {
    life one{seed};
    for (int step = 0; step < operations_of_a_life; ++step)
      BOOST_TEST_CONTEXT("seed " << seed << ", step " << step) {
        one.step();
      }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
