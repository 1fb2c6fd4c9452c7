// What Ghodsi et al. (Dominant Resource Fairness, NSDI 2011, section 3) prove of divisible tasks,
// on clusters made up from seeds: sharing incentive, strategy-proofness, envy-freeness and Pareto
// efficiency.
//
// Roles are flat and of equal weight, and there is one agent. It is not true elsewhere:
// - With several agents a task must fit on one of them, and what is left may fit nobody.
// - With weights everything holds of shares divided by weights; an equal split is not promised.
// - In a tree a role's share counts all that is below it. If its children's tasks are dominated by
//   different scalars, it reaches its share while a child has little of its own scalar: incentive
//   and efficiency hold among siblings only.
//
// Tasks are not divisible either, but tiny: e, the largest dominant share of any task, is 1/400. In
// all tests `slack` is what whole tasks can make of a difference, in dominant shares:
// - While all go on, shares are within one task, e, of each other. So a scalar is used up at a
//   level that is at most e from that of divisible tasks.
// - Of the scalar that is used up there is a rest, less than the largest task; who has smaller ones
//   goes on with that. A task has of each scalar at least 1/5 of its dominant share, so the rest is
//   worth at most 5 e to anybody.
#include <random>

#include "progressive_filling.hpp"

namespace entente::test {

namespace {

constexpr std::uint64_t seeds = 60;
constexpr double e = 1. / 400;
constexpr double slack = 6 * e;

const std::vector<std::string> names{"cpus", "mem", "disk"};

/// A cluster, and users with tasks of all its scalars.
struct scenario {
  explicit scenario(std::uint64_t seed) : random(seed) {
    scalars = 1 + below(names.size());
    for (std::size_t i = 0; i < scalars; ++i)
      cluster.set_milli(names[i], 1'000'000 + static_cast<std::int64_t>(below(9'000'000)));
    for (auto n = 2 + below(5); n > 0; --n)
      users.push_back({"r" + std::to_string(n), demand()});
  }

  std::uint64_t below(std::uint64_t count) { return random() % count; }

  /// Of each scalar between 1/5 and all of e of what there is.
  resources demand() {
    resources x;
    for (std::size_t i = 0; i < scalars; ++i) {
      auto fifths = 1 + 4 * static_cast<double>(below(1001)) / 1000;
      x.set_milli(names[i], static_cast<std::int64_t>(total(i) * e * fifths / 5));
    }
    return x;
  }

  double total(std::size_t scalar) const {
    return static_cast<double>(cluster.milli(names[scalar]));
  }

  /// The dominant share of one task.
  double share(const resources& task) const {
    double result = 0;
    for (std::size_t i = 0; i < scalars; ++i)
      result = std::max(result, static_cast<double>(task.milli(names[i])) / total(i));
    return result;
  }

  std::mt19937_64 random;
  std::size_t scalars = 0;
  resources cluster;
  std::vector<user> users;
};

/// How many tasks an amount is good for, parts of tasks included.
double useful(const resources& amount, const resources& task) {
  double result = std::numeric_limits<double>::infinity();
  for (const auto& [name, milli] : task.scalars())
    result = std::min(result, static_cast<double>(amount.milli(name)) / static_cast<double>(milli));
  return result;
}

/// Calls f with a scenario of each seed, and the tasks that its users get.
template <class F>
void for_each_seed(F f) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      scenario x{seed};
      f(x, fill(x.cluster, x.users));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(drf_properties)

BOOST_AUTO_TEST_CASE(everybody_has_at_least_what_an_equal_split_would_bring) {
  for_each_seed([](const scenario& x, const std::vector<std::int64_t>& tasks) {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      auto share = x.share(x.users[i].demand);
      // A user's part of an equal split has 1/n of each scalar: tasks of a dominant share of 1/n.
      BOOST_CHECK_GE(static_cast<double>(tasks[i]) * share,
                     1. / static_cast<double>(tasks.size()) - slack);
    }
  });
}

BOOST_AUTO_TEST_CASE(nobody_would_rather_have_what_another_has) {
  for_each_seed([](const scenario& x, const std::vector<std::int64_t>& tasks) {
    for (std::size_t i = 0; i < tasks.size(); ++i)
      for (std::size_t j = 0; j < tasks.size(); ++j) {
        auto others = useful(x.users[j].demand.times(tasks[j]), x.users[i].demand);
        BOOST_CHECK_LE((others - static_cast<double>(tasks[i])) * x.share(x.users[i].demand),
                       slack);
      }
  });
}

// Exactly so, tasks being whole or not: all that is free is offered until nobody has room for it.
BOOST_AUTO_TEST_CASE(nobody_could_have_more_without_another_having_less) {
  for_each_seed([](const scenario& x, const std::vector<std::int64_t>& tasks) {
    auto left = x.cluster;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      BOOST_CHECK(left.contains(x.users[i].demand.times(tasks[i])));
      left -= x.users[i].demand.times(tasks[i]);
    }
    for (const auto& user : x.users)
      BOOST_CHECK(!left.contains(user.demand));
  });
}

BOOST_AUTO_TEST_CASE(who_lies_about_its_tasks_gets_no_more_useful_ones) {
  for_each_seed([](scenario& x, const std::vector<std::int64_t>& tasks) {
    for (int lies = 0; lies < 3; ++lies) {
      auto liar = x.below(x.users.size());
      auto truth = x.users[liar].demand;
      auto users = x.users;
      users[liar].demand = x.demand();
      auto got = fill(x.cluster, users)[liar];
      auto more = useful(users[liar].demand.times(got), truth) - static_cast<double>(tasks[liar]);
      BOOST_CHECK_LE(more * x.share(truth), slack);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
